"""Every title of the feed is a whole plain sentence: of each break, verdict and crossover of the catalogue."""

import re
from datetime import UTC, date, datetime

import pandas as pd
import pytest

from catalog.load import load_catalog
from catalog.models import Break
from dashboard.analysis.leads import Change, Lead
from dashboard.analysis.signals import Signal
from dashboard.served import feed, feed_words
from db.read import VerdictRow
from verdicts.ledger import VERDICTS

CATALOG = load_catalog()
VERBS = "(have (followed|been counted|caught|covered)|are missing|were moved|end) "
BEGINS = ("All figures", "Figures of ")
DAY = date(2026, 5, 4)
ROW = VerdictRow(1, 2, "x", "holds", "cannot tell", DAY, datetime(2026, 5, 4, 12, tzinfo=UTC), "It is so.", "", [])
LATE = "It was so until 2019-09-01, before the article of 2023."


@pytest.mark.parametrize("cut", CATALOG.breaks, ids=lambda cut: cut.slug)
def test_the_title_of_a_break_is_a_sentence_about_figures(cut: Break) -> None:
    title = feed_words.of_break(cut, CATALOG)
    assert title.startswith(BEGINS), "figures are the subject, so that its verb is known"
    assert len(re.findall(f" {VERBS}", title)) == 1, title
    assert not re.search(r"and [^,]* and [^,]*, | every (figure|source)|what counts|[{}*]", title), title
    assert len(title) <= 240, title


def test_titles_of_breaks_name_whose_figures_and_count_what_is_many() -> None:
    told = [feed_words.of_break(cut, CATALOG).replace("\u00a0", " ") for cut in CATALOG.breaks]
    lite = CATALOG.systems["tf-lite"].name
    assert "All figures from GH Archive are missing for a time from Aug 2020 on" in told, "three lost days"
    assert "Figures of search interest from Google Trends have been counted in another way since Jul 2025" in told
    assert f"All figures for {lite} have covered another population since Sep 2024" in told
    assert any("GitHub stars and six other metrics for JAX from " in title for title in told)


@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("claim", list(CATALOG.claims))
def test_the_title_of_a_verdict_is_a_sentence_about_the_claim(claim: str, verdict: str) -> None:
    title = feed_words.of_verdict(ROW._replace(claim=claim, verdict=verdict), CATALOG)
    says, year = CATALOG.claims[claim].says.rstrip("."), CATALOG.articles[CATALOG.claims[claim].article].year
    named = f"he claim “{says}” of {year} "
    assert (
        title
        in {
            "holds": (f"T{named}holds; the verdict before was “cannot tell”",),
            "no longer holds": (f"T{named}no longer holds; the verdict before was “cannot tell”",),
            "never held": (f"T{named}never held; the verdict before was “cannot tell”",),
            "cannot tell": (f"Whether t{named}holds cannot be told; the verdict before was “cannot tell”",),
        }[verdict]
    )


def test_what_was_out_of_date_when_published_says_so_and_what_left_the_ledger_too() -> None:
    claim = next(iter(CATALOG.claims))
    late = feed_words.of_verdict(ROW._replace(claim=claim, verdict="no longer holds", note=LATE), CATALOG)
    assert " was out of date when it was published; the verdict before was “cannot tell”" in late
    gone = feed.verdict_change(ROW._replace(claim="gone"), CATALOG, "http://x").title
    assert gone == "The claim gone, which is no longer in the ledger, holds; the verdict before was “cannot tell”"


@pytest.mark.parametrize(
    ("before", "when"),
    [(None, "in Mar 2024"), (date(2024, 3, 1), "in Mar 2024"), (date(2023, 5, 4), "between May 2023 and Mar 2024")],
)
def test_the_title_of_a_crossover_is_a_sentence(before: date | None, when: str) -> None:
    for slug, metric in CATALOG.metrics.items():
        lead = Lead("tensorflow", date(2024, 3, 1), False, 0.4, DAY, before=before)
        one = Signal(metric, "x", pd.DataFrame(), lead, Change(None), ())
        told = feed_words.of_crossover(one, CATALOG).replace("\u00a0", " ")
        assert re.fullmatch(rf"TensorFlow passed PyTorch in \S.* {when}", told), slug
