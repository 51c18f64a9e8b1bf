"""The matrix in a real browser: a cell by mouse and by keyboard, a phone's width, and what axe says of it."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.sections.capability_matrix import FIRST_PX, HEAD_PX, ROW_PX
from db.engine import open_database
from tests.dashboard.conftest import ROOT
from tests.dashboard.test_browser import SHOWN_MS, errors_of, settled, wait_for
from tests.dashboard.test_capability_views import RESULTS, kept

pytestmark = pytest.mark.browser
# Streamlit's own grid says "grid" of a table inside a canvas, and its tool bar stands outside the landmarks
NOT_OURS = {
    "aria-required-children",
    "aria-required-parent",
    "region",
    "empty-table-header",
    "scrollable-region-focusable",
}


@pytest.fixture(scope="module")
def probed(tmp_path_factory: pytest.TempPathFactory, free_ports: Callable[[], int]) -> Iterator[str]:
    """The address of a site over a store with made results."""
    home = tmp_path_factory.mktemp("probed")
    engine = open_database(f"sqlite:///{home / 'framescope.db'}", create=True)
    kept(engine, RESULTS)
    engine.dispose()
    port = free_ports()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    environment |= {"FRAMESCOPE_HOME": str(home), "FRAMESCOPE_SITE_ADDRESS": "127.0.0.1"}
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard/asgi.py")]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    with (home / "log").open("wb") as log:
        site = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health", site, home / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            site.terminate()
            site.wait(20)


def opened(page: Page, address: str, query: str = "?q=derivatives") -> None:
    page.goto(f"{address}/capabilities{query}")
    settled(page)
    expect(page.get_by_test_id("data-grid-canvas").first).to_be_visible(timeout=SHOWN_MS)


def test_a_click_opens_a_cell_and_the_keyboard_the_next(
    probed: str, page: Page, shot: Callable[[Page, str], None]
) -> None:
    errors = errors_of(page)
    opened(page, probed)
    expect(page.get_by_test_id("glide-cell-2-1")).to_have_text("✗ fail")
    box = page.get_by_test_id("data-grid-canvas").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + FIRST_PX + 40, box["y"] + HEAD_PX + ROW_PX * 1.5)  # the first cell beside a title
    evidence = page.locator("#evidence")
    expect(evidence).to_have_text(re.compile("pass: The Jacobian"), timeout=SHOWN_MS)
    page.keyboard.press("ArrowRight")
    expect(evidence).to_have_text(re.compile("fail: The Jacobian"), timeout=SHOWN_MS)
    assert re.search(r"cell=jacobian(~|%7E)eager(~|%7E)tensorflow", page.url)
    shot(page, "capabilities-cell")
    page.reload()
    settled(page)
    expect(evidence).to_have_text(re.compile("fail: The Jacobian"), timeout=SHOWN_MS)
    assert page.locator("img[src=x]").count() == 0
    assert errors == []


def test_the_answer_leads_to_the_cell_that_lacks_it(probed: str, page: Page) -> None:
    opened(page, probed, "")
    page.get_by_role("link", name="The Jacobian of a function").click()
    expect(page.locator("#evidence")).to_have_text(re.compile("fail: The Jacobian"), timeout=SHOWN_MS)


def test_a_phone_keeps_the_first_column_and_scrolls_nothing_but_the_matrix(probed: str, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    try:
        page = context.new_page()
        opened(page, probed, "?q=derivatives&cell=jacobian~eager~tensorflow~2.21.0~~cpu")
        expect(page.locator("#evidence")).to_be_visible(timeout=SHOWN_MS)
        widths = page.evaluate(
            "() => [document.documentElement, document.querySelector('[data-testid=stMain]')].map(e => e.scrollWidth)"
        )
        assert max(widths) <= 390
        scroller = page.locator(".dvn-scroller").first
        scroller.scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        box = page.get_by_test_id("data-grid-canvas").first.bounding_box()
        assert box is not None
        top = box["y"] + HEAD_PX

        def seen(x: float) -> bytes:
            return page.screenshot(clip={"x": box["x"] + x, "y": top, "width": 80, "height": 60})

        before = seen(5), seen(FIRST_PX)
        scroller.evaluate("e => { e.scrollLeft = 60; }")
        page.wait_for_timeout(500)
        assert seen(5) == before[0], "the first column stays"
        assert seen(FIRST_PX) != before[1], "the others move"
    finally:
        context.close()


def test_axe_finds_nothing_of_ours(probed: str, page: Page) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    opened(page, probed, "?q=derivatives&cell=jacobian~eager~tensorflow~2.21.0~~cpu")
    expect(page.locator("#evidence")).to_be_visible(timeout=SHOWN_MS)
    found = axe.Axe().run(page).response["violations"]
    told = {f"{one['id']} ({one['impact']}): {one['nodes'][0]['target']}" for one in found if one["id"] not in NOT_OURS}
    assert not told
