"""What every test may rely on: a clean environment, a free port, and a real browser where the machine has one."""

import gc
import os
import random
import re
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ensure_browser import find_browser, own_download
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
BROWSER_ARGUMENTS = [
    "--no-sandbox",  # the checks run as root in containers, where Chromium's own sandbox cannot start
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
CHOSEN_BROWSER = os.environ.get("FRAMESCOPE_CHROMIUM")  # read before the tests' environment is cleaned
CHOSEN_SEED = os.environ.get("FRAMESCOPE_TEST_SEED")  # likewise

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each of many hundred processes compiles the project anew
sys.dont_write_bytecode = False  # likewise each worker the tests themselves; .gitignore names what is written

expect.set_options(timeout=30_000)  # a busy machine of two processors draws late; what never comes still fails

ALONE = (
    *("bench/test_generations.py", "bench/test_run.py", "bench/test_selftest.py", "bench/test_threads.py"),
    *("bench/test_throttle.py", "bench/test_waiting.py", "test_harness_figures.py"),
)
"""Files whose tests measure: `make test` runs these one by one. Elsewhere such a test bears the mark itself."""
LONGEST = (
    *("bench/test_frameworks.py", "probes/test_known.py", "bench/test_rotating.py", "tasks/test_programs.py"),
    *("dashboard/test_browser.py", "framescope/test_up.py", "test_soak.py", "test_killing.py", "bench/test_faults.py"),
)
"""Files begun first where tests run side by side, so that none of them is still at work when all others are done."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that no other may run beside, and put the files that take longest first."""
    places = {item.nodeid: item.path.relative_to(ROOT / "tests").as_posix() for item in items}
    for item in items:
        if places[item.nodeid] in ALONE:
            item.add_marker(pytest.mark.alone)
    last = len(LONGEST)
    items.sort(key=lambda item: LONGEST.index(place) if (place := places[item.nodeid]) in LONGEST else last)


def pytest_collection_finish() -> None:
    """Leave what stays to the end out of every later search for garbage: thousands of tests, libraries, their code."""
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --database, --shots DIRECTORY, where `shot` keeps pictures, and --whole, which leaves nothing out."""
    kinds = ("sqlite", "postgresql")
    parser.addoption("--database", choices=kinds, default=None, help="the store's tests on this alone, all of them")
    parser.addoption("--whole", action="store_true", help="also run the tests that are left out for their time")
    parser.addoption("--shots", metavar="DIRECTORY", default=None, help="keep pictures of the pages here")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the developer's own settings and data out of every test: only a home of the test's own is set."""
    for name in [name for name in os.environ if name.startswith("FRAMESCOPE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FRAMESCOPE_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="session")
def repository() -> Path:
    """The directory of this checkout."""
    return ROOT


@pytest.fixture
def free_port() -> int:
    """A TCP port of the loopback that nothing listens on."""
    return find_free_port()


@pytest.fixture(scope="session")
def free_ports() -> Callable[[], int]:
    """`find_free_port`, for fixtures that live longer than one test."""
    return find_free_port


def chosen_seed() -> int:
    """The seed of a test that goes by chance: what FRAMESCOPE_TEST_SEED was set to, else another one each time."""
    return int(CHOSEN_SEED) if CHOSEN_SEED else random.SystemRandom().randrange(10**6)


def find_free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless browser for the whole run; its tests are skipped, and say so, where there is none."""
    environment = dict(os.environ) | ({"FRAMESCOPE_CHROMIUM": CHOSEN_BROWSER} if CHOSEN_BROWSER else {})
    path = find_browser(environment) or own_download()
    if path is None:
        pytest.skip("NO BROWSER: install Chromium, or name one in FRAMESCOPE_CHROMIUM (make browser tries to)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh page of 1280 by 900 that asks for no motion, in a context of its own."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce", locale="en-GB")
    yield context.new_page()
    context.close()


@pytest.fixture
def shot(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """`shot(page, name)` keeps a picture of the whole page where --shots asked for it, and does nothing otherwise."""
    directory = request.config.getoption("--shots")

    def keep(page: Page, name: str) -> None:
        if directory:
            Path(directory).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(directory) / f"{re.sub(r'[^a-z0-9-]+', '-', name.lower())}.png", full_page=True)

    return keep
