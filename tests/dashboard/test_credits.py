"""What is owed to a source, in the reader's language: a licence by its own name, words of ours in the reader's."""

import html
import json
import re
from datetime import date
from pathlib import Path

import pytest

from catalog.load import load_catalog
from dashboard.analysis.choice import brief, document, gather, owed, pdf
from dashboard.analysis.choice.asked import Asked, asked
from dashboard.analysis.choice.model import CITED, FRAMEWORKS, OWN, Shown, exactly
from dashboard.sections import choose_figure, figure
from dashboard.sections.attribution import UNSTATED, credit
from dashboard.sections.figure_files import csv_of, json_of
from dashboard.sections.frame import table_px
from db.engine import open_database, reading
from language.words import speaking

NOW = date(2026, 11, 22)


def test_what_the_catalogue_says_of_no_licence_is_what_is_translated() -> None:
    catalog = load_catalog()
    licences = {one.licence for one in catalog.origins.values()} | {one.licence for one in catalog.sources.values()}
    assert {licence for licence in licences if re.search("[a-z]{4}.* [a-z]{4}|^metadata", licence)} == set(UNSTATED)


def test_a_credit_in_chinese_has_no_english_but_names() -> None:
    catalog = load_catalog()
    with speaking("zh-CN"):
        owed = credit(catalog, "history.top-pypi-packages").markdown
        named = credit(catalog, "history.best-of-ml-python").markdown
    assert re.fullmatch(r"\[Top PyPI Packages\]\(https://\S+\)，未声明许可；数字属于事实，请注明出处", owed), owed
    assert "CC-BY-SA-4.0" in named.replace("\\", "")
    assert credit(catalog, "history.top-pypi-packages").markdown.endswith(
        "), none stated; figures are facts, credit the origin"
    )


@pytest.mark.parametrize(("rows", "most", "pixels"), [(0, 500, 75), (1, 500, 75), (3, 500, 141), (90, 500, 500)])
def test_a_table_is_as_tall_as_its_rows_up_to_a_limit(rows: int, most: int, pixels: int) -> None:
    assert table_px(rows, most) == pixels


@pytest.mark.parametrize("situation", ["learning", "research"])
def test_a_choice_credits_every_source_its_criteria_rest_on_in_foot_tab_files_and_brief(
    situation: str, bundled: Path
) -> None:
    catalog = load_catalog()
    engine = open_database()
    with reading(engine) as session:
        scores = gather.scored(gather.known(session, catalog, NOW))
    engine.dispose()
    choice = document.choose(scores, asked(catalog, situation), NOW)
    assert choice.scores["own-life"]["pytorch"].evidence, "the state of a project is known, from releases and commits"
    drawn = choose_figure.ranking(choice, catalog)
    best, logs = "history.best-of-ml-python", "history.git-logs"
    assert {best, logs} <= {one.source for one in drawn.credits}
    everywhere = {
        "foot and tab": " ".join(one.markdown for one in drawn.credits).replace("\\", ""),
        "csv": csv_of(drawn, "link"),
        "json": json_of(drawn, "link"),
        "png": " ".join(one.text for one in figure.signed(drawn).layout.annotations),
        "brief": brief.as_html(choice, catalog),
        "everything": json.dumps(document.document(choice, catalog), default=str),
    }
    for where, text in everywhere.items():
        for name in (best, logs):
            origin = catalog.origins[name.removeprefix("history.")]
            assert origin.licence in html.unescape(" ".join(text.replace("<br>", " ").split())), (where, name)
        assert "CC-BY-SA-4.0" in text, where
    assert any("CC-BY-SA-4.0" in row.text for row in brief.parts(choice, catalog) if isinstance(row, pdf.Line))


def test_wheels_cited_pages_and_claims_are_owed_to_what_they_rest_on() -> None:
    says = "made"
    day = ("package_index", CITED)
    table = [
        Shown("series", "downloads/pytorch/clickpy", 1.0, says),
        Shown("probe", "jacobian/pytorch/eager", "pass", says),
        Shown("wheels", "torch", 3, says, NOW, day),
        Shown("catalogue", "https://example.org/a", "active", says),
        Shown("claim", "one", "holds", says, NOW, ("history.mlperf-training",)),
    ]
    seen = [source for one in table for source in one.sources]
    assert seen == ["clickpy", OWN, *day, CITED, "history.mlperf-training"]
    made = dict.fromkeys(FRAMEWORKS, exactly(0.5, *table))
    choice = document.choose({"downloads": made}, Asked("", {"downloads": 1.0}), NOW)
    assert owed.sources(choice) == ["clickpy", "package_index", "history.mlperf-training", OWN, CITED]
    last = choose_figure.credits_of(choice, load_catalog())[-1]
    assert (last.source, last.citation) == (CITED, "https://example.org/a")
