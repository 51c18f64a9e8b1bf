"""The real site with a real worker in a real browser: every page, a run that survives a reload, a phone's width."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, ViewportSize, expect

from tests.dashboard.conftest import ROOT

pytestmark = pytest.mark.browser
SHOWN_MS = 30_000
MEASURED_MS = 150_000
PAGES = {
    "/": "PyTorch leads on",
    "/adoption": "passed TensorFlow",
    "/capabilities": "Nothing is probed yet",
    "/code": "fewest lines",
    "/speed": "Which is faster",
    "/ecosystem": "TorchServe is archived",
    "/claims": "Of 54 claims",
    "/choose": "criteria have evidence",
    "/data": "values in",
}

REFUSALS = """addEventListener("securitypolicyviolation", (event) => console.error(
    `REFUSED ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`))"""
"""Before anything loads: let the console tell what the site's policy refuses."""


@dataclass(frozen=True)
class Served:
    """A running site and its worker; ``log`` holds what both said."""

    address: str
    worker: "subprocess.Popen[bytes]"
    log: Path


@pytest.fixture(scope="module")
def served(
    bundled_home: Path, tmp_path_factory: pytest.TempPathFactory, free_ports: Callable[[], int]
) -> Iterator[Served]:
    """A running site and worker on a home of their own."""
    home = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(bundled_home, home)
    port = free_ports()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    environment |= {"FRAMESCOPE_HOME": str(home), "FRAMESCOPE_SITE_ADDRESS": "127.0.0.1"}
    site = [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard/asgi.py")]
    site += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    worker = [sys.executable, "-m", "framescope", "worker"]
    log = (home / "processes.log").open("wb")
    processes = [subprocess.Popen(c, cwd=ROOT, env=environment, stdout=log, stderr=log) for c in (site, worker)]
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", processes[0], home / "processes.log")
        yield Served(f"http://127.0.0.1:{port}", processes[1], home / "processes.log")
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)
        log.close()


@pytest.fixture
def address(served: Served) -> str:
    """The site's address."""
    return served.address


def window(chromium: Browser, size: ViewportSize) -> Iterator[BrowserContext]:
    """A window for every page in turn, so that the site's files are fetched once; its page is closed by each test."""
    context = chromium.new_context(viewport=size, reduced_motion="reduce", locale="en-GB")
    context.add_init_script(REFUSALS)
    yield context
    context.close()


@pytest.fixture(scope="module")
def desk(chromium: Browser) -> Iterator[BrowserContext]:
    yield from window(chromium, {"width": 1280, "height": 900})


@pytest.fixture(scope="module")
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    yield from window(chromium, {"width": 390, "height": 844})


def wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310  # our own loopback address
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the site did not answer: {log.read_text()}")


def settled(page: Page) -> None:
    """Wait until the page is drawn and nothing runs any more."""
    page.wait_for_selector("h1", timeout=SHOWN_MS)
    expect(page.locator("[data-testid=stStatusWidget]")).to_have_count(0, timeout=SHOWN_MS)
    expect(page.locator("[data-stale=true]")).to_have_count(0, timeout=SHOWN_MS)
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0, timeout=SHOWN_MS)


def click_where_it_answers(page: Page, point: Locator) -> None:
    """Point at something of a chart until the chart says what it is, then click there.

    A chart that is still being drawn misses a movement of the mouse, and its points move until it is drawn.
    """
    until = time.monotonic() + SHOWN_MS / 1_000
    told = page.locator(".js-plotly-plot .hoverlayer text").first
    while True:
        box = point.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x + 40, y + 40)
        page.mouse.move(x, y)
        try:
            expect(told).to_be_attached(timeout=3_000)
        except AssertionError:
            if time.monotonic() > until:
                raise
        else:
            page.mouse.click(x, y)
            return


def look_behind_the_tabs(page: Page) -> None:
    """Open what lies behind each tab, and wait until it is drawn."""
    for tab in page.get_by_role("tab").all()[:12]:
        if tab.is_visible():
            tab.click()
    settled(page)


def errors_of(page: Page) -> list[str]:
    """A list that fills with what the browser reports as errors."""
    found: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            found.append(f"{message.text} ({message.location.get('url', '')})")

    page.on("console", note)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def test_a_link_to_a_page_within_works_for_the_first_visitor(address: str, page: Page) -> None:
    """Runs first, on a fresh server: a page reached by its own address must stand in the frame of the site."""
    page.goto(f"{address}/adoption?metric=stars")
    settled(page)
    expect(page.locator("h1")).to_contain_text("TensorFlow is ahead of PyTorch in GitHub stars")
    expect(page.get_by_role("link", name="Overview")).to_be_visible()


@pytest.mark.parametrize("path", list(PAGES))
def test_every_page_is_drawn_without_an_error_and_nothing_of_it_is_refused(
    path: str, address: str, desk: BrowserContext, shot: Callable[[Page, str], None]
) -> None:
    with desk.new_page() as page:
        errors = errors_of(page)
        page.goto(address + path)
        settled(page)
        expect(page.locator("h1")).to_contain_text(PAGES[path])
        shot(page, f"page-{path}")
        look_behind_the_tabs(page)
        assert page.locator("[data-testid=stException]").count() == 0
        page.wait_for_timeout(500)
        assert errors == []


def test_the_navigation_leads_from_page_to_page(address: str, page: Page) -> None:
    page.goto(address)
    settled(page)
    for name, path in (
        ("Adoption", "/adoption"),
        ("Speed", "/speed"),
        ("Code", "/code"),
        ("Data", "/data"),
        ("Overview", "/"),
    ):
        page.get_by_role("link", name=name, exact=True).first.click()
        expect(page.locator("h1")).to_contain_text(PAGES[path], timeout=SHOWN_MS)
        expect(page).to_have_title("Framescope" if path == "/" else f"{name} · Framescope", timeout=SHOWN_MS)


def test_an_embedded_page_is_titled_in_the_language_it_is_read_in(address: str, page: Page) -> None:
    page.goto(f"{address}/claims?embed=true&lang=zh-CN")
    expect(page.get_by_test_id("stApp")).to_be_attached(timeout=SHOWN_MS)
    expect(page).to_have_title("论断 · Framescope", timeout=SHOWN_MS)


def test_a_signal_leads_to_its_lines(address: str, page: Page) -> None:
    page.goto(address)
    settled(page)
    page.get_by_role("link", name="Stars", exact=True).click()
    expect(page.locator("h1")).to_contain_text("GitHub stars", timeout=SHOWN_MS)
    assert "metric=stars" in page.url


def test_a_part_of_the_answer_opens_its_evidence_in_the_same_tab(address: str, page: Page) -> None:
    page.goto(address)
    settled(page)
    page.locator("h1").get_by_role("link", name="stars", exact=True).click()
    expect(page.locator("h1")).to_contain_text("GitHub stars", timeout=SHOWN_MS)
    assert "view=share" in page.url
    assert len(page.context.pages) == 1
    page.goto(address)
    settled(page)
    page.locator('p a[href="#stale"]').click()
    expect(page.locator("#stale")).to_be_in_viewport(timeout=SHOWN_MS)
    assert page.url.endswith("/#stale")


def test_a_chart_is_drawn_and_a_table_stands_behind_it(address: str, page: Page) -> None:
    page.goto(f"{address}/adoption?metric=stars&system=pytorch&system=tensorflow")
    settled(page)
    expect(page.locator(".js-plotly-plot .scatterlayer path.js-line").first).to_be_attached(timeout=SHOWN_MS)
    expect(page.locator(".js-plotly-plot .annotation-text").filter(has_text="PyTorch").first).to_be_visible()
    page.get_by_role("tab", name="Table").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    text = Path(download.value.path()).read_text()
    assert text.startswith("# source: EvanLi/Github-Ranking")
    assert "# licence: MIT" in text
    assert "pytorch,2026-08-01,2026-09-01,102529" in text


def test_an_unknown_metric_in_the_address_is_answered(address: str, page: Page) -> None:
    page.goto(f"{address}/adoption?metric=starz")
    settled(page)
    expect(page.get_by_text("Did you mean GitHub stars?")).to_be_visible()
    assert "metric=starz" in page.url


def test_the_text_face_comes_from_the_site_itself(address: str, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    settled(page)
    page.wait_for_timeout(500)
    assert any(url.endswith("inter-latin.woff2") for url in asked)
    assert all(url.startswith((address, "data:", "blob:", address.replace("http", "ws"))) for url in asked), asked
    assert page.evaluate("() => document.fonts.check('16px Inter')")


@pytest.mark.parametrize("path", list(PAGES))
def test_a_phone_needs_no_sideways_scrolling(path: str, address: str, phone: BrowserContext) -> None:
    with phone.new_page() as page:
        page.goto(address + path)
        settled(page)
        page.wait_for_timeout(500)
        widths = page.evaluate(
            "() => [document.documentElement, document.querySelector('[data-testid=stMain]')].map(e => e.scrollWidth)"
        )
        assert max(widths) <= 390


def test_dark_is_dark(address: str, chromium: Browser) -> None:
    context = chromium.new_context(color_scheme="dark", reduced_motion="reduce")
    try:
        page = context.new_page()
        page.goto(address)
        settled(page)
        ground = page.evaluate("() => getComputedStyle(document.querySelector('.stApp')).backgroundColor")
        assert ground == "rgb(17, 20, 24)"
    finally:
        context.close()


@pytest.mark.frameworks
def test_a_run_survives_a_reload_and_its_result_appears(
    served: Served, page: Page, shot: Callable[[Page, str], None]
) -> None:
    assert served.worker.poll() is None, served.log.read_text()
    errors = errors_of(page)
    page.goto(f"{served.address}/speed?workloads=elementwise&measure_size=tiny&seconds=8")
    settled(page)
    expect(page.get_by_text("Nothing has been measured here yet")).to_be_visible()
    choose_variants(page, ["numpy", "torch.eager"])
    page.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_url(re.compile(r"job=\d+"), timeout=SHOWN_MS)
    number = re.search(r"job=(\d+)", page.url)
    assert number is not None
    taken = re.compile(rf"Job {number[1]}(: (?!queued)| is done| failed)")
    expect(page.get_by_text(taken).first, served.log.read_text()).to_be_visible(timeout=MEASURED_MS)
    page.reload()
    expect(page.get_by_text(re.compile(rf"Job {number[1]}\b")).first).to_be_visible(timeout=SHOWN_MS)
    shot(page, "speed-running")
    expect(page.get_by_text(f"Job {number[1]} is done")).to_be_visible(timeout=MEASURED_MS)
    expect(page.get_by_role("heading", name="Every variant", exact=True)).to_be_visible(timeout=SHOWN_MS)
    # drawn as a point, or, on a machine that was busy, listed with the reason why it is no result
    expect(page.get_by_text("numpy over torch.eager").first).to_be_visible(timeout=SHOWN_MS)
    shot(page, "speed-done")
    assert errors == []


@pytest.mark.frameworks
def test_two_browsers_watch_one_measurement(
    served: Served, page: Page, chromium: Browser, shot: Callable[[Page, str], None]
) -> None:
    """The second was open before, while nothing ran, and touches nothing."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce", locale="en-GB")
    try:
        other = context.new_page()
        errors, others = errors_of(page), errors_of(other)
        other.goto(f"{served.address}/speed")
        settled(other)
        expect(other.get_by_text(re.compile(r"^Job \d+: "))).to_have_count(0)
        page.goto(f"{served.address}/speed?workloads=matmul&variants=numpy&measure_size=tiny&seconds=12")
        settled(page)
        page.get_by_role("button", name="Run", exact=True).click()
        page.wait_for_url(re.compile(r"job=\d+"), timeout=SHOWN_MS)
        number = page.url.rpartition("job=")[2].partition("&")[0]
        live = re.compile(rf"Job {number}: ")
        for watched in (page, other):
            expect(watched.get_by_text(live).first, served.log.read_text()).to_be_visible(timeout=SHOWN_MS)
            measuring = re.compile(rf"Job {number}: matmul, round \d+")
            expect(watched.get_by_text(measuring).first).to_be_visible(timeout=MEASURED_MS)
            expect(watched.locator("[class*=st-key-job-live] [data-testid=stDataFrame]")).to_be_visible()
        table = other.locator("[class*=st-key-job-live]")
        first = table.bounding_box()
        other.wait_for_timeout(1_500)
        assert table.count() == 0 or table.bounding_box() == first, "nothing jumps"
        shot(other, "speed-watched")
        for watched in (page, other):
            expect(watched.get_by_text(f"Job {number} is done")).to_be_visible(timeout=MEASURED_MS)
        assert errors + others == []
    finally:
        context.close()


def choose_variants(page: Page, names: list[str]) -> None:
    box = page.get_by_role("combobox", name=re.compile("Variants"))
    for name in names:
        box.click()
        box.fill(name)
        page.get_by_role("option", name=name, exact=True).click()
        # a choice made while the one before is still on its way is lost at times
        expect(page).to_have_url(re.compile(rf"variants=[^&]*{re.escape(name)}(&|$)"), timeout=SHOWN_MS)
    page.keyboard.press("Escape")
    settled(page)


@pytest.mark.frameworks
def test_programs_are_run_from_the_page_and_their_output_comes_there(address: str, page: Page) -> None:
    """The click, the job, the worker, the program in a child, the store, and the page drawn anew: all of them real."""
    if importlib.util.find_spec("jax") is None:
        pytest.skip("JAX is not installed")
    page.goto(f"{address}/code?task=sum&system=jax")
    settled(page)
    # The words stand in the table too, in cells that the browser never shows: the canvas above them is drawn.
    expect(page.get_by_text("Not run here yet. Press Run")).to_be_visible()
    page.get_by_role("button", name="Run these").click()
    expect(page.get_by_text(re.compile(r"Job \d+ is done after \d+ s\. 1 pass"))).to_be_visible(timeout=MEASURED_MS)
    expect(page.get_by_text("3.0 + 4.5 = 7.5, and 7.5 compiled")).to_be_visible(timeout=SHOWN_MS)
    assert re.search(r"/code\?task=sum&system=jax&view=side&job=\d+$", page.url), page.url
    with page.expect_download() as told:
        page.get_by_role("button", name="sum_jax.py").click()
    assert told.value.suggested_filename == "sum_jax.py"
    assert Path(told.value.path()).read_text("utf-8") == (ROOT / "collectors/tasks/programs/sum/jax.py").read_text(
        "utf-8"
    )


def test_a_choice_is_taken_along_by_its_address_and_as_a_page(address: str, page: Page) -> None:
    errors = errors_of(page)
    page.goto(f"{address}/choose?situation=serving&weight=export:2.5")
    settled(page)
    expect(page.locator(".js-plotly-plot .annotation-text").filter(has_text="PyTorch").first).to_be_visible()
    page.get_by_text("Weights: what counts").click()
    expect(page.get_by_role("slider", name="Leaving Python")).to_have_value("2.5")
    page.get_by_role("button", name="TPU", exact=True).click()
    page.wait_for_url(re.compile(r"situation=tpu$"), timeout=SHOWN_MS)
    asked = page.get_by_test_id("stMainBlockContainer").get_by_text("What do I run on a TPU?")  # a tip may say it too
    expect(asked).to_be_visible(timeout=SHOWN_MS)
    settled(page)
    with page.expect_download(timeout=SHOWN_MS) as download:
        page.get_by_role("button", name="Brief (PDF)").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-1.4")
    assert errors == []
