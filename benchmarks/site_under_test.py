"""Start a Framescope site on a free port, visit it in a real browser, and weigh it: what the figures are made with."""

import contextlib
import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FRAMESCOPE = str(Path(sys.executable).with_name("framescope"))
PAGES = ("/", "/adoption", "/capabilities", "/speed", "/data")
PATIENCE_S = 120.0
BROWSER_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@dataclass(frozen=True)
class Site:
    """A running site: its address, the process that was started, and the seconds until it answered."""

    address: str
    process: "subprocess.Popen[bytes]"
    seconds: float

    def resident_mb(self) -> float:
        """Give the resident memory of the process that serves the pages, in megabytes (10^6 bytes)."""
        family = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        serving = [one for one in family if "streamlit" in " ".join(one.cmdline())] or family
        return float(sum(one.memory_info().rss for one in serving)) / 1e6


def environment(home: Path) -> dict[str, str]:
    """Give this environment with `home` and without any other setting of Framescope; nothing is collected."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    return {**kept, "FRAMESCOPE_HOME": str(home), "FRAMESCOPE_OFFLINE": "1"}


def free_port() -> int:
    """Give a port of the loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Tell whether `url` answers with success now."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own loopback address
            return True
    except OSError:
        return False


def wait_until_healthy(address: str, process: "subprocess.Popen[bytes]", patience_s: float = PATIENCE_S) -> float:
    """Give the seconds until the site answers its health check. RuntimeError if it ends or takes too long."""
    began = time.monotonic()
    while time.monotonic() - began < patience_s:
        if process.poll() is not None:
            raise RuntimeError(f"the site ended with status {process.returncode}; run it by hand to see why")
        if answers(f"{address}/_stcore/health"):
            return time.monotonic() - began
        time.sleep(0.05)
    raise RuntimeError(f"no answer from {address} within {patience_s:.0f} s")


@contextlib.contextmanager
def running(home: Path, **settings: str) -> Iterator[Site]:
    """Run `framescope serve` over the data in `home`, with further settings, for as long as the block takes."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [FRAMESCOPE, "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment(home) | settings, stdout=subprocess.DEVNULL)
    try:
        yield Site(address, process, wait_until_healthy(address, process))
    finally:
        process.terminate()
        process.wait(30)


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """Open the browser that the tests use. RuntimeError where there is none."""
    sys.path.insert(0, str(ROOT / "scripts"))
    from ensure_browser import find_browser, own_download

    path = find_browser(os.environ) or own_download()
    if path is None:
        raise RuntimeError("no browser: run make browser, or name one in FRAMESCOPE_CHROMIUM")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        yield opened
        opened.close()


def visit(page: Page, url: str) -> float:
    """Open `url` and give the seconds until its script has run to the end and its first heading is drawn."""
    began = time.monotonic()
    page.goto(url)
    page.wait_for_selector("h1, h2", timeout=60_000)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=60_000)
    return time.monotonic() - began


def main() -> int:
    """Run a command while a site is up; the word {site} in it becomes the address."""
    if len(sys.argv) < 2:
        print("usage: site_under_test.py COMMAND… with {site} where the address belongs", file=sys.stderr)
        return 2
    chosen = os.environ.get("FRAMESCOPE_HOME")
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(chosen).absolute() if chosen else Path(scratch)
        subprocess.run([FRAMESCOPE, "init"], env=environment(home), check=True, stdout=subprocess.DEVNULL)
        with running(home) as site:
            command = [word.replace("{site}", site.address) for word in sys.argv[1:]]
            print(shlex.join(command), file=sys.stderr)
            return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
