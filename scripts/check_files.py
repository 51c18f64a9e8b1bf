"""Refuse files with trailing whitespace, a missing last newline, conflict marks, or more than a megabyte."""

import sys
from pathlib import Path

LARGEST = 1_000_000
TEXT = {
    "",
    ".css",
    ".csv",
    ".html",
    ".js",
    ".json",
    ".lock",
    ".mako",
    ".md",
    ".py",
    ".sh",
    ".svg",
    ".toml",
    ".txt",
    ".yaml",
}
CONFLICT = ("<" * 7 + " ", ">" * 7 + " ")


def faults(path: Path) -> list[str]:
    """Give what is wrong with one file, each with its line; nothing for binary files below the size limit."""
    found = [] if path.stat().st_size <= LARGEST else [f"{path}: larger than {LARGEST:,} bytes"]
    if path.suffix not in TEXT:
        return found
    text = path.read_text(encoding="utf-8")
    for number, line in enumerate(text.split("\n"), start=1):
        if line != line.rstrip():
            found.append(f"{path}:{number}: trailing whitespace")
        if line.startswith(CONFLICT):
            found.append(f"{path}:{number}: conflict mark")
    if text and not text.endswith("\n"):
        found.append(f"{path}: no newline at the end")
    return found


def main(names: list[str]) -> int:
    """Print the faults of the named files; 1 if there is one."""
    found = [fault for name in names for fault in faults(Path(name))]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
