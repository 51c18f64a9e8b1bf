"""Ask the public advisories about every version of requirements.lock (`make audit`); needs a network.

pip-audit asks, installed for that moment into a folder of its own. Conditions are left out of what it is
given, so that a package of another platform is looked at too. Exit status: 0 nothing is known, 1 something is, 2 not
asked.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from sbom import LOCK, pins, version_of

KNOWN, NOT_ASKED = 1, 2
WAIT_S = 900


def layers(lock: str) -> list[dict[str, str]]:
    """Give the pins as versions by name; pip-audit takes a name once, so another version of it lies in a next layer."""
    found: list[dict[str, str]] = []
    for pin in pins(lock):
        free = next((layer for layer in found if pin.name not in layer), None)
        if free is None:
            found.append(free := {})
        free[pin.name] = version_of(pin)
    return found


def told(report: str) -> tuple[list[str], list[str]]:
    """Give what pip-audit's JSON knows of, a line each, and what it could not look at."""
    each = json.loads(report)["dependencies"]
    known = [
        f"{one['name']} {one['version']}: {found['id']}, mended in {', '.join(found['fix_versions']) or 'none yet'}"
        for one in each
        for found in one.get("vulns", ())
    ]
    return known, [f"{one['name']}: {one['skip_reason']}" for one in each if "skip_reason" in one]


def asked(directory: Path, layer: dict[str, str]) -> str | None:
    """Give pip-audit's report of one layer; None where it wrote none."""
    wanted, report = directory / "asked.txt", directory / "report.json"
    wanted.write_text("".join(f"{name}=={version}\n" for name, version in layer.items()), encoding="utf-8")
    report.unlink(missing_ok=True)
    options = ["--no-deps", "--disable-pip", "--format=json", f"--output={report}", f"--requirement={wanted}"]
    environment = os.environ | {"PYTHONPATH": str(directory / "tools")}
    subprocess.run([sys.executable, "-m", "pip_audit", *options], check=False, timeout=WAIT_S, env=environment)
    return report.read_text(encoding="utf-8") if report.exists() else None


def audited(directory: Path, lock: str) -> int:
    """Install pip-audit below a directory, run it over a lock and say what it found; gives the exit status."""
    install = [sys.executable, "-m", "pip", "install", "--quiet", f"--target={directory / 'tools'}", "pip-audit"]
    if subprocess.run(install, check=False, timeout=WAIT_S).returncode:
        print("NOT AUDITED: pip-audit could not be installed.", file=sys.stderr)
        return NOT_ASKED
    known, unseen = list[str](), list[str]()
    for layer in layers(lock):
        report = asked(directory, layer)
        if not report:
            print("NOT AUDITED: pip-audit gave no report; what it said is above.", file=sys.stderr)
            return NOT_ASKED
        more, skipped = told(report)
        known, unseen = known + more, unseen + skipped
    print("\n".join([*known, *(f"not looked at: {line}" for line in unseen), f"{len(known)} advisories."]))
    return KNOWN if known else NOT_ASKED if unseen else 0


def main() -> int:
    """Audit the lock of this checkout."""
    with tempfile.TemporaryDirectory() as directory:
        return audited(Path(directory), LOCK.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main())
