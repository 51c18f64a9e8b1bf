"""The overview in each state of a store: empty, bundled figures, measured, all of it old; and an error of a page."""

import re
from datetime import date
from pathlib import Path

import pytest

from dashboard.analysis.finding import Part
from dashboard.sections import linked
from tests.dashboard.conftest import Opened, measured, typed
from tests.dashboard.test_capability_views import one, put
from tests.dashboard.test_views import said, words

LATER = date(2031, 1, 15)


def test_an_empty_store_says_what_fills_it(site: Opened, new_home: Path) -> None:
    app = site("overview")
    shown = words(app)
    assert not app.exception
    assert app.title[0].value.startswith("No figures of both are in the store yet, so nobody can be said to lead")
    assert typed(app)[:2] == ["framescope init", "framescope collect --due"]
    assert "What each signal waits for" in shown
    assert "Who leads, on what, since when" not in shown
    assert "share of PyTorch in" not in shown
    assert "The newest figure" not in shown
    assert not re.search(r"\b0(\.0)? %", shown)


def test_bundled_figures_say_how_old_they_are(site: Opened, bundled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.data.today", lambda: date(2026, 11, 21))
    app = site("overview")
    shown = words(app)
    assert "The newest figure is of Aug 2026; on [" in shown
    assert "signals](#stale) it is over four months old." in shown
    assert "Nothing has been measured here yet" in shown
    assert "No figures are collected yet" not in shown
    fell = r"\[\d+ of 54 claims\]\(./claims\?verdict=no\+longer\+holds&verdict=never\+held\)"
    assert re.search(f"Of published comparisons, {fell} no longer hold or never held.", shown)
    assert {"signals", "stale", "claims", "speed"} <= {one.anchor for one in app.header}


def test_a_signal_with_single_figures_says_so_and_leads_to_them(site: Opened, bundled: Path) -> None:
    shown = words(site("overview"))
    which = "source=history\\.reported&definition=PyTorch\\+team[^)]*"
    link = rf"\./adoption\?metric=papers&system=pytorch&system=tensorflow&{which}"
    alone = (
        r"\./adoption\?metric=papers&system=pytorch&system=tensorflow&source=history\.reported&definition=[^)]*EST[^)]*"
    )
    there = rf"No series of both yet; \[single figures of both\]\({link}\) reach Jan.2018, "
    there += rf"those of \[PyTorch alone\]\({alone}\) Oct.2025\."
    assert re.search(f"{there} `framescope collect arxiv` fetches one", shown), "papers have published figures of both"
    assert "No data yet. `framescope collect arxiv`" not in shown
    assert "No data yet. `framescope collect wikimedia` fetches it" in shown, "of page views there is nothing"


def test_a_measured_run_and_probes_are_in_the_answer(site: Opened, own_home: Path) -> None:
    before = words(site("overview"))
    measured(own_home)
    put(one("jacobian", "pytorch", "eager", "pass"), one("jacobian", "tensorflow", "eager", "pass"))
    app = site("overview")
    shown = words(app)
    assert not app.exception
    assert "PyTorch is faster" not in before
    every = "./speed?run=all&framework=pytorch&framework=tensorflow"
    assert f"On the machine measured, [PyTorch is faster in the one workload]({every})." in shown
    assert "Nothing has been measured" not in shown


def test_a_store_left_alone_for_years_names_no_leader(
    site: Opened, bundled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.data.today", lambda: LATER)
    app = site("overview")
    shown = words(app)
    assert app.title[0].value.startswith("No figures of the last three years, so nobody can be said to lead")
    assert re.search(r"on \[all \w+ signals\]\(#stale\) it is over four months old", shown)
    assert "stars ended in Aug 2026 with TensorFlow ahead" in shown
    assert "4 years old" in shown
    assert "No figures are collected yet" not in shown


def test_a_sentence_is_text_but_for_the_sites_own_links() -> None:
    parts = [Part("[x](javascript:alert(1)) <b> "), Part("st*rs", linked.page("adoption", metric="st&rs"))]
    made = linked.sentence(parts)
    assert linked.sentence([Part("leads on "), Part("one", "#x"), Part(" of two.")]) == r"leads on [one](#x) of two\."
    assert made.endswith(r"[st\*rs](./adoption?metric=st%26rs)")
    assert r"\[x\]\(javascript\:alert\(1\)\) \<b\>" in made


def test_only_what_follows_the_introduction_is_linked() -> None:
    told = linked.after_aside("On this machine, neither is faster, in any.", "./speed")
    assert [(part.text, part.link) for part in told[1:2]] == [("neither is faster, in any", "./speed")]
    assert linked.after_aside("", "./speed") == []
    assert linked.after_aside("Nothing differs.", "./speed")[1] == Part("Nothing differs", "./speed")


def test_an_error_nobody_expected_is_told_in_words(
    site: Opened, bundled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_found: object) -> str:
        raise KeyError("a secret of the inside")

    monkeypatch.setattr("dashboard.sections.claims_list.answer", broken)
    app = site("claims")
    shown = said(app)
    assert "This page cannot be drawn" in shown
    assert "framescope doctor" in shown
    assert "a secret of the inside" not in shown
    assert app.exception, "the error still goes into the log of the site"
