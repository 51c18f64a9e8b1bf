"""Every page, walked once: what axe says of it, what the keyboard reaches, what moves, what is on paper."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page

from tests.dashboard.accessible.conftest import NARROW, WIDE, Walked, rest
from tests.dashboard.accessible.scripts import AXED, FOCUSED, MOVING, PRINTED, SIGNATURE, STOPS, UNDESCRIBED
from tests.dashboard.test_browser import PAGES, SHOWN_MS

pytestmark = pytest.mark.browser
BASELINE = tomllib.loads((Path(__file__).parent / "baseline.toml").read_text(encoding="utf-8"))
KNOWN = {(entry["rule"], entry["node"]) for entry in BASELINE["axe"]}
AXE_SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
LOOKS = ("light", "dark", "narrow")
STANDARDS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""In the dark only colours are others: the rest was asked in the light."""
DARK = "getComputedStyle(document.querySelector('.stApp')).backgroundColor === 'rgb(17, 20, 24)'"
MOST_SHIFT = 0.1
"""Above this a page is no longer good: web.dev, Cumulative Layout Shift."""


def examined(page: Page, walked: Walked, path: str, look: str) -> list[str]:
    """What axe finds that the baseline does not have, in words."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    rules = COLOURS if look == "dark" else STANDARDS
    nodes = page.evaluate(AXED, {"runOnly": rules, "resultTypes": ["violations"], "preload": False})
    signatures = page.evaluate(SIGNATURE, [node["target"] for node in nodes])
    found = [(node["rule"], signature) for node, signature in zip(nodes, signatures, strict=True)]
    walked.found[path, look] = set(found)
    return [
        f"{node['rule']} ({node['impact']}): {told[1]}: {node['html']}: {node['why']}"
        for node, told in zip(nodes, found, strict=True)
        if told not in KNOWN
    ]


def path_of(page: Page, walked: Walked) -> str:
    return page.url.removeprefix(walked.address).partition("?")[0]


def test_nothing_jumps_once_the_title_is_there(here: Page) -> None:
    assert here.evaluate("window.titled") is not None
    shifts: list[dict[str, Any]] = here.evaluate("window.shifts.filter(s => s.at > window.titled && s.ours)")
    assert sum(shift["value"] for shift in shifts) < MOST_SHIFT, "\n".join(map(str, shifts))


def test_axe_finds_nothing_of_ours(here: Page, walked: Walked) -> None:
    assert examined(here, walked, path_of(here, walked), "light") == []


def test_every_picture_is_described(here: Page) -> None:
    assert here.evaluate(UNDESCRIBED) == []


def test_nothing_moves_for_who_wants_no_motion(here: Page) -> None:
    assert here.evaluate(MOVING) == []


def test_the_keyboard_reaches_everything_and_shows_where_it_is(here: Page) -> None:
    here.evaluate("document.activeElement.blur(); window.last = null; scrollTo(0, 0)")
    wanted: list[str] = here.evaluate(STOPS)
    reached: list[str] = []
    unseen, off = [], []
    for _ in range(2 * len(wanted) + 40):
        here.keyboard.press("Tab")
        told = here.evaluate(FOCUSED)
        if told["seen"] is False:
            unseen.append(reached[-1])
        if not told["name"]:
            break
        reached.append(told["name"])
        off += [told["name"]] if told["off"] else []
    else:
        pytest.fail(f"a trap: the focus never leaves the page: {reached[-5:]}")
    assert sorted(set(wanted) - set(reached)) == []
    assert unseen == [], "the focus cannot be seen"
    assert off == [], "the focus lies out of sight"


def test_on_paper_stand_the_figures_and_no_controls(here: Page) -> None:
    charts = here.locator("[data-testid=stPlotlyChart]:visible").count()
    owed: int = here.evaluate(PRINTED)["owed"]
    here.emulate_media(media="print")
    try:
        printed = here.evaluate(PRINTED)
        paper = here.pdf(format="A4", print_background=True)
    finally:
        here.emulate_media(media="screen")
    assert printed["controls"] == []
    assert printed["title"]
    assert printed["charts"] >= charts
    assert printed["owed"] == owed >= min(charts, 1), "whose figures they are"
    assert printed["clipped"] <= 1, "nothing is cut off at the first sheet"
    assert paper.startswith(b"%PDF")


def darkened(page: Page) -> None:
    """Ask for the dark until the page is dark: Streamlit misses a change while it still is about paper."""
    for last in (False, False, True):
        page.emulate_media(color_scheme="light")
        page.emulate_media(color_scheme="dark")
        try:
            page.wait_for_function(DARK, timeout=SHOWN_MS if last else 5_000)
        except Error:
            if last:
                raise
        else:
            return


def test_axe_finds_nothing_of_ours_in_the_dark(here: Page, walked: Walked) -> None:
    try:
        darkened(here)
        rest(here)
        assert examined(here, walked, path_of(here, walked), "dark") == []
    finally:
        here.emulate_media(color_scheme="light")


def test_a_phone_needs_no_sideways_scrolling_and_axe_finds_nothing_of_ours(here: Page, walked: Walked) -> None:
    here.set_viewport_size(NARROW)
    try:
        rest(here)
        widths = here.evaluate(
            "[document.documentElement, document.querySelector('[data-testid=stMain]')].map(e => e.scrollWidth)"
        )
        assert max(widths) <= NARROW["width"]
        assert examined(here, walked, path_of(here, walked), "narrow") == []
    finally:
        here.set_viewport_size(WIDE)


def test_the_baseline_names_nothing_that_is_gone(walked: Walked) -> None:
    """Runs last: what Streamlit has mended is taken off the list."""
    missing = {(path, look) for path in PAGES for look in LOOKS} - set(walked.found)
    if missing:
        pytest.skip(f"not every page was walked: {sorted(missing)[:3]}")
    assert KNOWN - set().union(*walked.found.values()) == set()
