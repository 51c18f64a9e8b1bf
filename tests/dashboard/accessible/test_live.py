"""What only a browser can say: a run that refreshes moves nothing, and colours are simulated as the browser does it."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, expect

from collectors import jobs
from collectors.live import Watch
from dashboard import colours
from db import write
from db.engine import Engine, open_database, writing
from tests.dashboard import vision
from tests.dashboard.accessible.conftest import Walked, rest
from tests.dashboard.accessible.scripts import MOVING
from tests.dashboard.test_browser import SHOWN_MS

pytestmark = pytest.mark.browser
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"
WORKER, VARIANTS = "made by a test", ("torch.eager", "numpy")


@pytest.fixture
def store(walked: Walked) -> Iterator[Engine]:
    """The store of the site, closed after use."""
    engine = open_database(f"sqlite:///{walked.home / 'framescope.db'}")
    yield engine
    engine.dispose()


@contextmanager
def alive(engine: Engine, job: int) -> Iterator[None]:
    """Renew the lease as a worker does: on a busy machine a page takes longer than the silence that is told of."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(2):
            with writing(engine) as session:
                write.beat_job(session, job, WORKER)

    beating = threading.Thread(target=beat)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join()


def tell(engine: Engine, job: int, watch: Watch, number: int) -> None:
    """Write what a worker writes after a round."""
    message = f"lstm: round {number}"
    watch.see({"kind": "progress", "fraction": 0.1 * number, "message": message, "process": 1, "processes": 3})
    latency = dict.fromkeys(VARIANTS, 0.01 + number / 1000)
    watch.see({"kind": "round", "workload": "lstm", "round": number, "order": [], "latency_s": latency})
    with writing(engine) as session:
        write.progress_job(session, job, WORKER, fraction=0.1 * number, message=message, detail=watch.detail())


def test_a_run_that_refreshes_moves_nothing(walked: Walked, window: BrowserContext, store: Engine) -> None:
    job = jobs.request_benchmark(store, workloads=["lstm"], variants=VARIANTS, requested_by="test")
    with writing(store) as session:
        assert write.claim_job(session, WORKER, job_id=job) == job
    watch = Watch(["lstm"], list(VARIANTS), {"lstm": 60.0}, {})
    page = window.new_page()
    try:
        with alive(store, job):
            tell(store, job, watch, 1)
            page.goto(f"{walked.address}/speed?job={job}")
            expect(page.get_by_text("round 1").first).to_be_visible(timeout=SHOWN_MS)
            rest(page)
            page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop = 200; window.shifts.length = 0")
            assert page.evaluate(SCROLLED) == 200
            for number in range(2, 6):
                tell(store, job, watch, number)
                expect(page.get_by_text(f"round {number}").first).to_be_attached(timeout=SHOWN_MS)
            shifts: list[dict[str, Any]] = page.evaluate("window.shifts")
            assert sum(shift["value"] for shift in shifts) < 0.01, "\n".join(map(str, shifts))
            assert page.evaluate(SCROLLED) == 200
            assert page.evaluate(MOVING) == []
    finally:
        page.close()
        with writing(store) as session:
            write.finish_job(session, job, WORKER, state="cancelled", message="the test is over")


def test_the_simulated_eyes_are_those_of_the_browser(chromium: Browser) -> None:
    inks = [colours.colour(slug, theme) for slug in colours.FRAMEWORKS for theme in ("light", "dark")]
    context = chromium.new_context(viewport={"width": 160, "height": 20})
    try:
        page = context.new_page()
        fields = "".join(f'<div style="flex:1;background:{ink}"></div>' for ink in inks)
        page.set_content(f'<body style="margin:0;display:flex;height:20px">{fields}</body>')
        devtools = context.new_cdp_session(page)
        for eye in ("protanopia", "deuteranopia", "tritanopia"):
            devtools.send("Emulation.setEmulatedVisionDeficiency", {"type": eye})
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            for place, ink in enumerate(inks):
                drawn = picture.getpixel((20 * place + 10, 10))
                assert drawn == pytest.approx(vision.shown(ink, eye), abs=4), (eye, ink)
    finally:
        context.close()
