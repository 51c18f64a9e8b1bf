"""A figure in a real browser: a click opens its receipt, a link restores it, embedded it stands alone."""

import html
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.conftest import ROOT
from tests.dashboard.test_browser import SHOWN_MS, click_where_it_answers, settled, wait_for

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def shown(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory, free_ports: Callable[[], int]) -> Iterator[str]:
    """The address of a running site on the bundled figures, without a worker."""
    port, log = free_ports(), tmp_path_factory.mktemp("figure") / "site.log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    environment |= {"FRAMESCOPE_HOME": str(bundled_home), "FRAMESCOPE_SITE_ADDRESS": "127.0.0.1"}
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard/asgi.py")]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def test_a_click_opens_the_receipt_and_its_link_restores_it(
    shown: str, page: Page, shot: Callable[[Page, str], None]
) -> None:
    page.goto(f"{shown}/adoption?metric=stars&system=pytorch&from=2019-03")
    settled(page)
    chart = page.locator(".js-plotly-plot .nsewdrag").first
    expect(chart).to_be_visible(timeout=SHOWN_MS)
    click_where_it_answers(page, chart)
    expect(page.get_by_text("Receipts: GitHub stars").first).to_be_visible(timeout=SHOWN_MS)
    page.wait_for_url("**point=stars~*", timeout=SHOWN_MS)
    shot(page, "adoption-receipt")
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    settled(page)
    expect(page.get_by_text("Receipts: GitHub stars").first).to_be_visible(timeout=SHOWN_MS)
    assert "from=2019-03" in page.url


def test_each_key_moves_the_first_month_and_keeps_the_focus(shown: str, page: Page) -> None:
    page.goto(f"{shown}/adoption?metric=stars&system=pytorch&from=2019-03")
    settled(page)
    page.get_by_role("slider").first.focus()
    for month in ("04", "05", "06"):
        page.keyboard.press("ArrowRight")
        page.wait_for_url(f"**from=2019-{month}*", timeout=SHOWN_MS)
        settled(page)
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Months — start", month


def test_embedded_a_figure_stands_alone(shown: str, page: Page, shot: Callable[[Page, str], None]) -> None:
    page.goto(f"{shown}/adoption?metric=stars&view=share")
    settled(page)
    page.get_by_role("button", name="Link and embed").click()
    code = page.locator("code", has_text="<iframe").inner_text(timeout=SHOWN_MS)
    src, height = re.search(r'src="([^"]+)".* height="(\d+)"', code).groups()  # type: ignore[union-attr]  # it is there
    page.set_viewport_size({"width": 700, "height": int(height)})
    page.goto(html.unescape(src))
    expect(page.get_by_role("heading", name="GitHub stars")).to_be_in_viewport(timeout=SHOWN_MS)
    expect(page.locator(".js-plotly-plot .scatterlayer path.js-line").first).to_be_attached(timeout=SHOWN_MS)
    expect(page.get_by_text("Figures: GitHub Ranking, MIT")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("link", name="Open in Framescope")).to_be_in_viewport(ratio=1)
    top = page.get_by_role("heading", name="GitHub stars").bounding_box()
    assert top is not None
    assert top["y"] < 16, "an empty strip lies above the figure"
    assert page.get_by_role("combobox").count() == 0
    assert page.get_by_role("link", name="Overview").count() == 0
    shot(page, "adoption-embedded")


def test_the_json_comes_as_a_file(shown: str, page: Page) -> None:
    page.goto(f"{shown}/adoption?metric=stars&system=pytorch")
    settled(page)
    with page.expect_download(timeout=SHOWN_MS) as download:
        page.get_by_role("button", name="Download JSON").click()
    assert '"sha256"' in Path(download.value.path()).read_text(encoding="utf-8")
