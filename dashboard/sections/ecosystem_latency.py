"""The ecosystem page's part on support: how long a new Python waits for wheels, their weight, and their CUDA."""

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import ecosystem_data as store
from dashboard import format as fmt
from dashboard.analysis.cuda_offered import answer, offers
from dashboard.analysis.support_latency import PLATFORMS, Wait, waits, weights
from dashboard.sections import ecosystem_wheels, ecosystem_words, frame
from dashboard.text import plain
from language.lists import clauses
from language.words import _, _n

NAMES = {"torch": "PyTorch", "tensorflow": "TensorFlow", "jaxlib": "JAX (jaxlib)", "keras": "Keras"}


def draw() -> None:
    """Draw the waits, the figure of what the wheels weigh, and the CUDA versions they ask for."""
    _python()
    _cuda()


def _python() -> None:
    wheels = store.wheels()
    if not wheels:
        frame.empty(
            _("No wheels are known"), _("The package index was not asked yet."), "framescope collect package_index"
        )
        return
    platform = st.selectbox(_("Platform"), PLATFORMS, key="ecosystem.latency.platform")
    pythons = {each.version: each for each in data.catalog().pythons}
    rows = waits(wheels, {version: each.date.first for version, each in pythons.items()}, platform)
    st.markdown(_answer(rows, platform))
    planned = {version for version, each in pythons.items() if each.planned}
    st.dataframe(_table(rows, list(pythons), planned), alt=_("Days from each Python to the first wheel for it"))
    st.caption(
        _(
            "Days from the day Python came out to the first wheel of a final release for it; a negative number means "
            "that the wheel came first. Free-threaded builds do not count; wheels that were deleted since are not "
            "seen. Days of Python: its release schedules (PEPs); * is a day that was still a plan where it is cited."
        )
    )
    ecosystem_wheels.draw(weights(wheels, platform), platform, NAMES, data.catalog())


def _answer(rows: list[Wait], platform: str) -> str:
    with_wheels = {row.python for row in rows if row.days is not None}
    told = [version for version in dict.fromkeys(row.python for row in rows) if version in with_wheels]
    if not told:
        return plain(_("No framework that is read has wheels for {platform}.", platform=platform))
    of_newest = [row for row in rows if row.python == told[-1] and not row.any_python]
    waited = clauses(map(_waited, of_newest))
    return plain(_("Python {version} on {platform}: {waits}.", version=told[-1], platform=platform, waits=waited))


def _waited(row: Wait) -> str:
    name = NAMES.get(row.package, row.package)
    if row.days is None:
        return _("{package} has no wheel yet", package=name)
    many, words = abs(row.days), {"n": fmt.words(abs(row.days)), "package": name}
    if row.days < 0:
        return _n("{package} {n} day ahead", "{package} {n} days ahead", many, **words)
    return _n("{package} after {n} day", "{package} after {n} days", many, **words)


def _table(rows: list[Wait], pythons: list[str], planned: set[str]) -> pd.DataFrame:
    cells: dict[str, dict[str, str]] = {}
    for row in rows:
        head = f"{row.python}{'*' if row.python in planned else ''}"
        cells.setdefault(NAMES.get(row.package, row.package), {})[head] = _cell(row)
    heads = [f"{version}{'*' if version in planned else ''}" for version in pythons]
    return pd.DataFrame.from_dict(cells, orient="index", columns=heads)


def _cell(row: Wait) -> str:
    if row.any_python:
        return _("any Python")
    if row.days is None:
        return _("no wheel")
    return _("{days} d, {version}", days=f"{row.days:+,}", version=row.version)


def _cuda() -> None:
    st.header(_("CUDA versions offered"), anchor="cuda")
    documents = store.readings("cuda")
    if not documents:
        title = _("It is not known which CUDA versions are offered")
        frame.empty(title, _("No requirements were read."), "framescope cuda")
        return
    names = {slug: system.name for slug, system in data.catalog().systems.items()}
    st.markdown(plain(answer(documents, names)))
    table = pd.DataFrame([row._asdict() for row in offers(documents)])
    table["framework"] = table["framework"].map(lambda slug: names.get(slug, slug))
    for words in ("how", "cuda", "runtime"):
        table[words] = table[words].map(ecosystem_words.said)
    st.dataframe(
        table.rename(columns=_cuda_columns()),
        hide_index=True,
        alt=_("CUDA versions that the wheels of each version ask for"),
    )
    st.caption(
        _(
            "From the requirements in the metadata of the wheel for Linux on x86-64 on the package index; the runtime "
            "as it is written there. Wheels on a project's own server, built for other CUDA versions, are not there."
        )
    )


def _cuda_columns() -> dict[str, str]:
    return {
        "framework": _("framework"),
        "version": _("version"),
        "released": _("released"),
        "how": _("how"),
        "cuda": "CUDA",
        "runtime": _("runtime"),
    }
