"""Who may run, in a real browser: a public site that is read-only, the run token, and a forged form."""

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from db.engine import open_database
from tests.dashboard.conftest import ROOT
from tests.dashboard.test_browser import SHOWN_MS, errors_of, settled, wait_for
from tests.dashboard.visits import TOKEN, PublicSite, public_site

pytestmark = pytest.mark.browser
WITH_A_RUN = {"speed": "speed.run", "capabilities": "capabilities.all", "code": "code.run"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, free_ports: Callable[[], int]) -> Iterator[PublicSite]:
    home = tmp_path_factory.mktemp("token") / "home"
    with public_site(home, free_ports(), FRAMESCOPE_RUN_TOKEN=TOKEN, FRAMESCOPE_RUN_COOLDOWN_S="3600") as running:
        yield running


def admitted(page: Page, site: PublicSite, at: str = "code") -> None:
    page.goto(f"{site.address}/{at}")
    settled(page)
    page.get_by_label("Run token").fill(TOKEN)
    page.get_by_label("Run token").press("Enter")
    expect(page.get_by_text("Admitted with the run token")).to_be_visible(timeout=SHOWN_MS)


def test_a_site_bound_to_all_addresses_is_read_only_and_says_so(
    tmp_path: Path, free_port: int, page: Page, shot: Callable[[Page, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `framescope serve --address` starts it, on every address there is."""
    monkeypatch.setenv("FRAMESCOPE_HOME", str(tmp_path / "home"))
    open_database(create=True).dispose()
    command = [sys.executable, "-m", "framescope", "serve", "--address", "0.0.0.0", "--port", str(free_port)]  # noqa: S104  # what is tested
    with (tmp_path / "log").open("wb") as log:
        serving = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{free_port}/_stcore/health", serving, tmp_path / "log")
            errors = errors_of(page)
            for name in WITH_A_RUN:
                page.goto(f"http://127.0.0.1:{free_port}/{name}")
                settled(page)
                expect(page.get_by_text("Read-only. This site can be reached from other machines")).to_be_visible()
                expect(page.get_by_role("button", name=re.compile(r"^Run\b"))).to_have_count(0)
                shot(page, f"read-only {name}")
            assert not errors
        finally:
            serving.send_signal(signal.SIGTERM)
            serving.wait(30)


def test_the_token_opens_the_page_and_is_left_nowhere(
    site: PublicSite, page: Page, shot: Callable[[Page, str], None]
) -> None:
    page.goto(f"{site.address}/code")
    settled(page)
    field = page.get_by_label("Run token")
    field.fill("a-wrong-guess")
    field.press("Enter")
    expect(page.get_by_text("That is not the run token.")).to_be_visible(timeout=SHOWN_MS)
    shot(page, "wrong token")
    admitted(page, site)
    page.get_by_role("button", name="Run these").click()
    expect(page.get_by_text("My jobs: 1 not over")).to_be_visible(timeout=SHOWN_MS)
    job = site.jobs()[0]
    assert str(job.asker).startswith("token:")
    shot(page, "admitted")
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.get_by_text("was cancelled")).to_be_visible(timeout=SHOWN_MS)
    page.get_by_role("button", name="Run these").click()
    expect(page.get_by_text("Nothing was started.")).to_contain_text("the next may be asked for at")
    assert TOKEN not in page.url
    assert TOKEN not in page.content()
    page.reload()
    settled(page)
    expect(page.get_by_label("Run token")).to_be_visible(timeout=SHOWN_MS)
    admitted(page, site)
    expect(page.get_by_text("My jobs: 0 not over")).to_be_visible(timeout=SHOWN_MS)
    left = [site.log, *(path for path in site.home.rglob("*") if path.is_file())]
    assert not [path for path in left if TOKEN.encode() in path.read_bytes()]


def test_a_form_forged_in_the_websocket_starts_nothing(site: PublicSite, chromium: Browser) -> None:
    """What the browser of somebody admitted sends on Run, sent again by somebody who is not."""
    context = chromium.new_context()
    page, sent = context.new_page(), list[bytes]()

    def watch(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(frame) if isinstance(frame, bytes) else None)

    page.on("websocket", watch)
    admitted(page, site, "capabilities")
    before = len(sent)
    page.get_by_role("button", name="Run all probes").click()
    expect(page.get_by_text(re.compile("Nothing was started|My jobs"))).not_to_have_count(0, timeout=SHOWN_MS)
    for _ in range(SHOWN_MS // 50):  # the words may stand there from a job before
        if len(sent) > before:
            break
        page.wait_for_timeout(50)
    forged = sent[before:]
    assert forged
    context.close()
    jobs = site.jobs()
    address = site.address.replace("http", "ws", 1) + "/_stcore/stream"
    with connect(
        address, subprotocols=[Subprotocol("streamlit")], origin=Origin(site.address), max_size=None
    ) as socket:
        drawn = ""
        for frame in (sent[0], *forged):  # the last may be of a part that refreshes, which draws nothing else
            socket.send(frame)
            drawn += until_drawn(socket)
        assert "Read-only." in drawn
    assert site.jobs() == jobs


def until_drawn(socket: ClientConnection) -> str:
    """Take what the site sends until a script has ended; gives all of its words."""
    words, timer = [], threading.Timer(60, socket.close)
    timer.start()
    for data in socket:
        message = ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())
        words.append(str(message))
        if message.WhichOneof("type") == "script_finished":
            timer.cancel()
            return "\n".join(words)
    raise AssertionError("the site said no more")
