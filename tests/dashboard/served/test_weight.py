"""What makes a first visit light: the fonts, the smaller files, the websocket, and what a page's head asks for."""

import asyncio
import hashlib
import json
import re
import socket
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import brotli
import pytest
import sessions
import streamlit
from playwright.sync_api import Page

from dashboard.served import compressed, fonts, head, smaller
from tests.dashboard.conftest import ROOT
from tests.dashboard.served.conftest import Ask

T = TypeVar("T")
STATIC = Path(streamlit.__file__).parent / "static" / "static"
NAMED = re.compile(r":material/([a-z0-9_]+):")
NOT_THERE = {"star_filled"}
"""What Streamlit's pages name and its own font does not have."""
MEASURED = """(names) => {
  const box = document.createElement("span");
  box.style.cssText = "position:absolute;font:24px 'Material Symbols Rounded';font-feature-settings:'liga'";
  document.body.append(box);
  const wide = (name) => { box.textContent = name; return Math.round(box.getBoundingClientRect().width); };
  const found = names.filter((name) => wide(name) !== 24);
  box.remove();
  return found;
}"""

TRANSFERRED = """(name) => performance.getEntriesByType("resource").filter((one) => one.name.includes(name))
  .reduce((sum, one) => sum + one.transferSize, 0)"""


def icons() -> set[str]:
    return set(json.loads((fonts.STATIC / "icons.json").read_text(encoding="utf-8"))["names"])


def test_every_icon_that_is_drawn_is_in_the_font_or_streamlits_own_goes_out() -> None:
    texts = [*STATIC.glob("js/*.js"), *(ROOT / "dashboard").rglob("*.py")]
    drawn = {name for path in texts for name in NAMED.findall(path.read_text(encoding="utf-8"))} - NOT_THERE
    assert len(drawn) > 80
    missing = drawn - icons()
    own = {name for path in (ROOT / "dashboard").rglob("*.py") for name in NAMED.findall(path.read_text("utf-8"))}
    if fonts.address_of(STATIC.parent) is not None:
        assert not missing, "run scripts/icon_font.py"
    assert not own - icons(), "run scripts/icon_font.py"


def test_the_icons_travel_light_and_are_asked_for_each_time(ask: Ask) -> None:
    address = fonts.address_of(STATIC.parent)
    assert address, "Streamlit has another icon font: run scripts/icon_font.py"
    told = ask(address)
    assert told.headers["content-type"] == "font/woff2"
    assert len(told.content) < 20_000
    assert told.headers["cache-control"] == "no-cache"
    again = ask(address, headers={"If-None-Match": f'W/{told.headers["etag"]}, "x"'})
    assert (again.status_code, again.content) == (304, b"")
    assert ask(address, method="HEAD").headers["content-length"] == str(len(told.content))


def test_another_icon_font_of_streamlits_goes_out_whole(tmp_path: Path) -> None:
    media = tmp_path / "static" / "media"
    media.mkdir(parents=True)
    assert fonts.address_of(tmp_path) is None
    (media / "MaterialSymbols-Rounded.new.woff2").write_bytes(b"another")
    assert fonts.address_of(tmp_path) is None


def test_who_asks_for_streamlits_text_font_is_sent_to_the_sites(ask: Ask) -> None:
    (font,) = STATIC.glob("media/SourceSansVF-Upright.*.woff2")
    told = ask(f"/static/media/{font.name}")
    assert told.status_code == 307
    assert told.headers["location"] == "../../app/static/inter-latin.woff2"
    assert ask("/app/static/inter-latin.woff2").content[:4] == b"wOF2"


def test_a_file_in_haste_is_made_smaller_and_goes_out_so(tmp_path: Path) -> None:
    """The program itself, in a process; what is too small for it, or damaged, stays as it is."""
    source = b"".join(hashlib.sha256(str(n % 997).encode()).hexdigest().encode() for n in range(4_000))
    root, folder = tmp_path / "site", compressed.folder_of(tmp_path / "cache")
    (root / "static").mkdir(parents=True)
    (root / "static" / "a.js").write_bytes(source)
    middleware = compressed.Compressed(_never, root, tmp_path / "cache")
    asked = ("/static/a.js", root / "static/a.js", compressed.CODINGS[0])
    first, hasty = middleware._body(*asked)
    (folder / f"small.{smaller.HASTY}.br").write_bytes(brotli.compress(b"small"))
    (folder / f"damaged.{smaller.HASTY}.br").write_bytes(b"\xff" * 20_000)

    async def until_done() -> None:
        working = asyncio.create_task(smaller.work(folder, 0.05))
        async with asyncio.timeout(60):
            while len(smaller.waiting(folder)) > 1:
                await asyncio.sleep(0.05)
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working

    run_apart(until_done())
    assert [path.name.partition(".")[0] for path in smaller.waiting(folder)] == ["damaged"]
    second, slow = middleware._body(*asked)
    assert len(slow) < len(hasty)
    assert first != second
    assert brotli.decompress(slow) == brotli.decompress(hasty) == source
    assert not list(folder.glob(".*")), "nothing half written is left"


def test_the_hasty_effort_is_the_one_that_is_looked_for() -> None:
    assert (compressed.CODINGS[0].name, compressed.CODINGS[0].effort) == (smaller.SUFFIX, smaller.HASTY)
    assert smaller.SMALLEST == compressed.SMALLEST


@pytest.mark.parametrize("path", ["/adoption", "/choose"])
def test_a_page_with_charts_asks_for_them_at_once(ask: Ask, path: str) -> None:
    text = ask(path).text
    chunks = re.findall(rf'<link rel="preload" {head.LATER} href="\.(/static/js/(\w+)\.[^"]+)">', text)
    assert [name for _, name in chunks] == list(head.CHART)
    assert [ask(address, method="HEAD").status_code for address, _ in chunks] == [200]
    assert 'modulepreload" crossorigin href="./static/js/PlotlyChart' not in text, "read before the page is begun with"
    assert "PlotlyChart" not in ask("/claims").text
    assert text.count(head.OWN_FONT) == 1
    assert "SourceSans" not in text


def test_a_chunk_that_streamlit_has_no_more_is_not_asked_for() -> None:
    assert head._addresses(("NoSuchChunk", "PlotlyChart")) == head._addresses(("PlotlyChart",))


def test_the_websocket_offers_compression(served_site: str) -> None:
    host, _, port = served_site.removeprefix("http://").partition(":")
    asked = (
        f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {served_site}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: streamlit\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=60) as wire:
        wire.sendall(asked.encode())
        answer = wire.recv(4_096).decode(errors="replace").lower()
    assert answer.startswith("http/1.1 101")
    assert "sec-websocket-extensions: permessage-deflate" in answer


def test_the_browser_draws_every_icon_of_the_font(served_site: str, page: Page) -> None:
    """An icon is as wide as it is high; a name that is none is a word, and wider."""
    came: list[str] = []
    page.on("response", lambda answer: came.append(answer.url) if answer.status == 200 else None)
    page.goto(f"{served_site}/data")
    page.wait_for_selector("h1")
    page.evaluate("document.fonts.load('24px \"Material Symbols Rounded\"')")
    assert page.evaluate(MEASURED, sorted(icons())) == []
    assert page.evaluate(MEASURED, ["no_such_icon"]) == ["no_such_icon"]
    assert not [url for url in came if "SourceSans" in url]
    assert page.evaluate(TRANSFERRED, "inter-latin") < 60_000, "the file has 48 kB and is fetched once"


def test_sessions_without_a_browser_choose_metrics_and_get_their_chart(served_site: str) -> None:
    took = run_apart(sessions.choosing(served_site, "adoption", 2, 2, 2))
    assert len(took) == 4
    assert all(0 < seconds < sessions.PATIENCE_S for seconds in took)


def run_apart(work: Coroutine[Any, Any, T]) -> T:
    """Run it in a thread of its own: where a browser was opened before, its loop runs in this one."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, work).result()


async def _never(*_: object) -> None:
    raise AssertionError("nothing is to be passed on")
