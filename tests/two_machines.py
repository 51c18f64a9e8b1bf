"""Two machines on one: site, store and browser in one network namespace, a Ray node in another (`make soak`).

A click on Run of the first is followed to the chart that the second one measured. The node sees neither the site's home
nor its temporary files, and reaches no other address than the head's. Needs root and `ip` (iproute2); where the system
allows no namespaces it says so, and with what error. Exit status 1 where anything is not as it should be.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from db import read
from db.engine import reading
from tests.collectors.cluster.reach import Site, until
from tests.fakes.ray_cluster import QUIET, STORE_BYTES

CLONE_NEWNET = 0x40000000  # setns(2)
SITE, NODE = "framescope-site", "framescope-node"
SITE_IP, NODE_IP = "10.203.17.1", "10.203.17.2"
PORT, SITE_PORT = 6379, 8501
BROWSER_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
ASKED = "workloads=matmul&variants=numpy&variants=torch.eager&measure_size=tiny&seconds=10"
SHOWN_MS, MEASURED_MS = 90_000, 300_000
LOOKS = {"light": (1280, 900, "light"), "dark": (1280, 900, "dark"), "phone": (390, 844, "light")}
FAR = """
import os, runpy, sys
os.environ.pop("PYTHONPATH", None)
sys.argv[0] = "ray"
from ray.scripts.scripts import main
main()
"""


class NoNamespaces(Exception):
    """The machine does not let this program have networks of its own; the message is the system's."""


@contextmanager
def two_networks() -> Iterator[None]:
    """Make both namespaces with a line between them, and be in the site's; both are gone on the way out."""
    pair = ["veth-fs-site", "veth-fs-node"]
    try:
        for name in (SITE, NODE):
            ip("netns", "add", name)
        ip("link", "add", pair[0], "netns", SITE, "type", "veth", "peer", "name", pair[1], "netns", NODE)
        for name, link, address in ((SITE, pair[0], SITE_IP), (NODE, pair[1], NODE_IP)):
            ip("-n", name, "address", "add", f"{address}/24", "dev", link)
            for one in ("lo", link):
                ip("-n", name, "link", "set", one, "up")
        before = os.open("/proc/self/ns/net", os.O_RDONLY)
        enter(os.open(f"/run/netns/{SITE}", os.O_RDONLY))
        try:
            yield
        finally:
            enter(before)
    finally:
        for name in (SITE, NODE):
            with suppress(NoNamespaces):  # it was not made
                ip("netns", "del", name)


def enter(namespace: int) -> None:
    """Move this process, and all that it starts from now on, to a network."""
    if ctypes.CDLL(None, use_errno=True).setns(namespace, CLONE_NEWNET):
        raise NoNamespaces(f"setns: {os.strerror(ctypes.get_errno())}")
    os.close(namespace)


def ip(*words: str) -> None:
    """Run `ip`."""
    try:
        done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)  # noqa: S607  # as root finds it
    except OSError as error:
        raise NoNamespaces(f"ip: {error.strerror}") from error
    if done.returncode:
        raise NoNamespaces(f"ip {' '.join(words)}: {done.stderr.strip()}")


@contextmanager
def started(log: Path, *command: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process with all its children in a group of their own; the group ends on the way out."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FRAMESCOPE_", "RAY_"))}
    with log.open("ab") as told:
        process = subprocess.Popen(
            command, env=kept | QUIET | environment, stdout=told, stderr=told, start_new_session=True
        )
    try:
        yield process
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, number)
                process.wait(60)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue


def ray(*words: str) -> list[str]:
    """The command line of Ray's own start."""
    bounds = ("--disable-usage-stats", f"--object-store-memory={STORE_BYTES}", "--block")
    return [sys.executable, "-c", FAR, "start", *bounds, *words]


def on_the_node(scratch: Path, hidden: Path) -> list[str]:
    """The command line of a node in the other namespace, with the site's files and Ray's own out of its sight."""
    words = ray(f"--address={SITE_IP}:{PORT}", f"--node-ip-address={NODE_IP}", "--node-name=far", "--num-cpus=2")
    hide = " && ".join(f"mount -t tmpfs none {folder}" for folder in (hidden, scratch / "ray"))
    return ["ip", "netns", "exec", NODE, "sh", "-c", f'{hide} && cd / && exec "$@"', "sh", *words]


def click(page: Page, address: str) -> int:
    """Ask for a measurement on the page, wait for its chart, and give the job's number."""
    page.goto(f"{address}/speed?{ASKED}")
    run = page.get_by_role("button", name="Run", exact=True)
    expect(run).to_be_enabled(timeout=SHOWN_MS)
    expect(page.get_by_text(re.compile("devices? to measure on, one node included"))).to_be_visible(timeout=SHOWN_MS)
    run.click()
    page.wait_for_url(re.compile(r"job=\d+"), timeout=SHOWN_MS)
    number = int(page.url.rpartition("job=")[2].partition("&")[0])
    expect(page.get_by_text(f"Job {number} is done")).to_be_visible(timeout=MEASURED_MS)
    expect(page.get_by_role("heading", name="Every variant", exact=True)).to_be_visible(timeout=SHOWN_MS)
    page.get_by_text("One workload", exact=True).click()  # its samples are drawn however busy the machine was
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=SHOWN_MS)
    return number


def pictures(browser: Browser, address: str, into: Path) -> None:
    """Keep the page with its devices unfolded: light, dark, and on a phone."""
    for look, (width, height, scheme) in LOOKS.items():
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.goto(f"{address}/speed")
        page.get_by_text(re.compile("to measure on")).click(timeout=SHOWN_MS)
        expect(page.get_by_text("A node is a machine that a worker reaches")).to_be_visible(timeout=SHOWN_MS)
        page.wait_for_timeout(3_000)
        page.get_by_text(re.compile("to measure on")).scroll_into_view_if_needed()
        page.screenshot(path=into / f"devices-{look}.png")
        context.close()


def judged(site: Site, number: int) -> list[str]:
    """What is not as it should be with the job that was asked for by the click."""
    job, wrong = site.ended(number), list[str]()
    with reading(site.engine) as session:
        document = read.bench_document(session, job.run) if job.run is not None else None
    if job.state != "done" or document is None:
        return [f"job {number} is {job.state}: {job.message}"]
    where = document["machine"].get("node")
    if where != "far":
        wrong.append(f"it was measured on {where!r}, not on the other machine")
    measured = [row["variant"] for row in document["results"] if row["status"] == "ok"]
    print(f"job {number}: {job.message}; {', '.join(measured)} in {document['seconds']:.0f} s")
    return wrong + ([] if measured else ["no variant was measured"])


def drive(scratch: Path, shots: Path | None) -> list[str]:
    """Start both machines, press Run, follow it to the chart; gives what is not as it should be."""
    home, log = scratch / "home", scratch / "log.txt"
    home.mkdir()
    (scratch / "ray").mkdir()
    address = f"http://127.0.0.1:{SITE_PORT}"
    site = Site(home, f"{SITE_IP}:{PORT}")
    mine = {"FRAMESCOPE_HOME": str(home), "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    framescope = (sys.executable, "-m", "framescope")
    head = ray("--head", f"--node-ip-address={SITE_IP}", f"--port={PORT}", "--num-cpus=0", "--include-dashboard=false",
               f"--temp-dir={scratch / 'ray'}")  # fmt: skip
    with ExitStack() as stack:
        try:
            stack.enter_context(started(log, *head))
            stack.enter_context(started(log, *on_the_node(scratch, home)))
            stack.enter_context(started(log, *framescope, "serve", "--port", str(SITE_PORT), **mine))
            stack.enter_context(site.worker())
            until(lambda: "far" in site.nodes() and bool(site.nodes()["far"].facts), "the other machine")
            listed = json.loads(site.command("devices", "--json").communicate(timeout=60)[0])
            print("devices:", ", ".join(f"{row['device']} of {row['node'] or 'this machine'}" for row in listed))
            playwright = stack.enter_context(sync_playwright())
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=BROWSER_ARGUMENTS)
            stack.callback(browser.close)
            page = browser.new_page()
            number = click(page, address)
            if shots is not None:
                shots.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=shots / "devices-chart.png")
                pictures(browser, address, shots)
            return judged(site, number)
        except BaseException:
            print(log.read_text(encoding="utf-8", errors="replace")[-6_000:], file=sys.stderr)
            raise
        finally:
            site.engine.dispose()


def main() -> int:
    """Drive both machines once."""
    parser = argparse.ArgumentParser(prog="python -m tests.two_machines", description=__doc__)
    parser.add_argument("--shots", type=Path, help="keep pictures of the devices on the Speed page here")
    shots = parser.parse_args().shots
    if find_spec("ray") is None:
        print("two machines: NOT DRIVEN, there is no Ray here: pip install 'framescope[cluster]'")
        return 0
    try:
        with two_networks(), tempfile.TemporaryDirectory(prefix="fs-") as scratch:
            wrong = drive(Path(scratch), shots)
    except NoNamespaces as error:
        print(f"two machines: NOT DRIVEN, this system allows no network namespaces: {error}")
        return 0
    print("\n".join(wrong) or "a click on the first machine gave a chart that the second one measured")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
