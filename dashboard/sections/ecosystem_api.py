"""The ecosystem page's part on interfaces: how many names and kernels, and what changed between two versions."""

from itertools import pairwise
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import ecosystem_data as store
from dashboard import format as fmt
from dashboard.analysis.api_names import Change, Reading, Size, by_namespace, change, headline, size, versions
from dashboard.sections import frame
from dashboard.text import code, plain

CLAIM = 8_000
SHOWN = 400


def draw() -> None:
    """Draw the answer, the table of sizes, and the names that two versions differ by."""
    found = store.readings("names")
    installed = [each for each in found if each["origin"] == "installed"]
    if not found:
        why = "The interfaces were not read yet. They are read from the files of the packages, without importing them."
        frame.empty("No interface has been read", why, "framescope api")
        return
    st.markdown(_answer(installed or found))
    kernels: dict[str, dict[str, Any]] = {}
    for each in store.readings("kernels"):
        kernels.setdefault(each["framework"], each)
    rows = [_row(each, size(each), kernels.get(each["framework"])) for each in found]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt="Public names and kernels of each version that was read")
    st.caption(
        "Public by the typing specification: no part of the path begins with an underscore, and the module offers the "
        "name. An alias counts as often as it is offered; names of modules and members of classes do not count. "
        "▽ is a lower bound: some names are bound while the package is imported. Kernels: what the installed "
        f"framework lists when it is asked, each by its own notion of one. Read with {code('framescope api')}."
    )
    _namespaces(found)
    _difference(found)


def _answer(found: list[dict[str, Any]]) -> str:
    told = next((each for each in found if each["framework"] == "tensorflow"), None)
    if told is None:
        return "TensorFlow's interface was not read, so the claim of over 8,000 names has no number yet."
    counted = size(told)
    rest = counted.names - counted.apart
    where = "here" if told["origin"] == "installed" else "in its wheel"
    others = [
        f"{_name(each['framework'])} {size(each).names:,}" for each in found if each["framework"] in ("pytorch", "jax")
    ]
    verb = "has" if counted.names > CLAIM else "does not have"
    text = f"TensorFlow {told['version']} {verb} over 8,000 public names {where}: {counted.names:,}"
    text += f", of which {counted.apart:,} repeat it beneath tf.compat and {rest:,} remain"
    return plain(text + (f". {' and '.join(others)}." if others else "."))


def _row(reading: dict[str, Any], counted: Size, kernels: dict[str, Any] | None) -> dict[str, object]:
    installed = reading["origin"] == "installed"
    fits = kernels is not None and installed and kernels["version"] == reading["version"]
    counts = headline(kernels["counts"]) if fits and kernels is not None else None
    return {
        "framework": _name(reading["framework"]),
        "version": reading["version"],
        "read from": "installed here" if installed else f"wheel of {reading['released'] or fmt.UNKNOWN}",
        "names": f"{'▽ ' if counted.lower_bound else ''}{counted.names:,}",
        "repeated": f"{counted.apart:,}",
        "not aliases": f"{counted.distinct:,}",
        "deprecated": f"{counted.deprecated:,}",
        "kernels": f"{counts[1]:,} {counts[0]}" if counts else fmt.UNKNOWN,
        "read": fmt.day(reading["read_at"].date()),
        "receipt": reading["receipt"],
    }


def _namespaces(found: list[dict[str, Any]]) -> None:
    with st.expander("Names in each namespace"):
        labels = {_label(each): each for each in found}
        chosen = st.selectbox("Version", list(labels), key="ecosystem.api.namespaces")
        table = pd.DataFrame(by_namespace(labels[chosen])[:SHOWN], columns=["namespace", "names"])
        st.dataframe(table, hide_index=True, alt="Public names in each namespace")


def _difference(found: list[dict[str, Any]]) -> None:
    st.header("What changed between two versions", anchor="api-changes")
    pairs = _pairs(found)
    if not pairs:
        frame.empty(
            "Nothing to compare", "A second version of a framework was not read yet.", "framescope api --against newest"
        )
        return
    labels = {f"{_name(old['framework'])} {old['version']} to {new['version']}": (old, new) for old, new in pairs}
    old, new = labels[st.selectbox("Versions", list(labels), key="ecosystem.api.versions")]
    try:
        told = change(old, new)
    except ValueError as error:
        st.warning(plain(error))
        return
    counts = {what: len(getattr(told, what)) for what in ("added", "removed", "deprecated")}
    words = ", ".join(f"{many:,} {what}" for what, many in counts.items())
    st.markdown(plain(f"From {told.before} to {told.after}: {words}."))
    _listed(told)


def _listed(told: Change) -> None:
    rows = [(what, name) for what in ("removed", "deprecated", "added") for name in getattr(told, what)]
    if not rows:
        return
    table = pd.DataFrame(rows, columns=["change", "name"])
    st.dataframe(table.head(SHOWN), hide_index=True, alt="Names added, removed and deprecated")
    if len(rows) > SHOWN:
        st.caption(f"The first {SHOWN} of {len(rows):,}; all of them are in {code('framescope api --json')}.")


def _pairs(found: list[dict[str, Any]]) -> list[tuple[Reading, Reading]]:
    """Every two versions of one package that follow one another, the older first."""
    pairs: list[tuple[Reading, Reading]] = []
    for framework in dict.fromkeys(each["framework"] for each in found):
        ordered = versions(each for each in found if each["framework"] == framework)
        pairs += pairwise(ordered)
    return pairs


def _label(reading: dict[str, Any]) -> str:
    return f"{_name(reading['framework'])} {reading['version']}, {reading['origin']}"


def _name(slug: str) -> str:
    systems = data.catalog().systems
    return systems[slug].name if slug in systems else slug
