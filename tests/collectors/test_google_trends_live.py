"""Google Trends asked itself: only where switched on, once, with its cookie, and a refusal is no figure."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from catalog.load import load_catalog
from collectors.http import HttpClient
from collectors.report import RunReport
from collectors.run import collect
from collectors.settings import Settings, load_settings
from collectors.source import Context, Item, Request
from collectors.sources import SOURCES
from collectors.sources.google_trends import SOURCE, live
from collectors.states import source_list
from db import read
from db.engine import Engine, reading
from tests.fakes.google_trends import COOKIE, TOKEN, GoogleTrends, point, sunday

PAIR = ("pytorch", "tensorflow")
RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "recordings" / "google-trends"


@pytest.fixture
def site(httpserver: HTTPServer) -> GoogleTrends:
    served = GoogleTrends(httpserver)
    served.points = [point(sunday(2), 80, 0, formatted=["80", "<1"]), point(sunday(1), 100, 3), point(sunday(0), 40, 2)]
    served.points[-1]["isPartial"] = True
    return served


@pytest.fixture
def ask(site: GoogleTrends, home: Path, store: Engine) -> "Asking":
    return Asking(site, home, store)


class Asking:
    """Collects from the site into the store."""

    def __init__(self, site: GoogleTrends, home: Path, store: Engine) -> None:
        self.site, self.store, self.home = site, store, home

    def __call__(self, *, on: bool = True, due: bool = False, url: str = "") -> RunReport:
        settings = Settings(
            home=self.home,
            google_trends_live=on,
            source_urls={"google_trends": url or self.site.url},
            source_intervals={"google_trends": 0.0},
        )
        (report,) = collect(
            ["google_trends"], engine=self.store, settings=settings, systems=PAIR, due_only=due, registered=[SOURCE]
        )
        return report

    def rows(self) -> list[read.SeriesRow]:
        with reading(self.store) as session:
            return list(read.observations(session, sources=["google_trends"]))


def test_it_is_off_unless_switched_on(ask: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    report = ask(on=False)
    assert (report.status, report.requests, len(ask.site.seen)) == ("skipped", 0, 0)
    assert "FRAMESCOPE_GOOGLE_TRENDS_LIVE=1" in report.message
    assert load_settings(None).google_trends_live is False
    monkeypatch.setenv("FRAMESCOPE_GOOGLE_TRENDS_LIVE", "1")
    assert load_settings(None).google_trends_live is True


def test_switched_on_it_has_a_cadence_and_is_due_once(ask: Asking) -> None:
    assert ask(due=True).status == "ok"
    report = ask(due=True)
    assert (report.status, report.requests) == ("skipped", 0)
    assert "not due until" in report.message
    with reading(ask.store) as session:
        seen = read.source_states(session)
    (entry,) = source_list(seen, settings=Settings(google_trends_live=True), registered=[SOURCE])
    assert (entry["state"], entry["cadence_hours"], entry["imported"]) == ("ok", 720, False)


def test_three_requests_give_both_terms_on_one_scale(ask: Asking) -> None:
    report = ask()
    assert (report.status, report.requests, report.new) == ("ok", 3, 6)
    stored = {(row.system, row.period_start): (row.value, row.status) for row in ask.rows()}
    assert stored == {
        ("pytorch", sunday(2)): (80, "ok"),
        ("pytorch", sunday(1)): (100, "ok"),
        ("pytorch", sunday(0)): (40, "partial"),
        ("tensorflow", sunday(2)): (0, "lower_bound"),
        ("tensorflow", sunday(1)): (3, "ok"),
        ("tensorflow", sunday(0)): (2, "partial"),
    }
    (definition,) = {row.definition for row in ask.rows()}
    assert definition.startswith("search terms, worldwide, weeks from ")
    wanted = json.loads(ask.site.seen[1].args["req"])
    assert [item["keyword"] for item in wanted["comparisonItem"]] == ["PyTorch", "TensorFlow"]


def test_the_cookie_is_sent_back_and_neither_it_nor_the_token_is_kept_in_an_address(ask: Asking) -> None:
    ask()
    assert [request.cookies.get("NID") for request in ask.site.seen] == [None, *[COOKIE.removeprefix("NID=")] * 2]
    kept = b"".join(path.read_bytes() for path in ask.home.glob("framescope.db*"))
    assert b"planted-cookie" not in kept
    assert TOKEN.encode() not in kept
    assert not ask.site.seen[0].cookies


def test_another_day_is_another_definition_and_the_newest_is_primary(
    ask: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask()
    monkeypatch.setattr(Context, "day", property(lambda self: self.fetched_at.date() + timedelta(days=1)))
    ask.site.points = [point(sunday(1), 7, 100)]
    ask()
    assert len({row.definition for row in ask.rows()}) == 2
    assert {row.value for row in ask.rows() if row.primary} == {7, 100}


@pytest.mark.parametrize("path", ["/trends/", "/trends/api/explore", "/trends/api/widgetdata/multiline"])
def test_a_refusal_is_unavailable_and_asked_once(ask: Asking, path: str) -> None:
    ask.site.refuse.add(path)
    report = ask()
    assert (report.status, report.new, ask.rows()) == ("unavailable", 0, [])
    assert [request.path for request in ask.site.seen].count(path) == 1
    assert ask.site.seen[-1].path == path


def test_a_page_instead_of_data_is_unavailable(ask: Asking) -> None:
    ask.site.scripted["/trends/api/explore"] = b"<html>Before you continue to Google</html>"
    report = ask()
    assert (report.status, ask.rows()) == ("unavailable", [])
    assert "Import an export instead" in report.message


@pytest.mark.parametrize(
    ("path", "body", "why"),
    [
        ("explore", b")]}'\n{}", "unknown form at widgets"),
        ("explore", b')]}\'\n{"widgets": []}', "names no timeline"),
        ("explore", b')]}\'\n{"widgets": [', "not valid JSON"),
        ("widgetdata/multiline", b')]}\',\n{"default": {"timelineData": []}}', "holds no point"),
        ("widgetdata/multiline", b')]}\',\n{"default": {}}', "unknown form at default.timelineData"),
    ],
)
def test_an_answer_of_another_form_fails_and_says_so(ask: Asking, path: str, body: bytes, why: str) -> None:
    ask.site.scripted[f"/trends/api/{path}"] = body
    report = ask()
    assert (report.status, ask.rows()) == ("failed", [])
    assert why in report.message


@pytest.mark.parametrize(
    ("points", "why"),
    [
        ([point(sunday(1), 5)], "1 values for 2 terms"),
        ([point(sunday(1), 5, 101)], "unknown form"),
        ([point(sunday(1), 5, -1)], "unknown form"),
        ([point(sunday(-1), 5, 1)], "A week is said to begin"),
        ([point(sunday(1) + timedelta(days=1), 5, 1)], "A week is said to begin"),
    ],
)
def test_figures_that_cannot_be_true_are_not_stored(ask: Asking, points: list[dict[str, object]], why: str) -> None:
    ask.site.points = points
    report = ask()
    assert (report.status, ask.rows()) == ("failed", [])
    assert why in report.message


def test_five_terms_at_most_are_asked_for_and_none_of_what_was_replaced() -> None:
    systems = list(load_catalog().systems.values())
    (item,) = live.plan(Request(live.base_url(), systems))
    asked = [slug for slug, _ in json.loads(item.detail["live"])]
    assert asked[:4] == ["pytorch", "tensorflow", "keras", "jax"]
    assert len(asked) <= 5
    assert "caffe2" not in asked
    assert live.plan(Request(live.base_url(), [system for system in systems if not system.google_trends])) == ()


def test_a_dead_site_is_unavailable(ask: Asking, free_port: int) -> None:
    assert ask(url=f"http://127.0.0.1:{free_port}/").status == "unavailable"


def test_no_other_source_keeps_cookies() -> None:
    assert [source.name for source in SOURCES if source.cookies] == ["google_trends"]
    assert HttpClient.__dataclass_fields__["cookies"].default is False


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings of the real site are not here")
def test_the_recorded_answers_are_read() -> None:
    yaml = pytest.importorskip("yaml", reason="only the recordings need a reader of YAML")
    kept = yaml.safe_load((RECORDINGS / "test_interest_over_time_partial.yaml").read_text(encoding="utf-8"))
    bodies = [entry["response"]["body"]["string"] for entry in kept["interactions"]]
    terms = [["pytorch", "pizza"], ["tensorflow", "bagel"]]
    item = Item("pizza, bagel", "all", {"live": json.dumps(terms)})
    context = Context(item, "http://recorded/", datetime(2023, 3, 26, tzinfo=UTC))
    raw = [body if isinstance(body, bytes) else body.encode() for body in bodies]
    raw = [gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body for body in raw]
    assert live._widget(raw[-2], context).token  # the second answer has no other reader
    parsed = live.parse_all([(body, context) for body in raw[-3:]])
    assert len(parsed.observations) > 100
    assert sum(row.status == "partial" for row in parsed.observations) == 2
