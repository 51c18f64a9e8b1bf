"""Install Framescope and what it needs into the virtual environment whose interpreter runs this (`make setup`)."""

import argparse
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
BUILD_TOOLS = ("hatchling", "editables")
RULE = "!" * 88


def pip_install(targets: list[str], pip_args: list[str], *, quiet: bool = False) -> bool:
    """Install `targets` at the versions of the lock, and tell whether that worked; pip says on screen why not."""
    command = [sys.executable, "-m", "pip", "install", "--constraint", str(LOCK)]
    verbosity = ["--quiet"] if quiet or not sys.stdout.isatty() else []
    return subprocess.run([*command, *verbosity, *pip_args, *targets], check=False).returncode == 0


def editable(extras: str) -> list[str]:
    """Give pip's arguments for this checkout with `extras`, built by the locked build tools rather than fresh ones."""
    return ["--no-build-isolation", "--editable", f"{ROOT}[{extras}]"]


def frameworks() -> list[str]:
    """Give what measuring and probing need, each requirement with its marker."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    return [str(requirement) for requirement in (*extras["bench"], *extras["probes"])]


def one_by_one(pip_args: list[str]) -> list[str]:
    """Install each framework that can be had, and give those that cannot."""
    return [requirement for requirement in frameworks() if not pip_install([requirement], pip_args, quiet=True)]


def notice(missing: str) -> str:
    """Give the notice that something cannot be measured in this environment."""
    return (
        f"{RULE}\nNOT installed: {missing}.\n"
        "The site and the collectors work; speed and capabilities of what is missing cannot be measured here.\n"
        "Use Python 3.11, 3.12 or 3.13 (make clean-all, then make PYTHON=python3.12 setup), or say where\n"
        f"their builds are: make setup PIP_ARGS='--find-links DIRECTORY'.\n{RULE}"
    )


def install(pip_args: list[str], *, with_bench: bool) -> int:
    """Install everything; what cannot be had of the frameworks is left out, loudly. Gives the exit status."""
    if not pip_install(list(BUILD_TOOLS), pip_args, quiet=True):
        print("The build tools could not be installed; pip says why above.", file=sys.stderr)
        return 1
    if with_bench:
        print("Installing Framescope and the frameworks; the first time this takes minutes.", flush=True)
        if pip_install(editable("bench,probes,dev"), pip_args):
            return 0
    if not pip_install(editable("dev"), pip_args):
        return 1
    missing = one_by_one(pip_args) if with_bench else ["the frameworks (BENCH=no was asked for)"]
    if missing:
        print(notice(", ".join(missing)), file=sys.stderr)
    return 0


def main() -> int:
    """Read the command line and install."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without-bench", action="store_true", help="leave the frameworks out")
    parser.add_argument("pip_args", nargs="*", help="passed on to pip (after --)")
    options = parser.parse_args()
    return install(options.pip_args, with_bench=not options.without_bench)


if __name__ == "__main__":
    sys.exit(main())
