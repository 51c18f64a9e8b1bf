"""Every page in Firefox, at a desk and on a phone: drawn, charts too, nothing refused, none wider than the window.

Takes a minute, so `make test` opens one page and `make soak` all; skipped, and says so, where there is no Firefox.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.dashboard.driven.firefox import Firefox, firefox, installed
from tests.dashboard.test_browser import PAGES

pytestmark = pytest.mark.browser
DRAWN_S = 60.0
ALWAYS = ("/adoption", "desk")
"""What `make test` opens."""
CHARTS = {"/adoption": 1, "/adoption?tab=signals": 1, "/speed": 1, "/choose": 1}
"""How many charts Plotly draws at least."""
SIZES = {"desk": (1280, 900), "phone": (390, 844)}
STATE = """({
    heading: document.querySelector("h1")?.innerText ?? "",
    running: document.querySelector("[data-testid=stApp]")?.dataset.testScriptState !== "notRunning"
        || document.querySelector("[data-testid=stSkeleton], [data-stale=true]") !== null,
    charts: document.querySelectorAll(".js-plotly-plot .main-svg:first-child").length,
    pictures: [...document.querySelectorAll(".first-picture")].filter((one) => one.checkVisibility()).length,
    broken: [...document.querySelectorAll("[data-testid=stException]")].map((one) => one.innerText),
    wide: document.documentElement.scrollWidth,
    face: document.fonts.check("16px Inter"),
})"""


@pytest.fixture(scope="module")
def browser(free_ports: Callable[[], int]) -> Iterator[Firefox]:
    path = installed()
    if path is None:
        pytest.skip("NO FIREFOX: install firefox-esr, or name one in FRAMESCOPE_FIREFOX")
    with firefox(path, free_ports()) as running:
        yield running


def drawn(browser: Firefox, charts: int) -> dict[str, Any]:
    """The page as soon as it rests with its charts, or as it is after a minute."""
    until = time.monotonic() + DRAWN_S
    while True:
        state: dict[str, Any] = browser.said(STATE)
        rests = state["heading"] and not state["running"] and state["charts"] >= charts and not state["pictures"]
        if rests or time.monotonic() > until:
            return state
        time.sleep(0.2)


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("path", [*PAGES, "/adoption?tab=signals"])
def test_a_page_is_drawn_in_firefox(
    path: str, size: str, browser: Firefox, whole: str, request: pytest.FixtureRequest
) -> None:
    if not request.config.getoption("--whole") and (path, size) != ALWAYS:
        pytest.skip("seconds each: opened by `make soak`, or with --whole")
    width, height = SIZES[size]
    least = CHARTS.get(path, 0)
    state = drawn(browser.open(whole + path, width, height), least)
    assert state["heading"]
    assert not state["running"]
    assert state["charts"] >= least
    assert state["pictures"] == 0, "the picture goes when the chart has come"
    assert (state["broken"], browser.errors) == ([], [])
    assert state["wide"] <= width
    assert state["face"]


def test_a_page_that_is_broken_would_be_seen(browser: Firefox, whole: str) -> None:
    browser.open(f"{whole}/robots.txt", *SIZES["desk"])
    browser.said("console.error('a fault')")
    assert browser.said("1 + 1") == 2
    assert [error for error in browser.errors if "a fault" in error]
    assert browser.said("document.querySelector('h1')") is None
