"""The page Choose, its brief and its command, on the bundled figures and with hostile text."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from catalog.load import load_catalog
from dashboard.analysis.choice import brief, document, pdf
from dashboard.analysis.choice.asked import Asked, asked, changed
from dashboard.analysis.choice.model import FRAMEWORKS, Range, Scores, Shown, exactly, unknown
from db.errors import UnknownName
from tests.dashboard.conftest import ROOT, Opened
from tests.dashboard.test_views import HOSTILE, words
from tests.dashboard.test_views import asked as in_address

NOW = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The choice as of one day, whatever the clock says: figures grow too old to tell of a later one."""
    monkeypatch.setattr("dashboard.data.today", lambda: NOW)


def table(says: str = "made") -> Mapping[str, Scores]:
    seen = Shown("series", "downloads/pytorch/<b>x</b>", 1.0, says, date(2026, 11, 2))
    made: Scores = {system: exactly(1 - n / 4, seen) for n, system in enumerate(FRAMEWORKS)}
    nothing: Scores = dict.fromkeys(FRAMEWORKS, unknown(says, "framescope collect arxiv"))
    turned: Scores = {system: exactly(n / 4, seen) for n, system in enumerate(FRAMEWORKS)}
    return dict.fromkeys(load_catalog().criteria, nothing) | {"downloads": made, "stars": turned}


def chosen(says: str = "made", **weights: float) -> document.Choice:
    return document.choose(table(says), Asked("", weights or {"downloads": 5, "papers": 1}), NOW)


def test_the_page_answers_for_the_first_situation(site: Opened, bundled: Path) -> None:
    app = site("choose")
    assert not app.exception
    assert "of 9 criteria have evidence" in app.title[0].value
    assert {"Where it flips", "What it rests on", "Take it along"} <= {head.value for head in app.header}
    assert in_address(app, "situation") == ["learning"]
    assert "cannot be separated" in app.title[0].value.replace("\\", "")
    assert not re.search(r"(\d\.\d\d)–\1|leaves 0\.00", words(app)), "a point is one figure, and nothing is not said"
    assert "has the highest middle at every weight" in words(app)
    assert "leads at every weight" not in words(app), "who cannot be separated leads nobody"
    assert len(app.slider) == 9


def test_a_moved_slider_is_in_the_address_and_a_link_gives_it_back(site: Opened, bundled: Path) -> None:
    app = site("choose", situation="serving")
    app.slider(key="choose.weight.export").set_value(2.5).run()
    assert in_address(app, "weight") == ["export:2.5"]
    again = site("choose", situation="serving", weight=["export:2.5", "stars:1"])
    assert again.slider(key="choose.weight.export").value == 2.5
    assert again.slider(key="choose.weight.stars").value == 1.0
    assert "11 criteria have evidence" in again.title[0].value.replace("\\", "")


def test_another_card_brings_its_own_weights(site: Opened, bundled: Path) -> None:
    app = site("choose", weight=["downloads:3"])
    assert in_address(app, "situation") == ["own"]
    app.button(key="choose.card.tpu").click().run()
    assert in_address(app, "situation") == ["tpu"]
    assert {slider.key for slider in app.slider} >= {"choose.weight.tpu", "choose.weight.graphs"}


def test_weights_of_ones_own_begin_with_nothing_and_say_so(site: Opened, bundled: Path) -> None:
    app = site("choose", situation="own")
    assert "Nothing has a weight yet" in app.info[0].value
    assert not app.exception


@pytest.mark.parametrize("query", [{"situation": "lerning"}, {"weight": ["downlods:1"]}, {"weight": ["downloads:x"]}])
def test_what_the_address_gets_wrong_is_named(query: dict[str, Any], site: Opened, bundled: Path) -> None:
    app = site("choose", **query)
    said = app.warning[0].value.replace("\\", "")
    assert "Did you mean" in said or "from 0 to 10" in said
    assert not app.exception


def test_situations_are_named_as_on_their_cards_and_ones_own_weights_too(site: Opened, bundled: Path) -> None:
    app = site("choose", situation="lerning")
    assert "Did you mean Learning" in app.warning[0].value
    said = site("choose", situation="qqqq").warning[0].value.replace("\\", "")
    assert "Production serving at scale" in said
    assert "Weights of your own" in said
    assert "old-code" not in said
    assert "Weights of your own" in site("choose", situation="owm").warning[0].value


def test_hostile_text_in_the_address_is_shown_and_not_obeyed(site: Opened, bundled: Path) -> None:
    app = site("choose", situation=HOSTILE)
    assert "\\<script\\>" in app.warning[0].value


def test_every_criterion_has_a_row_and_the_one_chosen_opens_its_evidence(site: Opened, bundled: Path) -> None:
    app = site("choose")
    rows = next(one.value for one in app.markdown if one.value.startswith("| criterion |")).splitlines()
    assert rows[0].split(" | ")[2:-1] == ["PyTorch", "TensorFlow", "Keras", "JAX"]
    assert len(rows) == 2 + len(app.slider)
    assert all(line.count("|") == 8 for line in rows)
    assert not app.get("arrow_data_frame"), "a table of Streamlit's would load 270 kB more"
    picked = app.selectbox(key="choose.criteria.learning")
    before = words(app)
    assert " · 0: " not in before
    picked.set_value("downloads").run()
    assert not app.exception
    assert " · 1: " in words(app)
    assert " · 0: " in words(app)


def test_on_an_empty_store_the_page_says_what_is_missing(site: Opened, new_home: Path) -> None:
    app = site("choose", situation="research")
    assert not app.exception
    assert "leaves" in words(app)
    assert "framescope probe" in words(app)


def test_the_brief_is_one_page_without_scripts_and_all_text_escaped() -> None:
    text = brief.as_html(chosen(HOSTILE, downloads=6, stars=1), load_catalog())
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "PyTorch comes first" in text
    assert "default-src 'none'" in text
    assert "<b>x</b>" not in text


def test_the_pdf_is_whole_and_one_page_whatever_the_text() -> None:
    made = brief.as_pdf(chosen(f"{HOSTILE} \\) endstream 中文 " * 40, downloads=6, stars=1), load_catalog())
    assert made.startswith(b"%PDF-1.4")
    assert made.count(b"/Type /Page ") == 1
    start = int(made.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    rows = made[start:].split(b"\n")[2:10]
    for number, row in enumerate(rows[1:], 1):
        assert made[int(row[:10]) :].startswith(b"%d 0 obj" % number)
    length = int(re.search(rb"/Length (\d+)", made)[1])  # type: ignore[index]  # it is there, or the test fails
    body = made.split(b"stream\n", 1)[1]
    assert body[length:].startswith(b"\nendstream")
    assert b"endstream" not in body[:length]


def test_lines_of_the_pdf_stay_within_the_page_and_say_what_did_not_fit() -> None:
    rows = pdf.wrapped(pdf.Line("word " * 200 + "w" * 500))
    assert all(len(row) < 130 for row in rows)
    made = pdf.page("t", [pdf.Line("a line")] * 200)
    held = "more lines do not fit on this page".encode("cp1252").hex().encode()
    assert held in made
    assert all(float(y) >= 48 for y in re.findall(rb"[\d.]+ ([\d.]+) Td", made))


def test_the_document_has_the_contract_and_the_age_of_everything() -> None:
    told = document.document(chosen(), load_catalog())
    assert {"ranking", "criteria", "flips"} <= told.keys()
    assert told["ranking"][0].keys() == {"system", "score", "low", "high"}
    first = told["criteria"][0]
    assert (first["criterion"], first["weight"], first["age_days"]) == ("downloads", 5, 20)
    assert first["evidence"][0] | {"kind": "series", "age_days": 20} == first["evidence"][0]
    open_ = document.document(chosen(downloads=5, papers=5), load_catalog())
    assert open_["would_change"][0]["commands"] == ["framescope collect arxiv"]
    assert open_["not_separated"] == ["tensorflow", "keras", "jax"]


def low() -> document.Choice:
    """PyTorch first by downloads, and known to be at nought where nothing is known of the others."""
    archived = exactly(0.0, Shown("life", "torchserve", 0.0, "TorchServe is archived", NOW))
    nothing: Scores = dict.fromkeys(FRAMEWORKS, unknown("made"))
    scores = {**table(), "serving-life": {**nothing, "pytorch": archived}}
    return document.choose(scores, Asked("", {"downloads": 10, "serving-life": 2}), NOW)


def test_where_the_first_itself_is_low_speaks_against_it_on_page_brief_and_command() -> None:
    def script() -> None:
        from dashboard import data
        from dashboard.sections import choose_answer
        from tests.dashboard.test_choose import low

        choose_answer.against(low(), data.catalog())

    app = AppTest.from_function(script, default_timeout=60).run()
    shown = words(app).replace("*", "")
    assert "Its own way to serve goes on: PyTorch itself has 0.00, 0.167 of the whole score lost" in shown
    assert "unknown of TensorFlow, Keras, JAX" in shown
    assert "TorchServe is archived" in shown
    assert "Its own way to serve goes on: PyTorch itself loses 0.167." in brief.as_html(low(), load_catalog())
    (told,) = document.document(low(), load_catalog())["weak"]
    assert (told["criterion"], told["unknown"]) == ("serving-life", ("tensorflow", "keras", "jax"))


def test_what_speaks_against_the_first_is_what_the_two_differ_in() -> None:
    def answered(system: str, *states: str) -> Range:
        names = ("eager_execution", "debugger_in_a_model", "finding_a_nan")
        cells = [(f"{name}/{system}/any", state) for name, state in zip(names, states, strict=True)]
        return Range(0.0, 1.0, tuple(Shown("probe", ref, state, f"{ref}: {state}") for ref, state in cells))

    mine, other = answered("pytorch", "pass", "pass", "fail"), answered("keras", "pass", "fail", "pass")
    assert [shown.ref for shown in document.telling(mine, other)][:2] == [
        "debugger_in_a_model/pytorch/any",
        "finding_a_nan/pytorch/any",
    ]
    places = [Shown("catalogue", "u", "by its makers", "NVIDIA"), Shown("catalogue", "u", "until 2.14", "AMD")]
    whole, part = Range(0.5, 0.5, tuple(places)), Range(1.0, 1.0, (places[0],))
    assert [shown.says for shown in document.telling(whole, part)] == ["AMD", "NVIDIA"]
    assert document.telling(part, whole) == [places[0]]


def test_the_sentence_knows_certain_open_and_level() -> None:
    assert "no unknown could change that" in document.sentence(chosen(downloads=1))
    assert "cannot be separated from TensorFlow" in document.sentence(chosen(downloads=5, papers=5))
    assert "are level" in document.sentence(chosen(papers=5))


def test_names_are_checked_with_the_nearest_and_changes_are_what_a_link_carries() -> None:
    catalog = load_catalog()
    with pytest.raises(UnknownName, match="Did you mean downloads"):
        asked(catalog, "", ["downlods=1"])
    for weight in ("downloads", "downloads=11", "downloads=nan", "downloads=-1"):
        with pytest.raises(ValueError, match="from 0 to 10"):
            asked(catalog, "", [weight])
    wanted = asked(catalog, "tpu", ["tpu=0", "stars=2"])
    assert changed(catalog, wanted) == ["tpu:0", "stars:2"]
    assert asked(catalog, "tpu", changed(catalog, wanted)) == wanted
    assert set(asked(catalog).weights) == set(catalog.criteria)
    assert replace(wanted, situation="").weights == wanted.weights


def command(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    line = [sys.executable, "-m", "framescope", "--database", f"sqlite:///{home / 'framescope.db'}", "choose", *words]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_the_command_gives_the_contract_and_refuses_unknown_names(bundled: Path) -> None:
    done = command(bundled, "--situation", "serving", "--weight", "export=3", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [one["weight"] for one in told["criteria"] if one["criterion"] == "export"] == [3]
    assert len(told["ranking"]) == 4
    assert told["situation"] == "serving"
    wrong = command(bundled, "--situation", "servin")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "Did you mean serving" in wrong.stderr
