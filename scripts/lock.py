"""Write requirements.lock: one exact version of everything, for every Python and platform supported (`make lock`).

uv resolves, because pip cannot resolve for another Python or platform than its own; pip then installs with the lock as
constraints. torch stays at the version the lock already names, the one the tests ran with: its builds are large
and come from more than one place, so it moves by a deliberate edit of its line before `make lock`. backports-strenum is
held too: newer ones refuse Python 3.11, which uv does not look at and pip does.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
BUILD_TOOLS = "hatchling\neditables\n"
HELD = ("torch", "backports-strenum")
EXTRAS = ("bench", "probes", "gpu", "postgresql", "sign-in", "cluster", "dev")
HEADER = """\
# Exact versions of all Framescope is tested with: pip install -c requirements.lock -e '.[bench,probes,dev]'
# Made by `make lock`; a line with a condition applies only where the condition holds.
"""


def held_versions(lock: str) -> str:
    """Give the lines of `lock` whose versions must not move."""
    return "".join(f"{line}\n" for line in lock.splitlines() if line.partition("==")[0] in HELD)


def pip_setting(name: str) -> str | None:
    """Give pip's own setting `name` from its environment or files, so that uv asks where pip asks."""
    command = [sys.executable, "-m", "pip", "config", "get", f"global.{name}"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    return asked.stdout.strip() or None


def uv_environment() -> dict[str, str]:
    """Give the environment for uv: this one, with the package index and the certificates that pip uses."""
    environment = dict(os.environ)
    index, certificates = environment.get("PIP_INDEX_URL") or pip_setting("index-url"), pip_setting("cert")
    if index:
        environment["UV_DEFAULT_INDEX"] = index
    if certificates:
        environment["SSL_CERT_FILE"] = certificates
    return environment


def resolve(directory: Path) -> str:
    """Give the resolved requirements, sorted, one a line."""
    (directory / "held.txt").write_text(held_versions(LOCK.read_text(encoding="utf-8")), encoding="utf-8")
    (directory / "build.in").write_text(BUILD_TOOLS, encoding="utf-8")
    options = ["--universal", "--python-version=3.11", "--no-header", "--no-annotate", "--quiet"]
    extras = [f"--extra={extra}" for extra in EXTRAS]
    inputs = [str(ROOT / "pyproject.toml"), str(directory / "build.in"), *extras]
    command = [sys.executable, "-m", "uv", "pip", "compile", *options, *inputs, f"--constraint={directory}/held.txt"]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=uv_environment()).stdout


def main() -> int:
    """Install uv into this environment and write the lock; on failure the lock stays as it was."""
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "uv"], check=True)
    with tempfile.TemporaryDirectory() as directory:
        try:
            resolved = resolve(Path(directory))
        except subprocess.CalledProcessError as failure:
            print(f"requirements.lock is unchanged; uv says:\n{failure.stderr}", file=sys.stderr)
            return 1
    LOCK.write_text(HEADER + resolved, encoding="utf-8")
    print(f"{LOCK.name}: {len(resolved.splitlines())} pins")
    return 0


if __name__ == "__main__":
    sys.exit(main())
