"""arXiv: whole lists or nothing, precise names, errors that look like papers, and hours of refusals."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from catalog.load import load_catalog
from collectors.atom import read_feed
from collectors.body import Limits
from collectors.errors import StopSource
from collectors.report import RunReport
from collectors.run import collect
from collectors.settings import Settings
from collectors.source import Context, Item, Request
from collectors.sources import arxiv
from db import clock, read
from db.engine import Engine, reading
from tests.fakes import held
from tests.fakes.arxiv import Arxiv, Paper, atom, error, feed, refused

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recordings" / "arxiv"
NOW = held.NOON
THIS_MONTH = NOW.date().replace(day=1)
LAST_MONTH = (THIS_MONTH - timedelta(days=1)).replace(day=1)
OLD = (LAST_MONTH - timedelta(days=40)).replace(day=1)
Run = Callable[..., RunReport]


def paper(number: int, when: date, title: str = "A PyTorch library", **more: Any) -> Paper:
    return Paper(f"{when:%y%m}.{number:05d}", f"{when.isoformat()}T12:00:00Z", title, **more)


@pytest.fixture
def server(httpserver: HTTPServer) -> Arxiv:
    return Arxiv(httpserver, papers=[paper(1, OLD), paper(2, LAST_MONTH), paper(3, LAST_MONTH)])


@pytest.fixture
def run(server: Arxiv, store: Engine, home: Path) -> Run:
    quick = replace(arxiv.SOURCE, limits=Limits(tries=2, backoff_s=0.01))

    def one(*systems: str, since: date | None = OLD) -> RunReport:
        settings = Settings(home=home, source_urls={"arxiv": server.url}, source_intervals={"arxiv": 0.0})
        (report,) = collect(
            None, engine=store, settings=settings, systems=systems or ("pytorch",), since=since, registered=[quick]
        )
        return report

    return one


def stored(
    store: Engine, system: str = "pytorch", definition: str = "cs.LG", metric: str = "papers"
) -> dict[date, tuple[float | None, str]]:
    with reading(store) as session:
        rows = read.observations(session, metrics=(metric,), systems=(system,))
    return {row.period_start: (row.value, row.status) for row in rows if row.definition == definition}


def test_papers_are_counted_by_the_month_of_their_first_version(run: Run, server: Arxiv, store: Engine) -> None:
    server.papers.append(paper(4, LAST_MONTH, categories=("astro-ph.IM",)))
    assert run().status == "ok"
    assert stored(store)[OLD] == (1, "ok")
    assert stored(store)[LAST_MONTH] == (2, "ok")
    assert stored(store)[THIS_MONTH] == (0, "partial")
    assert stored(store, definition="all categories")[LAST_MONTH] == (3, "ok")
    with reading(store) as session:
        primary = {row.definition for row in read.observations(session, metrics=("papers",)) if row.primary}
    assert primary == {"cs.LG"}


def test_papers_that_name_no_other_framework_are_a_series_of_their_own(run: Run, server: Arxiv, store: Engine) -> None:
    server.papers = [
        paper(1, LAST_MONTH, "PyTorch alone"),
        paper(2, LAST_MONTH, "From TensorFlow to PyTorch"),
        paper(3, LAST_MONTH, "PyTorch and AJAX"),
        paper(4, LAST_MONTH, "PyTorch in the sky", categories=("astro-ph.IM",)),
        paper(5, LAST_MONTH, "Keras on PyTorch"),
    ]
    assert run("pytorch", "tensorflow", "keras").status == "ok"
    assert stored(store)[LAST_MONTH] == (4, "ok")
    assert stored(store, definition=arxiv.ALONE)[LAST_MONTH] == (3, "ok")
    assert stored(store, "tensorflow", arxiv.ALONE)[LAST_MONTH] == (0, "ok")
    assert stored(store, "keras", arxiv.ALONE) == {}


def test_a_month_between_without_a_match_is_a_true_zero(run: Run, server: Arxiv, store: Engine) -> None:
    server.papers = [paper(1, OLD), paper(2, THIS_MONTH)]
    run()
    assert stored(store)[LAST_MONTH] == (0, "ok")


def test_a_search_that_finds_nothing_is_asked_again_and_is_no_zero(run: Run, server: Arxiv, store: Engine) -> None:
    papers, server.papers = server.papers, []
    report = run(since=None)
    assert report.status == "partial"
    assert "no entry is listed" in report.message
    assert {request.args["start"] for request in server.seen} == {"0"}
    assert stored(store) == {}
    server.papers = papers
    with clock.ahead(timedelta(days=9)):
        run(since=None)
    assert stored(store)[LAST_MONTH][0], "an empty list settles nothing: the window comes back"


def test_early_years_without_a_paper_are_no_fault(
    run: Run, server: Arxiv, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arxiv, "FIRST_YEAR", OLD.year - 4)
    report = run(since=None)
    assert (report.status, "no entry is listed" in report.message) == ("ok", True)
    assert min(stored(store)).year >= OLD.year - 1


def test_all_pages_are_read_and_a_short_one_does_not_end_the_list(
    run: Run, server: Arxiv, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arxiv, "PAGE", 4)
    server.most = 3
    server.papers = [paper(number, LAST_MONTH) for number in range(10)]
    run()
    assert [request.args["start"] for request in server.seen] == ["0", "3", "6", "9"]
    assert stored(store)[LAST_MONTH] == (10, "ok")


def test_an_empty_page_in_the_middle_is_asked_for_again(
    run: Run, server: Arxiv, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arxiv, "PAGE", 2)
    server.scripted = [None, atom(feed([], 3))]
    assert run().status == "ok"
    assert len(server.seen) == 3
    assert stored(store)[LAST_MONTH] == (2, "ok")


def test_pages_that_stay_empty_leave_the_window_unknown(run: Run, server: Arxiv, store: Engine) -> None:
    server.always = atom(feed([], 3))
    assert run().status == "unavailable"
    assert len(server.seen) == 3
    assert stored(store) == {}


def test_a_part_of_a_list_is_no_count(run: Run, server: Arxiv, store: Engine) -> None:
    twice = atom(feed([server.papers[0], server.papers[0]], 2))
    server.scripted = [twice]
    report = run()
    assert report.status == "failed"
    assert "1 of 2 entries" in report.message
    assert stored(store) == {}


@pytest.mark.parametrize("status", [200, 400])
def test_an_error_that_looks_like_one_paper_is_none(run: Run, server: Arxiv, store: Engine, status: int) -> None:
    for system in ("pytorch", "all"):
        server.scripted = [error("incorrect id format", status)]
        report = run(system)
        assert report.status == "failed"
        assert "incorrect id format" in report.message
    assert stored(store) == {}
    assert stored(store, "all", metric="all_papers") == {}


def test_hours_of_refusals_end_the_run_after_two_tries(run: Run, server: Arxiv, store: Engine) -> None:
    server.always = refused()
    report = run("pytorch", "keras", "jax")
    assert (report.status, report.requests) == ("unavailable", 2)
    assert stored(store) == {}
    server.always = None
    assert run().status == "skipped", "arXiv is left alone for an hour"
    assert len(server.seen) == 2
    with clock.ahead(timedelta(hours=1, minutes=1)):
        assert run().status == "ok"


def test_a_passing_refusal_is_waited_out(run: Run, server: Arxiv, store: Engine) -> None:
    server.scripted = [Response("", 503)]
    assert run().status == "ok"
    assert stored(store)[OLD] == (1, "ok")


def test_requests_keep_the_distance_that_arxiv_asks_for(server: Arxiv, store: Engine, home: Path) -> None:
    assert arxiv.SOURCE.interval_s >= 3
    assert arxiv.SOURCE.limits is not None
    assert arxiv.SOURCE.limits.backoff_s >= 3
    server.spacing_s = 0.2
    server.papers.append(paper(9, THIS_MONTH))
    settings = Settings(home=home, source_urls={"arxiv": server.url}, source_intervals={"arxiv": 0.8})
    quick = replace(arxiv.SOURCE, limits=Limits(tries=1))
    (report,) = collect(
        None, engine=store, settings=settings, systems=["pytorch", "all"], since=LAST_MONTH, registered=[quick]
    )
    assert (report.status, report.requests) == ("ok", 3)


def test_the_denominator_is_counted_by_month_from_the_total(run: Run, server: Arxiv, store: Engine) -> None:
    server.papers = [paper(number, LAST_MONTH, "Nothing") for number in range(7)] + [paper(9, THIS_MONTH)]
    server.papers += [paper(50, LAST_MONTH, categories=("math.CO",))]
    assert run("all", since=LAST_MONTH).status == "ok"
    found = stored(store, "all", metric="all_papers")
    assert found == {LAST_MONTH: (7, "ok"), THIS_MONTH: (1, "partial")}
    assert all(request.args["max_results"] == "1" for request in server.seen)


def test_a_month_of_nothing_is_no_denominator(run: Run, server: Arxiv, store: Engine) -> None:
    server.papers = []
    assert run("all", since=THIS_MONTH).status == "unavailable"
    assert stored(store, "all", metric="all_papers") == {}


def test_a_search_that_ignores_the_window_or_the_category_stops_the_source(
    run: Run, server: Arxiv, store: Engine
) -> None:
    server.always = atom(feed([paper(1, date(2016, 5, 1))], 1))
    assert "not of the time asked for" in run().message
    server.always = atom(feed([paper(1, THIS_MONTH, categories=("math.CO",))], 1))
    assert "not in cs.LG" in run("all", since=THIS_MONTH).message
    assert stored(store) == {}


def test_a_first_run_goes_by_windows_and_a_second_on_that_day_asks_nothing(run: Run, server: Arxiv) -> None:
    run(since=None)
    windows = {re.findall(r"\[(\d{4})", query)[0] for query in server.queries()}
    assert windows == {f"{year}" for year in range(2015, NOW.year + 1, 2)}
    before = len(server.seen)
    assert run(since=None).requests == 0
    assert len(server.seen) == before


def test_settled_months_are_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    system = load_catalog().systems["jax"]
    kept: dict[str, str] = {}
    request = Request("http://a/", [system], cursor=kept.get)
    items = arxiv.plan(request)
    for item in items:
        kept |= arxiv._through(Context(item, "http://a", NOW - timedelta(days=8)), found=True)
    again = arxiv.plan(request)
    assert len(items) >= 6
    (window,) = again
    assert date.fromisoformat(window.detail["from"]) >= (THIS_MONTH - timedelta(days=80)).replace(day=1)
    changed = system.model_copy(update={"arxiv_pattern": "JAX"})
    assert len(arxiv.plan(Request("http://a/", [changed], cursor=kept.get))) == len(items), "counted anew"
    monkeypatch.setattr(arxiv, "_rivals", lambda _: ["PyTorch"])
    assert len(arxiv.plan(request)) == len(items), "counted anew, as another framework is known"


@pytest.mark.parametrize(
    ("system", "text", "named"),
    [
        ("jax", "Differentiable physics in JAX", True),
        ("jax", "JAX-MD: a framework", True),
        ("jax", "With Google's JAX, we", True),
        ("jax", "A theorem of Jax and Smith", False),
        ("jax", "Asynchronous AJAX applications", False),
        ("jax", "the JAX mice were fed", False),
        ("jax", "The Jackson Laboratory (JAX) mutant lines", False),
        ("jax", "services with JAX-RS and JAX-WS", False),
        ("flax", "Vision models in JAX and Flax", True),
        ("flax", "flax fibre composites", False),
        ("flax", "Flax seeds in spring", False),
        ("caffe", "implemented in Caffe.", True),
        ("caffe", "at the caffe mocha", False),
        ("caffe", "Caffe2 only", False),
        ("cntk", "Microsoft's CNTK toolkit", True),
        ("cntk", "The convolutional neural tangent kernel (CNTK)", False),
        ("cntk", "the Microsoft Cognitive Toolkit", True),
        ("pytorch", "PyTorch-based", True),
        ("pytorch", "a pytorch model", True),
        ("pytorch", "torch-bearing Pythons", False),
        ("tensorflow", "TensorFlow 2.0", True),
        ("keras", "tf.keras layers", True),
    ],
)
def test_a_pattern_tells_the_framework_from_its_namesakes(system: str, text: str, named: bool) -> None:
    assert bool(re.search(load_catalog().systems[system].arxiv_pattern, text)) is named


def test_an_authors_name_does_not_count_and_a_comment_does(run: Run, server: Arxiv, store: Engine) -> None:
    server.papers = [
        paper(1, LAST_MONTH, "On jax", author="Peter JAX"),
        paper(2, LAST_MONTH, "Fast flows", comment="Code in JAX"),
        paper(3, LAST_MONTH, "Flows\n  in JAX"),
    ]
    run("jax")
    assert stored(store, "jax")[LAST_MONTH] == (2, "ok")


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE html><html><p>Maintenance</html>",
        '<!DOCTYPE x [<!ENTITY a "b">]><feed>&a;</feed>',
        "<html><p>sign in</p></html>",
        "<feed><entry>",
        "",
        "Rate exceeded.",
        feed([], 3).replace("totalResults", "total"),
        feed([paper(1, OLD)], 1).replace("published>", "date>"),
        feed([paper(1, OLD)], 1).replace("12:00:00Z", "noon"),
        feed([paper(1, OLD)], 1).replace("arxiv.org/abs/", "example.org/"),
    ],
)
def test_an_answer_of_another_form_stops_the_source(run: Run, server: Arxiv, store: Engine, body: str) -> None:
    server.always = atom(body)
    assert run().status == "failed"
    assert stored(store) == {}


@pytest.mark.skipif(not RECORDED.is_dir(), reason="NO RECORDINGS: ../shared/recordings is not there")
def test_real_answers_are_read() -> None:
    context = Context(Item("x", "pytorch"), "http://a", NOW)

    def recorded(name: str) -> bytes:
        (path,) = RECORDED.glob(name)
        return str(json.loads(path.read_text(encoding="utf-8"))["body"]).encode()

    page = read_feed(recorded("q_testing_s0_*"), context)
    assert (page.total, len(page.papers)) == (214_881, 10)
    assert page.papers[0].id == "2202.12139"
    assert page.papers[0].published == datetime(2022, 2, 24, 15, 5, 19, tzinfo=UTC)
    assert page.papers[0].categories == {"cs.SE", "cs.LG"}
    assert "workshop @ ICST 2022" in page.papers[0].text
    assert read_feed(recorded("id_quant-ph*"), context).papers[0].id == "quant-ph/0201082"
    assert read_feed(recorded("id_0000*"), context) == read_feed(feed([], 0).encode(), context)
    with pytest.raises(StopSource, match="incorrect id format for abc"):
        read_feed(recorded("id_abc*"), context)
