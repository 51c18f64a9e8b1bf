"""Badges, feed, robots, health, metrics, the head of the pages and the compression of Streamlit's files."""

import gzip
import re
import shutil
import sqlite3
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin

import brotli
import pytest

from catalog.load import load_catalog
from dashboard.colours import FRAMEWORKS, PALETTES, contrast
from dashboard.sections.data_api import EXAMPLES
from dashboard.served import badges, compressed, feed, head
from dashboard.served.api import PREFIX
from db.migrations import REVISIONS
from db.read import VerdictRow
from tests.dashboard.conftest import ROOT
from tests.dashboard.served.conftest import Ask, client, started

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LINE = re.compile(r'[a-z_]+(\{([a-z_]+="([^"\\\n]|\\.)*",?)*\})? -?[0-9.e+-]+|# (TYPE|HELP|UNIT) [a-z_]+ .+|# EOF')


def test_a_badge_says_the_share_of_the_newest_whole_period(ask: Ask) -> None:
    shares = []
    for system in ("pytorch", "tensorflow"):
        answer = ask(f"/badge/downloads/{system}.svg")
        assert answer.headers["content-type"] == "image/svg+xml"
        said = [text.text or "" for text in ET.fromstring(answer.content).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314  # our own picture
        found = re.fullmatch(r"(\d+\.\d)\s% of PyTorch \+ TensorFlow in downloads, [A-Z][a-z]{2}\s\d{4}", said[1])
        assert found, said
        shares.append(float(found[1]))
    assert sum(shares) == pytest.approx(100, abs=0.11)
    tag = {"If-None-Match": answer.headers["etag"]}
    again = ask("/badge/downloads/tensorflow.svg", headers=tag)
    assert again.status_code == 304 or again.headers["etag"] != tag["If-None-Match"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("downloads/jax", 200), ("image_pulls/pytorch", 200), ("nope/pytorch", 404), ("stars/<b>", 404)],
)
def test_a_badge_of_what_is_not_known_says_no_data(ask: Ask, path: str, status: int) -> None:
    answer = ask(f"/badge/{path}.svg")
    assert answer.status_code == status
    assert ">no data<" in answer.text
    assert "%" not in answer.text
    assert "<b>" not in answer.text


def test_a_badge_escapes_its_text_and_can_be_read() -> None:
    drawn = badges.drawn("<script>&\"'", "1 < 2", '"onload="x')
    label = ET.fromstring(drawn).get("aria-label")  # noqa: S314  # our own picture
    assert label == '"onload="x'
    for colour in (badges.NAME_BACKGROUND, PALETTES["light"].muted, *(pair[0] for pair in FRAMEWORKS.values())):
        assert contrast(colour, badges.TEXT) >= 4.5, colour


def test_the_feed_tells_what_happened_with_ids_that_stay(ask: Ask) -> None:
    answer, again = ask("/feed.xml"), ask("/feed.xml")
    channel = ET.fromstring(answer.content).find("channel")  # noqa: S314  # our own document
    assert channel is not None
    items = channel.findall("item")
    dates = [parsedate_to_datetime(item.findtext("pubDate") or "") for item in items]
    assert dates == sorted(dates, reverse=True)
    assert dates[0] <= datetime.now(UTC)
    guids = [item.findtext("guid") for item in items]
    assert len(guids) == len(set(guids)) > 10
    assert guids == re.findall(r"<guid[^>]*>([^<]+)<", again.text)
    assert all((item.findtext("link") or "").startswith("http") for item in items)
    (link,) = {item.findtext("link") or "" for item in items if "crossover:downloads:" in (item.findtext("guid") or "")}
    assert link.endswith("/adoption?metric=downloads&system=pytorch&system=tensorflow&view=share"), (
        "where its figure is"
    )
    passed = [item.findtext("title") for item in items if item.findtext("category") == "crossover"]
    assert any(
        re.match(r"PyTorch passed TensorFlow in package downloads (in|between) ", title or "") for title in passed
    )


def test_a_verdict_is_news_only_where_there_was_another_before() -> None:
    catalog = load_catalog()
    claim = next(iter(catalog.claims))
    row = VerdictRow(1, 2, claim, "holds", None, NOON.date(), NOON, "It is so.", "", [])
    told = feed.events([], [row, row._replace(number=2, before="cannot tell")], catalog, "http://x")
    (one,) = [event for event in told if event.kind == "verdict"]
    says, year = catalog.claims[claim].says.rstrip("."), catalog.articles[catalog.claims[claim].article].year
    assert one.title == f"The claim “{says}” of {year} holds; the verdict before was “cannot tell”"
    back = row._replace(number=3, before="holds", verdict="cannot tell", decided_at=NOON + timedelta(hours=1))
    assert feed.settled([back, row._replace(number=2, before="cannot tell")]) == [], "it came back to what it was"
    future = row._replace(before="cannot tell", decided_at=datetime(2999, 1, 1, tzinfo=UTC))
    assert not [event for event in feed.events([], [future], catalog, "http://x") if event.kind == "verdict"]


def test_a_break_is_told_in_words_and_leads_to_what_it_changed() -> None:
    catalog = load_catalog()
    slugs = {name for cut in catalog.breaks for name in (*cut.sources, *cut.metrics) if "_" in name or "." in name}
    for cut in catalog.breaks:
        event = feed.changed(cut, catalog, "http://x")
        assert not [slug for slug in slugs if slug in event.title], event.title
        assert event.link.startswith(("http://x/adoption?metric=", "http://x/data"))
        assert cut.url in event.told
    told = feed.events([], [], catalog, "http://x")
    assert told[0].at - told[-1].at <= feed.NEWS


def test_the_feed_holds_any_text() -> None:
    event = feed.Event("k", NOON, "verdict", "a\x00<b>&\ud800\u202e", "]]>", "http://x/?a=1&b=2")
    item = ET.fromstring(feed.written([event], "http://x")).find("channel/item")  # noqa: S314  # our own document
    assert item is not None
    assert [item.findtext(name) for name in ("title", "description")] == ["a<b>&\u202e", "]]>"]


def test_links_never_lead_to_a_host_that_is_odd(served_site: str) -> None:
    told = client(served_site)("/feed.xml", headers={"Host": 'evil"><script>'})
    assert "<script" not in told.text
    assert "evil" not in told.text


@pytest.mark.parametrize("path", list(EXAMPLES))
def test_each_request_that_the_page_data_shows_is_answered(ask: Ask, path: str) -> None:
    assert ask(f"{PREFIX}{path}").status_code == 200


def test_robots_health_and_metrics(ask: Ask) -> None:
    assert "Disallow: /api/" in ask("/robots.txt").text
    health = ask("/health")
    assert (health.status_code, health.json()["status"]) == (200, "ok")
    assert health.json()["worker"]["state"] == "never seen"
    told = ask("/metrics").text
    assert not [line for line in told.splitlines() if not LINE.fullmatch(line)]
    assert told.endswith("\n# EOF\n")
    assert told.count("# EOF") == 1
    for name in ("active_sessions ", "framescope_store_readable 1", 'framescope_runs{kind="benchmark",outcome="ok"} 1'):
        assert name in told


def test_a_site_without_a_store_says_so_and_recovers(tmp_path: Path, free_ports: Callable[[], int]) -> None:
    for address in started(tmp_path / "none", free_ports()):
        asked = client(address)
        health = asked("/health")
        assert (health.status_code, health.json()["status"]) == (503, "unreadable")
        assert "framescope init" in health.json()["reason"]
        assert "framescope_store_readable 0" in asked("/metrics").text
        assert asked("/feed.xml").status_code == asked("/api/v1/series").status_code == 503
        badge = asked("/badge/stars/pytorch.svg")
        assert (badge.status_code, ">no data<" in badge.text) == (503, True)


def test_a_store_of_another_revision_answers_nothing_and_says_what_to_do(
    bundled_home: Path, tmp_path: Path, free_ports: Callable[[], int]
) -> None:
    shutil.copytree(bundled_home, tmp_path / "home")
    for address in started(tmp_path / "home", free_ports()):
        asked = client(address)
        paths = ("/api/v1/series", "/feed.xml", "/badge/stars/pytorch.svg", "/health")
        assert [asked(path).status_code for path in paths] == [200] * 4
        for found, advice in ((REVISIONS[-2], "framescope init"), ("9999", "Upgrade Framescope")):
            revised(tmp_path / "home", found)
            time.sleep(1.1)  # /health is told again for a second
            assert [asked(path).status_code for path in paths] == [503] * 4
            assert advice in asked("/health").json()["reason"]
            assert advice in asked("/api/v1/series").json()["detail"]
            assert "framescope_store_readable 0" in asked("/metrics").text
        revised(tmp_path / "home", REVISIONS[-1])
        time.sleep(1.1)
        assert [asked(path).status_code for path in paths] == [200] * 4


def revised(home: Path, revision: str) -> None:
    """Let a store say that it is of another revision."""
    with closing(sqlite3.connect(home / "framescope.db")) as store, store:
        store.execute("UPDATE alembic_version SET version_num = ?", (revision,))


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.1", "gzip"),
        ("*", "br"),
        ("br;q=x, gzip", "gzip"),
        ("identity", None),
        ("", None),
        ("*;q=0", None),
    ],
)
def test_the_coding_is_one_the_client_takes(accepted: str, coding: str | None) -> None:
    found = compressed.chosen(accepted)
    assert (found.name if found else None) == coding


def test_streamlits_files_travel_compressed_and_are_the_same(ask: Ask, served_home: Path) -> None:
    name = next(path for path in compressed.files_below(_root()) if "/PlotlyChart." in path)
    plain = ask(name)
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "Accept-Encoding"
    for coding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        told = ask(name, headers={"Accept-Encoding": coding}, unread=True)
        assert told.headers["content-encoding"] == coding
        assert told.headers["cache-control"] == compressed.IMMUTABLE
        body = told.raw.read(decode_content=False)
        assert len(body) < len(plain.content) / 3
        assert unpack(body) == plain.content
        known = {"Accept-Encoding": coding, "If-None-Match": told.headers["etag"]}
        assert ask(name, headers=known).status_code == 304
    assert len(list((served_home / "cache/static").rglob("*.br"))) >= 1
    assert ask(name, headers={"Accept-Encoding": "br", "Range": "bytes=0-9"}).content == plain.content[:10]


def test_no_path_leads_out_of_streamlits_files(ask: Ask) -> None:
    for path in ("/static/../../../etc/passwd", "/static/%2e%2e/%2e%2e/index.html", "/static/js/nope.js"):
        told = ask(path, headers={"Accept-Encoding": "br"})
        assert "root:" not in told.text
        assert told.headers.get("content-encoding") != "br"


def test_what_cannot_be_kept_is_served_all_the_same(tmp_path: Path) -> None:
    root, blocked = tmp_path / "site", tmp_path / "blocked"
    (root / "static").mkdir(parents=True)
    (root / "static" / "a.js").write_bytes(b"x" * 5_000)
    blocked.write_text("a file, not a folder")
    middleware = compressed.Compressed(_never, root, blocked)
    _, body = middleware._body("/static/a.js", root / "static/a.js", compressed.CODINGS[1])
    assert gzip.decompress(body) == b"x" * 5_000


def test_files_of_an_earlier_streamlit_are_removed(tmp_path: Path) -> None:
    (tmp_path / "0.0.1").mkdir()
    compressed.forget_earlier(tmp_path)
    assert not list(tmp_path.iterdir())


def test_every_page_has_a_head_of_its_own(ask: Ask) -> None:
    paths = re.findall(r'url_path="([a-z]+)"', (ROOT / "dashboard/app.py").read_text(encoding="utf-8"))
    assert set(head.PAGES) == {"/", *(f"/{path}" for path in paths)}
    told = {path: ask(path) for path in head.PAGES}
    titles = [re.findall(r"<title>(.*?)</title>", answer.text) for answer in told.values()]
    assert all(len(found) == 1 and "Framescope" in found[0] for found in titles)
    assert len({found[0] for found in titles}) == len(head.PAGES)
    speed = told["/speed"]
    assert f'<meta property="og:description" content="{head.PAGES["/speed"].question}">' in speed.text
    assert 'lang="en"' in speed.text
    assert ask("/speed", headers={"If-None-Match": speed.headers["etag"]}).status_code == 304
    packed = ask("/speed", headers={"Accept-Encoding": "gzip"})
    assert (packed.headers["content-encoding"], packed.text) == ("gzip", speed.text)
    assert ask("/speed", method="HEAD").content == b""
    assert all("favicon.png" not in answer.text for answer in told.values())
    assert all(answer.text.count('href="./app/static/icon.svg"') == 1 for answer in told.values())
    assert all(answer.text.count(head.OWN_TAB) == 1 for answer in told.values())
    assert all(answer.text.count(head.STYLE) == 1 for answer in told.values())
    described = re.findall(r'<link[^>]*rel="service-desc"[^>]*>', speed.text)
    assert described == [head.OWN_API], "ours alone, not Streamlit's for agents"
    assert "/series" in ask("/api/v1/openapi.json").json()["paths"]
    assert "stMainBlockContainer" in ask("/app/static/site.css").text
    assert ask("/app/static/icon.svg").headers["content-type"].startswith("image/svg+xml")


@pytest.mark.parametrize("path", ["/nosuchpage", "/no/such/page", "/overview", "/static/none.js", "/<b>x"])
def test_an_address_without_a_page_is_not_found_and_leads_home(ask: Ask, path: str) -> None:
    answer = ask(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "There is no page at this address" in answer.text
    assert "<b>" not in answer.text
    home = re.findall(r'<a href="([^"]*)">Overview</a>', answer.text)
    assert [urljoin(path, link) for link in home] == ["/"]
    for link in re.findall(r'<a href="([^"]*)">', answer.text):
        assert ask(urljoin(path, link)).status_code == 200
    assert ask(path, method="HEAD").content == b""
    assert "此地址没有页面" in ask(path, headers={"Accept-Language": "zh-CN"}).content.decode()


def test_what_is_there_is_found(ask: Ask) -> None:
    assert ask("/speed/").status_code in (301, 307, 308)
    assert ask("/app/static/icon.svg").status_code == 200
    assert ask("/_stcore/health").status_code == 200


def _root() -> Path:
    import streamlit

    return Path(streamlit.__file__).parent / "static"


async def _never(*_: object) -> None:
    raise AssertionError("nothing is to be passed on")
