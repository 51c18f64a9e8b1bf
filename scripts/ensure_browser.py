"""Find a Chromium for the browser tests, or install one: Debian's package, else the test tool's own download."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_PLACES = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
RULE = "!" * 88


def find_browser(environment: Mapping[str, str]) -> str | None:
    """Give the path of a browser that is already here: FRAMESCOPE_CHROMIUM first, then the usual names on the path."""
    chosen = environment.get("FRAMESCOPE_CHROMIUM")
    if chosen:
        return shutil.which(chosen)
    for name in NAMES:
        found = shutil.which(name, path=environment.get("PATH", os.defpath))
        if found:
            return found
    return next((place for place in MAC_PLACES if Path(place).exists()), None)


def own_download() -> str | None:
    """Give the path of the browser that Playwright has downloaded for itself, or nothing where it has none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def apt_prefix() -> list[str] | None:
    """Give what to put before apt-get to run it with its rights: nothing as root, sudo without a password, or None."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def install_from_debian() -> bool:
    """Install the distribution's chromium; tell whether that worked."""
    prefix = apt_prefix()
    if prefix is None:
        return False
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    steps = ([*apt, "update", "-qq"], [*apt, "install", "-y", "-qq", "--no-install-recommends", "chromium"])
    return all(subprocess.run(step, check=False, stdout=sys.stderr).returncode == 0 for step in steps)


def install_own() -> bool:
    """Let Playwright download the browser it was made with; tell whether that worked."""
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        return subprocess.run(command, check=False, stdout=sys.stderr, timeout=600).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def main() -> int:
    """Print the browser's path; where none can be had, say loudly that its tests will be skipped. Always succeeds."""
    chosen = os.environ.get("FRAMESCOPE_CHROMIUM")
    found = find_browser(os.environ)
    if chosen and not found:
        print(f"FRAMESCOPE_CHROMIUM={chosen} is not a program; correct it or unset it.", file=sys.stderr)
        return 1
    found = found or own_download()
    if not found and install_from_debian():
        found = find_browser(os.environ)
    if not found and install_own():
        found = own_download()
    if found:
        print(f"Browser for the tests: {found}")
        return 0
    print(
        f"{RULE}\nBROWSER TESTS WILL BE SKIPPED: no Chromium was found, Debian's package could not be installed\n"
        "(no apt-get, or no right to use it), and Playwright could not download its own.\n"
        f"Install Chromium or Chrome, or name one: FRAMESCOPE_CHROMIUM=/path/to/chromium make test\n{RULE}",
        file=sys.stderr,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
