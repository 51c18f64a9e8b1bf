"""The one figure on pages other than Adoption, in a real browser: its files are opened, its point opens, it embeds."""

import csv
import json
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.test_browser import SHOWN_MS, click_where_it_answers, errors_of, settled
from tests.dashboard.test_figure_browser import shown

__all__ = ["shown"]
pytestmark = pytest.mark.browser
RELEASES = "/ecosystem?show=timeline&system=pytorch&system=tensorflow"
DRAWN = ".js-plotly-plot .scatterlayer .point"
SMALL_PRINT = """() => document.querySelector('.js-plotly-plot').layout.annotations
    .filter(one => one.name === 'source').map(one => one.text).join(' ')"""


def saved(page: Page, name: str) -> Path:
    with page.expect_download(timeout=SHOWN_MS) as download:
        page.get_by_role("button", name=name).click()
    return Path(download.value.path())


def size_of(picture: bytes) -> tuple[int, int]:
    """Width and height in pixels, as the head of a PNG has them."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    return int(width), int(height)


@pytest.fixture
def releases(shown: str, page: Page) -> Page:  # the fixture of another file, of this name
    """The figure of releases, drawn."""
    page.goto(shown + RELEASES)
    settled(page)
    expect(page.locator(DRAWN).first).to_be_attached(timeout=SHOWN_MS)
    return page


def test_csv_json_and_picture_come_as_files_that_say_the_finding(releases: Page) -> None:
    errors = errors_of(releases)
    title = releases.get_by_role("heading", name="Last released").inner_text().strip()
    text = saved(releases, "Download CSV").read_text(encoding="utf-8")
    assert f"# title: {' '.join(title.split())}" in text.replace("\u00a0", " ")
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("# ")))
    assert {row["system"] for row in rows} == {"pytorch", "tensorflow"}
    told = json.loads(saved(releases, "Download JSON").read_text(encoding="utf-8"))
    assert len(told["rows"]) == len(rows)
    assert "show=timeline" in told["link"]
    releases.locator(".js-plotly-plot").first.hover()
    with releases.expect_download(timeout=SHOWN_MS) as download:
        releases.locator(".modebar-btn[data-title*='Download']").first.click()
    assert download.value.suggested_filename == "ecosystem-releases.png"
    width, height = size_of(Path(download.value.path()).read_bytes())
    assert width == 2 * 1_200
    assert height == 2 * releases.evaluate("() => document.querySelector('.js-plotly-plot').layout.height")
    seen = releases.evaluate("() => document.querySelector('.js-plotly-plot').layout.meta.seen_px")
    shown = releases.locator("[class*=st-key-drawn-]").first.bounding_box()
    assert shown is not None
    assert shown["height"] == seen < height / 2, "the small print is for the picture alone"
    drawn = str(releases.evaluate(SMALL_PRINT)).replace("<br>", " ").replace("\u00a0", " ")
    assert " ".join(title.split()) in drawn
    assert "Framescope" in drawn
    assert errors == []


def test_a_click_on_a_release_opens_its_receipt_and_the_link_restores_it(
    releases: Page, shot: Callable[[Page, str], None]
) -> None:
    click_where_it_answers(releases, releases.locator(DRAWN).last)
    expect(releases.get_by_text("Receipts:").first).to_be_visible(timeout=SHOWN_MS)
    releases.wait_for_url("**point=release*", timeout=SHOWN_MS)
    shot(releases, "release-receipt")
    link = releases.url
    releases.goto("about:blank")
    releases.goto(link)
    settled(releases)
    expect(releases.get_by_text("Receipts:").first).to_be_visible(timeout=SHOWN_MS)
    assert "system=tensorflow" in releases.url


def test_embedded_a_page_shows_the_figure_asked_for_alone(
    shown: str,  # as above
    page: Page,
    shot: Callable[[Page, str], None],
) -> None:
    page.goto(f"{shown}/choose?situation=serving&figure=choose-ranking&embed=true")
    expect(page.locator(DRAWN).first).to_be_attached(timeout=SHOWN_MS)
    expect(page.get_by_role("link", name="Open in Framescope")).to_be_visible(timeout=SHOWN_MS)
    expect(page.get_by_text("Where it flips")).to_be_hidden(timeout=SHOWN_MS)
    expect(page.get_by_text("How it was made")).to_have_count(0)
    for button in page.get_by_role("button").all():
        expect(button).to_be_hidden()
    expect(page.get_by_role("heading", name="criteria have evidence").first).to_be_visible()
    shot(page, "choose-embedded")


def test_a_figure_that_is_not_there_is_said_to_be_so_where_it_is_embedded(
    shown: str,  # as above
    page: Page,
) -> None:
    page.goto(f"{shown}/ecosystem?figure=gone&embed=true")
    expect(page.get_by_text("There is no figure gone here any more")).to_be_visible(timeout=SHOWN_MS)
    expect(page.get_by_role("link", name="Open in Framescope")).to_be_visible(timeout=SHOWN_MS)
