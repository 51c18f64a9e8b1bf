"""The page Claims and the overview's list, on the bundled figures."""

import csv
import io
import json
import re
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from streamlit.testing.v1 import AppTest

from catalog.load import load_catalog
from dashboard import chosen, claimed, probed
from dashboard.sections import figure as figure_section
from dashboard.sections.claims_list import answer, ledger_csv, ledger_json
from dashboard.sections.figure import Figure
from dashboard.sections.figure_files import csv_of, json_of
from dashboard.served import api
from db import write
from db.engine import open_database, reading, writing
from language.words import speaking
from tests.dashboard.conftest import Opened
from tests.dashboard.test_views import asked, words
from verdicts import ledger

ROW = {"id": "=a", "article": "x", "year": 2018, "topic": "speed", "says": "=1+1", "verdict": "holds", "as_of": "2026"}
ROW |= {"outdated": False}
WHOLE = ROW | {"note": "n", "missing": ["a", "b"], "command": "", "would_change": "w", "evidence": []}


@pytest.fixture(autouse=True)
def one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verdicts as of one day, whatever the clock says: figures grow too old to tell of a later one."""
    for place in ("dashboard.claimed.today", "dashboard.data.today"):
        monkeypatch.setattr(place, lambda: date(2026, 11, 22))


def test_the_page_opens_with_how_many_hold(site: Opened, bundled: Path) -> None:
    app = site("claims")
    assert app.title[0].value.startswith("Of 54 claims,")
    frame = app.dataframe[0].value
    assert len(frame) == 54
    known = {"✓ holds", "✕ no longer holds", "⊘ never held", "? cannot tell", "✕ was out of date when published"}
    assert set(frame["now"]) == known


def test_a_link_opens_one_claim_with_its_evidence(site: Opened, bundled: Path) -> None:
    app = site("claims", claim="tf-larger-community")
    said = words(app)
    assert "✓ holds" in said
    assert "✓ for it" in said
    assert "What would change this:" in said
    assert "Wilson" in said
    assert "No verdict was kept of it yet" in said
    assert asked(app, "claim") == ["tf-larger-community"]


def test_a_claim_that_cannot_be_told_says_what_is_missing_once(site: Opened, bundled: Path) -> None:
    said = words(site("claims", claim="pt-academia-tf-industry"))
    assert "? cannot tell" in said
    assert said.count("neither downloads nor pulls tell a company from a university") == 1
    assert "· beside it" in said
    assert "What would change this:" not in said


def test_a_claim_that_was_asked_for_stands_above_the_list(site: Opened, bundled: Path) -> None:
    def order(app: AppTest) -> list[str]:
        named = [(one.type, str(getattr(one, "value", ""))) for one in app.main]
        return [kind for kind, said in named if kind == "dataframe" or (kind == "header" and "“" in said)]

    app = site("claims", claim="tf-static-graph-only")
    assert order(app) == ["header", "dataframe"]
    app.session_state["claims.clicked"] = True
    assert order(app.run()) == ["dataframe", "header"], "who clicked a row finds its claim below the list"


def test_what_cannot_be_told_says_what_is_missing_and_how_to_get_it(site: Opened, bundled: Path) -> None:
    app = site("claims", claim="arxiv-growth-h1-2019")
    assert "Missing: papers" in words(app)
    assert "framescope collect arxiv" in [block.value for block in app.code]


def test_a_filter_comes_from_the_address_and_an_unknown_claim_is_named(site: Opened, bundled: Path) -> None:
    app = site("claims", verdict="never held")
    assert set(app.dataframe[0].value["now"]) == {"⊘ never held"}
    app = site("claims", claim="<b>none</b>")
    assert "There is no claim" in app.warning[0].value
    assert "<b>" in app.warning[0].value.replace("\\", "")


def test_another_day_comes_from_the_address_and_is_kept_there(site: Opened, bundled: Path) -> None:
    app = site("claims", as_of="2019-01-01", claim="keras-backends")
    assert "✓ holds" in words(app)
    assert "1 Jan" in words(app).replace("\u00a0", " ")
    assert asked(app, "as_of") == ["2019-01-01"]
    app.date_input[0].set_value(date(2026, 11, 22)).run()
    assert "✕ was out of date when published" in words(app)
    assert "as_of" not in app.query_params


@pytest.mark.parametrize("day", ["2999-01-01", "1999-01-01", "<b>soon</b>", ""])
def test_a_day_that_cannot_be_asked_for_is_named_and_today_stands(day: str, site: Opened, bundled: Path) -> None:
    app = site("claims", as_of=day)
    assert not app.exception
    assert "today stands in its place" in app.warning[0].value
    assert app.date_input[0].value == date(2026, 11, 22)


def test_the_files_of_a_claims_chart_hold_the_shares_that_are_drawn(
    site: Opened, bundled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Figure] = []
    monkeypatch.setattr(figure_section, "draw", drawn.append)
    assert not site("claims", claim="pt-academia-tf-industry").exception
    (found,) = drawn
    told = json.loads(json_of(found, "http://x/claims"))
    line = next(trace for trace in found.picture.data if trace.meta["part"] == "share")
    assert [row["share_percent"] for row in told["rows"]] == [value for value in line.y if value is not None]
    assert {row["system"] for row in told["rows"]} == {"pytorch"}
    assert all(row["receipts"] for row in told["rows"])
    assert ",share_percent," in csv_of(found, "http://x/claims")


def test_the_overview_lists_claims_that_fell(site: Opened, bundled: Path) -> None:
    assert "claims fell" in words(site("overview"))


def test_what_was_false_when_it_was_printed_has_words_of_its_own(
    site: Opened, new_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"axis": "made", "version": "1.0", "backend_version": "", "seconds": 0.1, "message": "", "code": ""}
    told |= {"capability": "eager_execution", "system": "tensorflow", "mode": "eager", "state": "pass"}
    engine = open_database(f"sqlite:///{new_home / 'framescope.db'}")
    with writing(engine) as session:
        write.probe_results(session, write.start_run(session, kind="probe", source="probe"), [told], device="cpu")
    engine.dispose()
    for place in ("dashboard.claimed.today", "dashboard.data.today"):
        monkeypatch.setattr(place, lambda: date(2100, 1, 1))
    app = site("claims", claim="tf-static-graph-only")
    assert "✕ was out of date when published" in words(app)
    assert "of them out of date when published" in app.title[0].value
    frame = app.dataframe[0].value.set_index("id")
    assert frame.loc["tf-static-graph-only", "now"] == "✕ was out of date when published"
    assert "✕ was out of date when published" in words(site("overview")), "measured here, it comes first"
    monkeypatch.setenv("FRAMESCOPE_LANGUAGES", "en,zh-CN")
    assert "✕ 发表时已过时" in words(site("claims", claim="tf-static-graph-only", lang="zh-CN"))
    (row,) = TestClient(api.made()).get("/claims", params={"claim": "tf-static-graph-only"}).json()["rows"]
    assert (row["verdict"], row["outdated"]) == ("no longer holds", True)


def test_the_files_hold_the_ledger_and_no_formula() -> None:
    lines = [line for line in io.StringIO(ledger_csv([WHOLE])) if not line.startswith("#")]
    (row,) = csv.DictReader(lines)
    assert (row["id"], row["says"], row["missing"]) == ("'=a", "'=1+1", "a; b")
    assert json.loads(ledger_json([WHOLE]))[0]["id"] == "=a"
    assert answer([WHOLE]).startswith("Of 1 claims, 1 hold,")


def test_a_probe_as_evidence_leads_to_its_cell(site: Opened, new_home: Path) -> None:
    told = {"axis": "deployment", "version": "2.13.0", "backend_version": "", "seconds": 0.1, "message": "", "code": ""}
    told |= {"capability": "onnx_export", "system": "pytorch", "mode": "any", "state": "pass"}
    engine = open_database(f"sqlite:///{new_home / 'framescope.db'}")
    with writing(engine) as session:
        run = write.start_run(session, kind="probe", source="probe")
        write.probe_results(session, run, [told], device="cpu")
    engine.dispose()
    assert probed.link("onnx_export/pytorch/any") == {"cell": "onnx_export~any~pytorch~2.13.0~~cpu"}
    assert probed.link("jacobian/jax/jit") == {"q": "jacobian"}
    app = site("capabilities", **probed.link("onnx_export/pytorch/any"))
    assert not app.exception
    assert not app.warning
    assert any("ONNX" in head.value for head in app.header)


def test_the_file_of_the_ledger_says_whose_it_is_from_which_day_and_the_way_back() -> None:
    heads = [
        line.strip() for line in io.StringIO(ledger_csv([WHOLE], "http://x/claims?verdict=holds")) if line[0] == "#"
    ]
    told = dict(line.removeprefix("# ").split(": ", 1) for line in heads)
    assert list(told) == ["what", "source", "licence", "collected", "link"]
    assert told["licence"] == "Apache-2.0"
    assert told["collected"] == str(WHOLE["as_of"])
    assert told["link"] == "http://x/claims?verdict=holds"


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_page_writes_dates_as_everywhere_and_a_document_keeps_iso(
    language: str, bundled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prose = ("note", "now", "then", "missing", "evidence")
    with speaking(language):
        monkeypatch.setattr("dashboard.data.worded", lambda: language)
        told = [
            text for one in claimed.findings(date(2026, 11, 22)) for name in prose for text in _texts(one[name] or "")
        ]
        scored = [
            shown.says for scores in chosen.scores().values() for one in scores.values() for shown in one.evidence
        ]
    assert not [text for text in (*told, *scored) if re.search(r"\b\d{4}-\d\d\b", text)]
    assert any(("31 Mar 2026" if language == "en" else "2026年3月31日") in text.replace("\u00a0", " ") for text in told)
    assert not [text for text in told if re.search(r"日 [\u4e00-\u9fff](?<!至)", text)]
    with reading(open_database()) as session:
        found = ledger.ledger(session, date(2026, 11, 22), ["tf-larger-community"])
    assert "on 2026-08-22" in ledger.document(found[0], load_catalog())["note"]


def _texts(value: object) -> list[str]:
    """The sentences of a part of a document."""
    return [
        str(one["what"] if isinstance(one, dict) else one) for one in (value if isinstance(value, list) else [value])
    ]
