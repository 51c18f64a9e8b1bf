"""How a page connects, in a real browser: with no address asked in vain, and who was here before at once."""

import time

import pytest
from playwright.sync_api import Page, Response, Route, expect

pytestmark = pytest.mark.browser
SHOWN_MS = 60_000
CONFIGURED = "window.__streamlit.HOST_CONFIG !== undefined"


def visited(page: Page, address: str) -> tuple[list[str], float, list[float]]:
    """Open a page until its heading stands: what was not found, when its websocket came, when the server answered."""
    missing: list[str] = []
    sockets: list[float] = []
    answered: list[float] = []

    def note(response: Response) -> None:
        if response.status == 404:
            missing.append(response.url)
        if response.url.endswith("/_stcore/host-config"):
            answered.append(time.monotonic())

    page.on("response", note)
    page.on("websocket", lambda _socket: sockets.append(time.monotonic()))
    page.goto(address)
    expect(page.locator("h1")).to_be_visible(timeout=SHOWN_MS)
    assert len(sockets) == 1
    return missing, sockets[0], answered


def test_a_page_asks_for_nothing_that_is_not_there(served_site: str, page: Page) -> None:
    missing, socket, answered = visited(page, f"{served_site}/claims?lang=en")
    assert missing == []
    assert answered, "the first visit asks how the server is, which brings the cookie, and then connects"
    assert answered[0] < socket
    assert not page.evaluate(CONFIGURED)


def test_a_page_opened_by_who_was_here_before_connects_before_it_is_answered(served_site: str, page: Page) -> None:
    """The server's answer is held back until the page stands: it did not wait for that."""
    visited(page, f"{served_site}/claims?lang=en")
    again = page.context.new_page()
    held: list[Route] = []
    again.route("**/_stcore/host-config", lambda route: held.append(route))
    missing, _socket, answered = visited(again, f"{served_site}/data?lang=en")
    assert (missing, answered) == ([], [])
    assert len(held) == 1, "it is still asked, beside"
    assert again.evaluate(CONFIGURED)
    held[0].continue_()
    again.get_by_role("link", name="Claims", exact=True).first.click()
    again.wait_for_url("**/claims**")
    expect(again.locator("h1")).to_be_visible(timeout=SHOWN_MS)
    again.close()


def test_a_browser_that_keeps_no_cookies_is_served_too(served_site: str, page: Page) -> None:
    page.add_init_script("Object.defineProperty(document, 'cookie', {get: () => '', set: () => {}})")
    for _ in range(2):
        page.goto(f"{served_site}/claims?lang=en")
        expect(page.locator("h1")).to_be_visible(timeout=SHOWN_MS)
        assert not page.evaluate(CONFIGURED)
