"""The ecosystem page's part on models: what each library ships, and where those that articles list are today."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import ecosystem_data as store
from dashboard.analysis.named_models import NOWHERE, NamedModel, find, told
from dashboard.sections import ecosystem_words, frame
from dashboard.text import code, plain
from language.lists import commas, semicolons
from language.words import _, _p, filled


def draw() -> None:
    """Draw the answer, the libraries with their counts, and the listed models."""
    found = newest(store.readings("models"))
    if not found:
        why = _("Which models libraries ship was not read yet. It is read from wheels, without installing them.")
        frame.empty(_("No library has been read"), why, "framescope models")
        return
    catalog = data.catalog()
    patterns = {each.model: each.find for each in catalog.named_models}
    listed = [(system.slug, model) for system in catalog.systems.values() for model in system.named_models]
    rows = find(listed, patterns, found)
    st.markdown(_answer(rows, found))
    st.dataframe(pd.DataFrame([_library(each) for each in found]), hide_index=True, alt=_("Models that libraries ship"))
    st.caption(
        _(
            "Each library is counted by its own rule, so the counts are not one scale. Read with {command}.",
            command=code("framescope models"),
        )
    )
    st.header(_("Models that articles list"), anchor="named-models")
    missing = st.toggle(_("Only those that were not found"), key="ecosystem.models.missing")
    shown = [each for each in rows if not (missing and each.places)]
    names = {slug: system.name for slug, system in catalog.systems.items()}
    heads = [_("listed under"), _("model"), "", _("where today")]
    st.dataframe(
        pd.DataFrame([_listed(each, names) for each in shown], columns=heads),
        hide_index=True,
        alt=_("Each model that an article lists, and the libraries that ship it today"),
    )
    st.caption(
        _(
            "Found by name: a model may still be kept elsewhere, or under another name. Research code of the first "
            "Model Garden was never part of a package."
        )
    )


def newest(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The newest reading of each library, in the order of the alphabet."""
    first: dict[str, dict[str, Any]] = {}
    for each in found:
        first.setdefault(each["package"], each)
    return [first[package] for package in sorted(first)]


def _answer(rows: list[NamedModel], found: list[dict[str, Any]]) -> str:
    here = sum(bool(each.places) for each in rows)
    libraries = commas(f"{each['package']} {each['version']}" for each in found)
    said = _("Of {all} models that the articles list, {here} are in a library that is read: {libraries}.")
    return plain(filled(said, all=len(rows), here=here, libraries=libraries))


def _library(reading: dict[str, Any]) -> dict[str, object]:
    return {
        _("library"): reading["package"],
        _("version"): reading["version"],
        _("read from"): ecosystem_words.read_from(reading["origin"], reading["released"]),
        _("models"): len(reading["models"]),
        _p("rule", "counted"): _(reading["rule"]),
        _("receipt"): reading["receipt"],
    }


def _listed(row: NamedModel, names: dict[str, str]) -> tuple[str, str, str, str]:
    where = semicolons(map(told, row.places)) or _(NOWHERE)
    return names[row.system], row.model, _("✓ found") if row.places else _("– not found"), where
