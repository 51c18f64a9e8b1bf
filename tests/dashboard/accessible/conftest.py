"""One site with bundled figures, a measured run, probes and a job in progress, and one walk through its pages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.dashboard.accessible.scripts import QUIET, WATCHED
from tests.dashboard.filled import filled
from tests.dashboard.running import running
from tests.dashboard.test_browser import PAGES, SHOWN_MS, settled

WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
SLOWER = 4
"""How many times slower the browser works while a page is loaded: what comes late is what makes a page jump."""


@dataclass(frozen=True)
class Walked:
    """The site's address, its home, and what axe found on the way: (page, look) to signatures of nodes."""

    address: str
    home: Path
    found: dict[tuple[str, str], set[tuple[str, str]]] = field(default_factory=dict)


@pytest.fixture(scope="package")
def walked(
    bundled_home: Path, tmp_path_factory: pytest.TempPathFactory, free_ports: Callable[[], int]
) -> Iterator[Walked]:
    """A running site whose pages have something to show, without a worker."""
    home, port = filled(bundled_home, tmp_path_factory.mktemp("accessible") / "home"), free_ports()
    with running(home, port):
        yield Walked(f"http://127.0.0.1:{port}", home)


@pytest.fixture(scope="package")
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """One window for the whole walk, so that the site's files are fetched once; it asks for no motion.

    The site's policy on scripts is not asked: axe is put into the page from outside.
    """
    context = chromium.new_context(viewport=WIDE, reduced_motion="reduce", locale="en-GB", bypass_csp=True)
    context.add_init_script(WATCHED)
    yield context
    context.close()


def rest(page: Page) -> None:
    """Wait until the page is drawn and nothing in it changes or moves."""
    page.wait_for_selector("h1", timeout=SHOWN_MS)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=SHOWN_MS)
    settled(page)
    page.evaluate(QUIET)


@pytest.fixture(scope="module", params=list(PAGES))
def here(walked: Walked, window: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """One page, loaded once for all its tests, slowed down; each leaves it light and 1,280 px wide."""
    page = window.new_page()
    pace = window.new_cdp_session(page)
    pace.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(walked.address + request.param)
    rest(page)
    pace.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    yield page
    page.close()
