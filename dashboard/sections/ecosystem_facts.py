"""What is cited of systems: milestones since each began, languages, platforms with their wheels, adopters."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from dashboard import format as fmt
from dashboard import living
from dashboard.analysis.platforms import by_platform, newest
from dashboard.sections import ecosystem_controls
from dashboard.sections.frame import empty
from dashboard.text import plain

SEEN = "cited: the page itself"
QUOTED = "cited: quoted by another page"
LINK = {"page": st.column_config.LinkColumn("page", display_text="open")}


def history(catalog: Catalog) -> None:
    """The milestones of the systems chosen, oldest first, with their pages."""
    picked = _picked(catalog)
    found = [e for e in catalog.milestones if e.system and (not picked or e.system in picked)]
    found.sort(key=lambda entry: entry.date)
    if not found:
        st.markdown("No milestone of these is in the catalogue.")
        return
    first = found[0]
    st.header(
        plain(f"{fmt.count(len(found), 'milestone').capitalize()} since {first.date}: {first.title}."), anchor="history"
    )
    rows = [
        {
            "date": entry.date.text,
            "system": catalog.systems[entry.system or ""].name,
            "kind": entry.kind,
            "what": entry.title,
            "known from": _seen(entry.seen),
            "note": entry.note,
            "page": entry.url,
        }
        for entry in found
    ]
    _table(rows, "Milestones of the systems, oldest first")


def reach(catalog: Catalog) -> None:
    """Languages, platforms, and the platforms that the newest version has wheels for."""
    picked = _picked(catalog)
    st.header("Languages", anchor="languages")
    rows = [
        {
            "system": catalog.systems[one.system].name,
            "language": one.language,
            "by": one.name,
            "kept by": one.maintainer,
            "state as cited": one.state,
            "last seen": one.last,
            "known from": _seen(one.seen),
            "note": one.note,
            "page": one.url if one.url.startswith("http") else None,
        }
        for one in catalog.bindings
        if not picked or one.system in picked
    ]
    _table(rows, "Languages a system can be used from")
    st.header("Platforms", anchor="platforms")
    rows = [
        {
            "system": catalog.systems[one.system].name,
            "platform": one.platform,
            "how": one.how,
            "since": one.since or "not seen",
            "until": one.until or "not seen",
            "official": "yes" if one.official else "no",
            "known from": _seen(one.seen),
            "note": one.note,
            "page": one.url if one.url.startswith("http") else None,
        }
        for one in catalog.platforms
        if not picked or one.system in picked
    ]
    _table(rows, "Platforms a system runs on")
    st.caption("As cited, on the day of the page; states of today are on the board.")
    _wheels(catalog, picked or ["pytorch", "tensorflow", "keras", "jax"])


def adopters(catalog: Catalog) -> None:
    """Who was said to use what, when, and whether anything shows that it is still so."""
    picked = _picked(catalog)
    found = [one for one in catalog.adoptions if not picked or one.system in picked]
    doubtful = sum(one.still in ("no", "doubtful", "unknown") for one in found)
    st.header(
        plain(f"Of {fmt.count(len(found), 'adoption')} that were told, nothing shows that {doubtful} still hold."),
        anchor="adopters",
    )
    rows = [
        {
            "company": one.company,
            "system": catalog.systems[one.system].name,
            "said": one.what,
            "when": one.date.text,
            "still so": one.still,
            "what shows it": one.evidence,
            "known from": _seen(one.seen),
            "page": one.url,
        }
        for one in found
    ]
    _table(rows, "Who was said to use what")


def _wheels(catalog: Catalog, systems: Sequence[str]) -> None:
    st.header("Wheels by platform", anchor="wheels")
    rows: list[dict[str, Any]] = []
    for slug in systems:
        for package in catalog.systems[slug].pypi[:2]:
            stored = living.wheels(package)
            version = newest(one.version for one in stored)
            if version is None:
                continue
            rows += [
                {
                    "system": catalog.systems[slug].name,
                    "package": package,
                    "version": version,
                    "platform": name,
                    "wheels": n,
                }
                for name, n in by_platform(stored, version).items()
            ]
    if not rows:
        empty("No wheel is known of these", "The package index tells of them:", "framescope collect package_index")
        return
    _table(rows, "Wheels of the newest version by platform")
    st.caption("The highest final version on the package index; wheels on a project's own server are not there.")


def _picked(catalog: Catalog) -> list[str]:
    return ecosystem_controls.chosen("system", "Systems", catalog)


def _seen(seen: str) -> str:
    return QUOTED if seen == "quoted" else SEEN


def _table(rows: list[dict[str, Any]], alt: str) -> None:
    if not rows:
        st.markdown("The catalogue has none of these.")
        return
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=LINK, height=min(36 * len(rows) + 40, 430), alt=alt)
