"""Start Framescope, which says where it is, and open the browser there if there is one (`make run`)."""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path

HEALTH = "/_stcore/health"
PATIENCE_S = 180.0


def port_is_taken(port: int) -> bool:
    """Tell whether something already listens on `port` of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answers(url: str) -> bool:
    """Tell whether `url` answers with success now."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - our own address on loopback
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def has_browser(environment: dict[str, str]) -> bool:
    """Tell whether opening a browser window makes sense: a desktop, and not a build server."""
    if environment.get("CI"):
        return False
    if sys.platform == "darwin":
        return True
    on_screen = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    return bool(on_screen) and shutil.which("xdg-open") is not None


def open_when_ready(child: "subprocess.Popen[bytes]", address: str) -> None:
    """Open the browser once the site answers its health check; give up when the site ends or takes too long."""
    deadline = time.monotonic() + PATIENCE_S
    while child.poll() is None and time.monotonic() < deadline:
        if answers(address + HEALTH):
            webbrowser.open(address)
            return
        time.sleep(0.3)


def main() -> int:
    """Run `framescope up` until it ends or is interrupted, and give its exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8501)
    port = parser.parse_args().port
    if port_is_taken(port):
        print(f"Port {port} is in use; choose another: make run PORT={port + 1}", file=sys.stderr)
        return 1
    command = Path(sys.executable).with_name("framescope")
    child = subprocess.Popen([str(command), "up", "--port", str(port)])
    # Ctrl-C reaches the child by itself (same terminal); only a signal to this process alone must be passed on.
    signal.signal(signal.SIGTERM, lambda *_: child.send_signal(signal.SIGTERM))
    try:
        if has_browser(dict(os.environ)):
            open_when_ready(child, f"http://localhost:{port}")
        return child.wait()
    except KeyboardInterrupt:
        return child.wait()


if __name__ == "__main__":
    sys.exit(main())
