"""A chart's first picture in the served site: the browser says when it is drawn, and the chart follows in any case."""

import pytest
from playwright.sync_api import Page, Request, expect

from tests.dashboard.served.conftest import Ask
from tests.dashboard.test_browser import SHOWN_MS, settled

ADDRESS = "/adoption?metric=stars&system=pytorch&system=tensorflow"


def test_a_mark_that_nobody_sent_is_answered_all_the_same(ask: Ask) -> None:
    answer = ask("/seen/nobody-sent-it.svg")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert ask("/seen/a/b").status_code == 404


@pytest.mark.browser
def test_the_browser_asks_once_a_visit_and_then_has_the_chart(served_site: str, page: Page) -> None:
    asked = list[str]()

    def note(request: Request) -> None:
        if "/seen/" in request.url:
            asked.append(request.url)

    page.on("request", note)
    page.goto(f"{served_site}{ADDRESS}&metric=downloads")
    settled(page)
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=SHOWN_MS)
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    expect(page.locator(".first-picture").first).to_be_hidden()
    assert len(asked) == 1


@pytest.mark.browser
def test_a_browser_that_cannot_ask_has_the_chart_a_little_later(served_site: str, page: Page) -> None:
    page.route("**/seen/*", lambda route: route.abort())
    page.goto(served_site + ADDRESS)
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=SHOWN_MS)
