"""Every control of every page is used once, in both languages and themes: nothing breaks, and its link restores it.

Takes about a minute a page and look, so `make test` drives one and `make soak` all.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as TooLate

from tests.dashboard.driven.scripts import BROKEN, FIND, STATE
from tests.dashboard.test_browser import PAGES, SHOWN_MS, errors_of, settled

pytestmark = pytest.mark.browser
LOOKS: tuple[tuple[str, Literal["light", "dark"]], ...] = (("en", "light"), ("zh-CN", "dark"))
ALWAYS = ("/claims", "en")
"""What `make test` drives."""
MOST = 150
LASTING_S = 10.0
FORMS: dict[str, tuple[str, ...]] = {}
"""Controls of forms, by page: what is asked for there is sent by a button, not kept in the address."""


def opened(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("h1, h2", timeout=SHOWN_MS)
    rest(page)


def rest(page: Page) -> None:
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=SHOWN_MS)
    settled(page)


def use(page: Page, control: dict[str, Any]) -> None:
    """Use a control as its kind is used."""
    place = page.locator(f"[data-driven='{control['number']}']")
    kind = control["kind"]
    if kind == "download":
        with page.expect_download(timeout=SHOWN_MS) as download:
            place.click()
        assert Path(download.value.path()).stat().st_size > 0
    elif kind in ("select", "several"):
        place.locator("input").click()
        page.wait_for_timeout(300)
        if page.get_by_role("option").count():  # of several all may be chosen
            page.keyboard.press("ArrowDown")
            page.keyboard.press("Enter")
        page.keyboard.press("Escape")
    elif kind == "slider":
        place.focus()
        page.keyboard.press("ArrowLeft" if place.get_attribute("aria-valuenow") != "0" else "ArrowRight")
    elif kind == "number":
        place.focus()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
    elif kind == "text":
        place.fill("a")
        place.press("Enter")
    else:
        place.click()
        if kind == "popover":
            page.wait_for_timeout(200)
            page.keyboard.press("Escape")
    page.wait_for_timeout(150)
    rest(page)


@pytest.mark.parametrize(("language", "theme"), LOOKS)
@pytest.mark.parametrize("path", list(PAGES))
def test_every_control_can_be_used_and_its_link_restores_it(
    path: str,
    language: str,
    theme: Literal["light", "dark"],
    whole: str,
    chromium: Browser,
    request: pytest.FixtureRequest,
    shot: Callable[[Page, str], None],
) -> None:
    if not request.config.getoption("--whole") and (path, language) != ALWAYS:
        pytest.skip("about a minute: driven by `make soak`, or with --whole")
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, color_scheme=theme, locale=language, reduced_motion="reduce"
    )
    page, other = context.new_page(), context.new_page()
    errors, used, gone, wrong = errors_of(page), set[str](), set[str](), list[str]()
    opened(page, whole + path)
    while len(used) < MOST:
        left = [one for one in page.evaluate(FIND) if one["name"] not in used]
        if not left:
            break
        before, control = page.url, left[0]
        used.add(control["name"])
        try:
            use(page, control)
        except TooLate:
            if page.locator(f"[data-driven='{control['number']}']").count() or control["name"] in gone:
                raise
            gone.add(control["name"])  # it went while it was looked at, as the page was still drawn: look again
            used.discard(control["name"])
            rest(page)
            continue
        wrong += [f"{control['name']}: {said[:200]}" for said in page.evaluate(BROKEN)]
        if page.url != before and page.url.split("?")[0] == before.split("?")[0]:
            opened(other, page.url)
            wrong += [f"{control['name']}: {told}" for told in lasting_differences(page, other)]
        elif page.url.split("?")[0] != before.split("?")[0]:
            opened(page, before)
    shot(page, f"driven-{path.strip('/') or 'overview'}-{language}")
    context.close()
    assert used or path == "/", "the page has no control"
    assert wrong == []
    assert errors == []


def lasting_differences(page: Page, other: Page) -> list[str]:
    """The differences that stay: Streamlit draws options first and marks the chosen one a moment later."""
    until = time.monotonic() + LASTING_S
    while (found := differences(page, other)) and time.monotonic() < until:
        other.wait_for_timeout(100)
    return found


def differences(page: Page, other: Page) -> list[str]:
    """What the controls say otherwise on the page that the link opened."""
    mine, theirs = page.evaluate(STATE), other.evaluate(STATE)
    named = mine.keys() | theirs.keys()
    return [f"{name}: {mine.get(name)!r}, by its link {theirs.get(name)!r}" for name in sorted(named)
            if mine.get(name) != theirs.get(name)]  # fmt: skip
