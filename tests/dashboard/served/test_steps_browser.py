"""Steps of the history in a real browser: what a page completes in its address is none, a visitor's choice is one."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
SHOWN_MS = 60_000


def at(page: Page) -> str:
    """The address as the page itself has it, without the site's own."""
    return str(page.evaluate("location.pathname + location.search"))


def steps(page: Page) -> int:
    return int(page.evaluate("history.length"))


def until(page: Page, so: Callable[[str], bool]) -> None:
    """Wait for an address; the site's policy lets nobody evaluate a text in the page again and again."""
    for _ in range(SHOWN_MS // 50):
        if so(at(page)):
            return
        page.wait_for_timeout(50)
    raise AssertionError(at(page))


def completed(page: Page) -> None:
    until(page, lambda address: "source=" in address)


@pytest.mark.parametrize("times", [1, 8], ids=["quick", "slow"])
def test_one_step_back_leads_where_the_visitor_came_from(served_site: str, page: Page, times: int) -> None:
    """A slow browser hears of the next page's query while the address is still that of the page it leaves."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": times})
    page.goto(served_site)
    expect(page.locator("h1")).to_contain_text("leads on", timeout=SHOWN_MS)
    before = steps(page)
    page.get_by_role("link", name="Adoption", exact=True).first.click()
    completed(page)
    assert steps(page) == before + 1
    page.go_back()
    expect(page.locator("h1")).to_contain_text("leads on", timeout=SHOWN_MS)
    assert at(page) == "/"
    page.go_forward()
    expect(page.locator("h1")).to_contain_text("package downloads", timeout=SHOWN_MS)
    assert at(page).startswith("/adoption?metric=downloads")


def test_a_link_is_one_step_and_a_choice_on_the_page_another(served_site: str, page: Page) -> None:
    page.goto(f"{served_site}/robots.txt")
    before = steps(page)
    page.goto(f"{served_site}/adoption?metric=stars")
    completed(page)
    assert steps(page) == before + 1
    expect(page.get_by_role("radio", name="Share")).to_be_visible(timeout=SHOWN_MS)
    page.get_by_role("radio", name="Share").click()
    until(page, lambda address: "view=share" in address)
    assert steps(page) == before + 2
    page.go_back()
    until(page, lambda address: "view=share" not in address)
    expect(page.get_by_role("radio", name="Absolute")).to_be_checked(timeout=SHOWN_MS)
    assert at(page).startswith("/adoption?metric=stars"), "Back takes the choice back"
