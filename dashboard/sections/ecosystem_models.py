"""The ecosystem page's part on models: what each library ships, and where those that articles list are today."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import ecosystem_data as store
from dashboard import format as fmt
from dashboard.analysis.named_models import NOWHERE, NamedModel, find, told
from dashboard.sections import frame
from dashboard.text import code, plain


def draw() -> None:
    """Draw the answer, the libraries with their counts, and the listed models."""
    found = newest(store.readings("models"))
    if not found:
        why = "Which models libraries ship was not read yet. It is read from wheels, without installing them."
        frame.empty("No library has been read", why, "framescope models")
        return
    catalog = data.catalog()
    patterns = {each.model: each.find for each in catalog.named_models}
    listed = [(system.slug, model) for system in catalog.systems.values() for model in system.named_models]
    rows = find(listed, patterns, found)
    st.markdown(_answer(rows, found))
    st.dataframe(pd.DataFrame([_library(each) for each in found]), hide_index=True, alt="Models that libraries ship")
    st.caption(
        "Each library is counted by its own rule, so the counts are not one scale. "
        f"Read with {code('framescope models')}."
    )
    st.header("Models that articles list", anchor="named-models")
    missing = st.toggle("Only those that were not found", key="ecosystem.models.missing")
    shown = [each for each in rows if not (missing and each.places)]
    names = {slug: catalog.systems[slug].name for slug, _ in listed}
    st.dataframe(
        pd.DataFrame([_listed(each, names) for each in shown], columns=["listed under", "model", "", "where today"]),
        hide_index=True,
        alt="Each model that an article lists, and the libraries that ship it today",
    )
    st.caption(
        "Found by name: a model may still be kept elsewhere, or under another name. Research code of the first Model "
        "Garden was never part of a package."
    )


def newest(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The newest reading of each library, in the order of the alphabet."""
    first: dict[str, dict[str, Any]] = {}
    for each in found:
        first.setdefault(each["package"], each)
    return [first[package] for package in sorted(first)]


def _answer(rows: list[NamedModel], found: list[dict[str, Any]]) -> str:
    here = sum(bool(each.places) for each in rows)
    libraries = ", ".join(f"{each['package']} {each['version']}" for each in found)
    return plain(f"Of {len(rows)} models that the articles list, {here} are in a library that is read: {libraries}.")


def _library(reading: dict[str, Any]) -> dict[str, object]:
    installed = reading["origin"] == "installed"
    return {
        "library": reading["package"],
        "version": reading["version"],
        "read from": "installed here" if installed else f"wheel of {reading['released'] or fmt.UNKNOWN}",
        "models": len(reading["models"]),
        "counted": reading["rule"],
        "receipt": reading["receipt"],
    }


def _listed(row: NamedModel, names: dict[str, str]) -> tuple[str, str, str, str]:
    where = "; ".join(map(told, row.places)) or NOWHERE
    return names[row.system], row.model, "✓ found" if row.places else "– not found", where
