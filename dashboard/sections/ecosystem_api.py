"""The ecosystem page's part on interfaces: how many names and kernels, and what changed between two versions."""

from itertools import pairwise
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import ecosystem_data as store
from dashboard import format as fmt
from dashboard.analysis.api_names import Change, Reading, Size, by_namespace, change, headline, size, versions
from dashboard.sections import ecosystem_words, frame
from dashboard.text import code, plain
from language.lists import anded
from language.words import _, _p, filled

CLAIM = 8_000
SHOWN = 400


def draw() -> None:
    """Draw the answer, the table of sizes, and the names that two versions differ by."""
    found = store.readings("names")
    installed = [each for each in found if each["origin"] == "installed"]
    if not found:
        why = _(
            "The interfaces were not read yet. They are read from the files of the packages, without importing them."
        )
        frame.empty(_("No interface has been read"), why, "framescope api")
        return
    st.markdown(_answer(installed or found))
    kernels: dict[str, dict[str, Any]] = {}
    for each in store.readings("kernels"):
        kernels.setdefault(each["framework"], each)
    rows = [_row(each, size(each), kernels.get(each["framework"])) for each in found]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=_("Public names and kernels of each version that was read"))
    st.caption(
        _(
            "Public by the typing specification: no part of the path begins with an underscore, and the module offers "
            "the name. An alias counts as often as it is offered; names of modules and members of classes do not "
            "count. ▽ is a lower bound: some names are bound while the package is imported. Kernels: what the "
            "installed framework lists when it is asked, each by its own notion of one. Read with {command}.",
            command=code("framescope api"),
        )
    )
    _namespaces(found)
    _difference(found)


def _answer(found: list[dict[str, Any]]) -> str:
    told = next((each for each in found if each["framework"] == "tensorflow"), None)
    if told is None:
        return _("TensorFlow's interface was not read, so the claim of over 8,000 names has no number yet.")
    others = [
        f"{_name(each['framework'])} {fmt.whole(size(each).names)}"
        for each in found
        if each["framework"] in ("pytorch", "jax")
    ]
    said = _claimed(told, size(told))
    return plain(_("{said} {others}.", said=said, others=anded(others)) if others else said)


def _claimed(reading: dict[str, Any], counted: Size) -> str:
    here, many = reading["origin"] == "installed", counted.names > CLAIM
    if many and here:
        said = _(
            "TensorFlow {version} has over 8,000 public names here: {names}, of which {apart} repeat it beneath "
            "tf.compat and {rest} remain."
        )
    elif many:
        said = _(
            "TensorFlow {version} has over 8,000 public names in its wheel: {names}, of which {apart} repeat it "
            "beneath tf.compat and {rest} remain."
        )
    elif here:
        said = _(
            "TensorFlow {version} does not have over 8,000 public names here: {names}, of which {apart} repeat it "
            "beneath tf.compat and {rest} remain."
        )
    else:
        said = _(
            "TensorFlow {version} does not have over 8,000 public names in its wheel: {names}, of which {apart} "
            "repeat it beneath tf.compat and {rest} remain."
        )
    numbers = {"names": counted.names, "apart": counted.apart, "rest": counted.names - counted.apart}
    return filled(said, version=reading["version"], **{name: fmt.whole(many) for name, many in numbers.items()})


def _row(reading: dict[str, Any], counted: Size, kernels: dict[str, Any] | None) -> dict[str, object]:
    installed = reading["origin"] == "installed"
    mark = "▽ " if counted.lower_bound else ""
    fits = kernels is not None and installed and kernels["version"] == reading["version"]
    counts = headline(kernels["counts"]) if fits and kernels is not None else None
    return {
        _("framework"): _name(reading["framework"]),
        _("version"): reading["version"],
        _("read from"): ecosystem_words.read_from(reading["origin"], reading["released"]),
        _("names"): f"{mark}{fmt.whole(counted.names)}",
        _("repeated"): fmt.whole(counted.apart),
        _("not aliases"): fmt.whole(counted.distinct),
        _p("names", "deprecated"): fmt.whole(counted.deprecated),
        _("kernels"): ecosystem_words.kernels(counts[1], counts[0]) if counts else fmt.UNKNOWN,
        _p("day", "read"): fmt.day(reading["read_at"].date()),
        _("receipt"): reading["receipt"],
    }


def _namespaces(found: list[dict[str, Any]]) -> None:
    with st.expander(_("Names in each namespace")):
        labels = {_label(each): each for each in found}
        chosen = st.selectbox(_("Version"), list(labels), key="ecosystem.api.namespaces")
        table = pd.DataFrame(by_namespace(labels[chosen])[:SHOWN], columns=[_("namespace"), _("names")])
        st.dataframe(table, hide_index=True, alt=_("Public names in each namespace"))


def _difference(found: list[dict[str, Any]]) -> None:
    st.header(_("What changed between two versions"), anchor="api-changes")
    pairs = _pairs(found)
    if not pairs:
        why = _("A second version of a framework was not read yet.")
        frame.empty(_("Nothing to compare"), why, "framescope api --against newest")
        return
    labels = {_between(old, new): (old, new) for old, new in pairs}
    old, new = labels[st.selectbox(_("Versions"), list(labels), key="ecosystem.api.versions")]
    try:
        told = change(old, new)
    except ValueError as error:
        st.warning(plain(_(str(error))))
        return
    counts = {what: fmt.whole(len(getattr(told, what))) for what in ("added", "removed", "deprecated")}
    said = _("From {before} to {after}: {added} added, {removed} removed, {deprecated} deprecated.")
    st.markdown(plain(filled(said, before=told.before, after=told.after, **counts)))
    _listed(told)


def _between(old: Reading, new: Reading) -> str:
    return _(
        "{framework} {before} to {after}",
        framework=_name(old["framework"]),
        before=old["version"],
        after=new["version"],
    )


def _listed(told: Change) -> None:
    removed, deprecated, added = _p("names", "removed"), _p("names", "deprecated"), _p("names", "added")
    rows = [(removed, name) for name in told.removed]
    rows += [(deprecated, name) for name in told.deprecated]
    rows += [(added, name) for name in told.added]
    if not rows:
        return
    table = pd.DataFrame(rows, columns=[_p("names", "change"), _p("names", "name")])
    st.dataframe(table.head(SHOWN), hide_index=True, alt=_("Names added, removed and deprecated"))
    if len(rows) > SHOWN:
        said = _("The first {shown} of {all}; all of them are in {command}.")
        command = code("framescope api --json")
        st.caption(filled(said, shown=SHOWN, all=fmt.whole(len(rows)), command=command))


def _pairs(found: list[dict[str, Any]]) -> list[tuple[Reading, Reading]]:
    """Every two versions of one package that follow one another, the older first."""
    pairs: list[tuple[Reading, Reading]] = []
    for framework in dict.fromkeys(each["framework"] for each in found):
        ordered = versions(each for each in found if each["framework"] == framework)
        pairs += pairwise(ordered)
    return pairs


def _label(reading: dict[str, Any]) -> str:
    told = {"framework": _name(reading["framework"]), "version": reading["version"]}
    if reading["origin"] == "installed":
        return _("{framework} {version}, installed", **told)
    return _("{framework} {version}, {origin}", origin=reading["origin"], **told)


def _name(slug: str) -> str:
    systems = data.catalog().systems
    return systems[slug].name if slug in systems else slug
