"""What is cited of systems: milestones since each began, languages, platforms with their wheels, adopters."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from dashboard import format as fmt
from dashboard import living
from dashboard.analysis.platforms import by_platform, newest
from dashboard.sections import ecosystem_controls, ecosystem_words
from dashboard.sections.frame import empty
from dashboard.text import plain
from language.lists import anded
from language.words import _, _n, _p
from verdicts.wording import binding, still


def history(catalog: Catalog) -> None:
    """The milestones of the systems chosen, oldest first, with their pages."""
    picked = _picked(catalog)
    found = [e for e in catalog.milestones if e.system and (not picked or e.system in picked)]
    found.sort(key=lambda entry: entry.date)
    if not found:
        st.markdown(_("No milestone of these is in the catalogue."))
        return
    many, first = fmt.words(len(found)).capitalize(), {"date": found[0].date, "title": _(found[0].title)}
    said = _n(
        "{n} milestone since {date}: {title}.", "{n} milestones since {date}: {title}.", len(found), n=many, **first
    )
    st.header(plain(said), anchor="history")
    rows = [
        {
            _("date"): entry.date.text,
            _("system"): catalog.systems[entry.system or ""].name,
            _("kind"): ecosystem_words.milestone(entry.kind),
            _("what"): _(entry.title),
            _("known from"): ecosystem_words.seen(entry.seen),
            _("note"): ecosystem_words.said(entry.note),
            _("page"): entry.url,
        }
        for entry in found
    ]
    _table(rows, _("Milestones of the systems, oldest first"))


def reach(catalog: Catalog) -> None:
    """Languages, platforms, and the platforms that the newest version has wheels for."""
    picked = _picked(catalog)
    st.header(_("Languages"), anchor="languages")
    rows = [
        {
            _("system"): catalog.systems[one.system].name,
            _("language"): anded(one.language.split(" and ")),
            _p("interface", "by"): one.name,
            _("kept by"): ecosystem_words.maintainer(one.maintainer),
            _("state as cited"): binding(one.state),
            _("last seen"): _(one.last),
            _("known from"): ecosystem_words.seen(one.seen),
            _("note"): ecosystem_words.said(one.note),
            _("page"): one.url if one.url.startswith("http") else None,
        }
        for one in catalog.bindings
        if not picked or one.system in picked
    ]
    _table(rows, _("Languages a system can be used from"))
    st.header(_("Platforms"), anchor="platforms")
    rows = [
        {
            _("system"): catalog.systems[one.system].name,
            _("platform"): _(one.platform),
            _("how"): _(one.how),
            _p("platform", "since"): _(one.since) if one.since else _("not seen"),
            _p("platform", "until"): _(one.until) if one.until else _("not seen"),
            _("official"): _p("answer", "yes") if one.official else _p("answer", "no"),
            _("known from"): ecosystem_words.seen(one.seen),
            _("note"): ecosystem_words.said(one.note),
            _("page"): one.url if one.url.startswith("http") else None,
        }
        for one in catalog.platforms
        if not picked or one.system in picked
    ]
    _table(rows, _("Platforms a system runs on"))
    st.caption(_("As cited, on the day of the page; states of today are on the board."))
    _wheels(catalog, picked or ["pytorch", "tensorflow", "keras", "jax"])


def adopters(catalog: Catalog) -> None:
    """Who was said to use what, when, and whether anything shows that it is still so."""
    picked = _picked(catalog)
    found = [one for one in catalog.adoptions if not picked or one.system in picked]
    doubtful = sum(one.still in ("no", "doubtful", "unknown") for one in found)
    said = _n(
        "Of {n} adoption that were told, nothing shows that {doubtful} still hold.",
        "Of {n} adoptions that were told, nothing shows that {doubtful} still hold.",
        len(found),
        n=fmt.words(len(found)),
        doubtful=doubtful,
    )
    st.header(plain(said), anchor="adopters")
    rows = [
        {
            _("company"): one.company,
            _("system"): catalog.systems[one.system].name,
            _("said"): _(one.what),
            _("when"): one.date.text,
            _("still so"): still(one.still),
            _("what shows it"): _(one.evidence),
            _("known from"): ecosystem_words.seen(one.seen),
            _("page"): one.url,
        }
        for one in found
    ]
    _table(rows, _("Who was said to use what"))


def _wheels(catalog: Catalog, systems: Sequence[str]) -> None:
    st.header(_("Wheels by platform"), anchor="wheels")
    rows: list[dict[str, Any]] = []
    for slug in systems:
        for package in catalog.systems[slug].pypi[:2]:
            stored = living.wheels(package)
            version = newest(one.version for one in stored)
            if version is None:
                continue
            rows += [
                {
                    _("system"): catalog.systems[slug].name,
                    _("package"): package,
                    _("version"): version,
                    _("platform"): _(name),
                    _("wheels"): n,
                }
                for name, n in by_platform(stored, version).items()
            ]
    if not rows:
        empty(
            _("No wheel is known of these"), _("The package index tells of them:"), "framescope collect package_index"
        )
        return
    _table(rows, _("Wheels of the newest version by platform"))
    st.caption(_("The highest final version on the package index; wheels on a project's own server are not there."))


def _picked(catalog: Catalog) -> list[str]:
    return ecosystem_controls.chosen("system", _("Systems"), catalog)


def _table(rows: list[dict[str, Any]], alt: str) -> None:
    if not rows:
        st.markdown(_("The catalogue has none of these."))
        return
    height, column = min(36 * len(rows) + 40, 430), ecosystem_words.page_column()
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=column, height=height, alt=alt)
