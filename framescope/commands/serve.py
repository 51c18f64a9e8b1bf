"""`up`, `serve` and `worker`: the processes that stay."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from collectors import jobs
from db.engine import Engine, open_database
from framescope.environment import pin_home
from framescope.errors import CommandError, WrongUsage
from framescope.output import say

HEALTH_S = 60.0
HOUR_S = 3_600.0
STARTER_SECONDS = 60.0
KINDS = ((jobs.BENCHMARK, jobs.PROBES, jobs.TASKS), (jobs.COLLECTION,))
"""What each worker takes: what must not run beside one another is one worker's."""
PR_SET_PDEATHSIG = 1  # prctl(2)
log = logging.getLogger(__name__)


def serve(*, port: int, address: str) -> None:
    """Start the site alone and stay until it ends."""
    stop = _listen()
    open_database().dispose()
    site = start_site(port=_free_port(port, address), address=address, stop=stop)
    sys.exit(_until_stopped([site], stop))


def worker(*, once: bool, kinds: list[str], ray: str | None = None) -> None:
    """Claim and run jobs until a signal, or with ``once`` until none waits; with ``ray``, on the nodes of a cluster."""
    from collectors.worker import HANDLERS, work

    if ray is not None and set(kinds) - {jobs.BENCHMARK}:
        raise WrongUsage("A worker with --ray takes benchmarks alone; start another one for jobs of other kinds.")
    for kind in kinds:
        if kind not in HANDLERS:
            raise WrongUsage(f"There is no kind of job {kind!r}; there is {', '.join(HANDLERS)}.")

    stop = _listen()
    logging.getLogger().setLevel(logging.INFO)
    _follow_parent(stop)
    done = _reach(ray, once, stop) if ray is not None else work(open_database(), once=once, stop=stop, kinds=kinds)
    say(f"{done} jobs run")


def _reach(address: str, once: bool, stop: threading.Event) -> int:
    from collectors.cluster.work import work

    return work(open_database(), address, once=once, stop=stop)


def up(*, port: int, address: str, measure: bool) -> None:
    """Make the database, start the workers, ask for what is due and for a first measurement, start the site.

    Measuring and collecting have a worker each: a backfill of hours must not keep a visitor's measurement waiting.
    """
    from framescope.commands.store import init

    stop = _listen()
    pin_home()
    init(json=False)
    port = _free_port(port, address)
    engine = open_database()
    children = [_start_worker(kinds) for kinds in KINDS]
    try:
        children.append(start_site(port=port, address=address, stop=stop))
        _ask_for_what_is_due(engine)
        if measure:
            _ask_for_a_first_measurement(engine)
            _ask_for_first_probes(engine)
    except BaseException:
        _end(children)
        raise
    engine.dispose()
    sys.exit(_until_stopped(children, stop))


def start_site(*, port: int, address: str, stop: threading.Event) -> subprocess.Popen[bytes]:
    """Start the site, pages and API in one process, and wait until it answers its health check, or is told to stop.

    Raises `CommandError` if it ends, or does not answer in time, and `SettingsError` where a setting of who may run, of
    sign-in, or of the site's names cannot be used.
    """
    import dashboard
    from dashboard.served.address import listed

    pin_home()
    root = Path(dashboard.__file__).parent
    os.environ[jobs.SITE_ADDRESS] = address
    jobs.sign_in_section(os.environ.get("FRAMESCOPE_PUBLIC_URL", ""))  # what cannot be used is told here, in a line
    listed()
    command = [sys.executable, "-m", "streamlit", "run", str(root / "asgi.py")]
    command += ["--server.port", str(port), "--server.address", address, "--server.headless", "true"]
    command += ["--browser.serverAddress", "localhost"]  # else Streamlit asks the internet for this machine's address
    started = time.monotonic()
    site = subprocess.Popen(
        command, cwd=root.parent, stdout=subprocess.DEVNULL, preexec_fn=_follow
    )  # one call of the kernel, and no thread of ours holds a lock yet
    host = "127.0.0.1" if address in ("0.0.0.0", "::", "") else address  # noqa: S104  # compared, not bound
    base = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    while not _answers(f"{base}/_stcore/health"):
        if site.poll() is not None:
            raise CommandError(f"the site ended at once with status {site.returncode}; its message is above.")
        if stop.is_set():
            _end([site])
            raise SystemExit(0)
        if time.monotonic() - started > HEALTH_S:
            site.kill()
            raise CommandError(f"the site did not answer within {HEALTH_S:g} s.")
        time.sleep(0.1)
    say(f"Framescope is open at {base} ({time.monotonic() - started:.1f} s)")
    return site


def _start_worker(kinds: Sequence[str]) -> subprocess.Popen[bytes]:
    environment = os.environ | {"FRAMESCOPE_PARENT": str(os.getpid())}
    options = [word for kind in kinds for word in ("--kind", kind)]
    return subprocess.Popen([sys.executable, "-m", "framescope", "worker", *options], env=environment)


def _follow() -> None:
    """In a child on Linux: be told to end when the parent is gone, however it went."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _ask_for_what_is_due(engine: Engine) -> None:
    from collectors.settings import load_settings

    if load_settings().offline:
        say("FRAMESCOPE_OFFLINE is set: nothing is collected; the site says how old each figure is.")
        return
    hour = int(time.time() // HOUR_S)
    jobs.request_collection(engine, due_only=True, requested_by="schedule", key=f"due-{hour}")


def _ask_for_a_first_measurement(engine: Engine) -> None:
    from db import read
    from db.engine import reading

    with reading(engine) as session:
        measured = any(run.status in ("ok", "partial") for run in read.runs(session, kind=jobs.BENCHMARK))
        if measured or read.jobs(session, kind=jobs.BENCHMARK, states=("queued", "running")):
            return
    there = {row["variant"] for row in jobs.variant_list() if row["available"]}
    if not {"torch.eager", "tensorflow.function"} <= there:
        say("No first measurement: PyTorch and TensorFlow are not both installed (pip install 'framescope[bench]').")
        return
    jobs.request_benchmark(
        engine,
        workloads=("matmul", "lstm", "cnn_train_step"),
        seconds=STARTER_SECONDS,
        requested_by="first start",
    )


def _ask_for_first_probes(engine: Engine) -> None:
    """Queue every probe where none ever came to an answer; after a first measurement, since one worker does both."""
    from db import read
    from db.engine import reading

    with reading(engine) as session:
        probed = any(run.status in ("ok", "partial") for run in read.runs(session, kind=jobs.PROBES))
        if probed or read.jobs(session, kind=jobs.PROBES, states=("queued", "running")):
            return
    if not any(row["available"] and row["variant"] != "numpy" for row in jobs.variant_list()):
        say("No probes: none of the frameworks is installed (pip install 'framescope[bench]').")
        return
    jobs.request_probes(engine, requested_by="first start")


def _listen() -> threading.Event:
    """An event that Ctrl-C and a request to terminate set; to be called before any child is started."""
    stop = threading.Event()

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, asked)
    return stop


def _until_stopped(children: list[subprocess.Popen[bytes]], stop: threading.Event) -> int:
    status, due_at = 0, time.monotonic() + HOUR_S
    while not stop.wait(0.5):
        if children[-1].poll() is not None:
            status = children[-1].returncode or 1
            say("the site ended")
            break
        for index, kinds in enumerate(KINDS if len(children) > 1 else ()):
            if children[index].poll() is not None:
                log.warning("the %s worker ended with status %s: started again", kinds[0], children[index].returncode)
                stop.wait(2.0)
                children[index] = _start_worker(kinds)
        if len(children) > 1 and time.monotonic() > due_at:
            due_at += HOUR_S
            engine = open_database()
            _ask_for_what_is_due(engine)
            engine.dispose()
    _end(children)
    return status


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()


def _follow_parent(stop: threading.Event) -> None:
    """Stop when the process that started this worker is gone, so that `kill -9` of `up` leaves no worker behind."""
    parent = os.environ.get("FRAMESCOPE_PARENT")
    if parent is None:
        return

    def watch() -> None:
        while not stop.wait(2.0):
            if os.getppid() != int(parent):
                stop.set()

    threading.Thread(target=watch, daemon=True, name="parent-watch").start()


def _free_port(port: int, address: str) -> int:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
            return int(probe.getsockname()[1])
    except OSError as error:
        raise CommandError(f"{address}:{port} cannot be used ({error.strerror}). Take another with --port.") from error


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310  # our own loopback address
            return bool(response.status == 200)
    except OSError:
        return False
