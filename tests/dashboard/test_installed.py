"""The site from a wheel, started from a folder that has nothing of it: its look and its files came along."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.conftest import ROOT
from tests.dashboard.running import until_it_answers

pytestmark = pytest.mark.browser
SHOWN_MS = 60_000


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with what a wheel holds."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("framescope-*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "packages")
    return tmp_path / "packages"


def test_an_installed_site_has_its_own_look(
    installed: Path, bundled_home: Path, free_ports: Callable[[], int], tmp_path: Path, page: Page
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    own = {"FRAMESCOPE_HOME": str(bundled_home), "FRAMESCOPE_OFFLINE": "1", "PYTHONPATH": str(installed)}
    asked = [sys.executable, "-c", "import dashboard; print(dashboard.__file__)"]
    found = subprocess.run(asked, env=kept | own, cwd=elsewhere, capture_output=True, text=True, check=True).stdout
    assert Path(found.strip()).is_relative_to(installed)
    port = free_ports()
    command = [sys.executable, "-m", "framescope", "serve", "--port", str(port)]
    log = tmp_path / "site.log"
    with (
        log.open("wb") as out,
        subprocess.Popen(command, cwd=elsewhere, env=kept | own, stdout=out, stderr=out) as site,
    ):
        try:
            until_it_answers(port, site, log)
            page.goto(f"http://127.0.0.1:{port}/adoption?lang=en")
            heading = page.locator("h1")
            expect(heading).to_be_visible(timeout=SHOWN_MS)
            assert "Inter" in heading.evaluate("one => getComputedStyle(one).fontFamily")
            assert heading.evaluate("one => getComputedStyle(one).fontSize") == "26.25px", "1.75 of 15 px"
            assert page.request.get(f"http://127.0.0.1:{port}/app/static/icon.svg").ok
        finally:
            site.terminate()
            site.wait(30)
