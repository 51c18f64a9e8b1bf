"""One claim opened: what was said, its verdict with the evidence, then and now, what would change it, its history."""

from typing import Any

import streamlit as st

from catalog.load import Catalog
from dashboard import claimed, probed
from dashboard import format as fmt
from dashboard.sections import claims_figures
from dashboard.text import code, plain

SPEAKS = {True: "✓ for it", False: "✕ against it", None: "· beside it"}
CLOSE = "· too close to call"


def detail(found: dict[str, Any] | None, catalog: Catalog) -> None:
    """Draw a claim whole; nothing where none is open."""
    if found is None:
        return
    article = catalog.articles[found["article"]]
    with st.container(border=True, key=f"claim-{found['id']}"):
        st.header(plain(f"“{found['says']}”"), anchor=False)
        name = plain(f"{article.author}, {article.year}: {article.title}")
        st.caption(f"[{name}]({article.url})" if article.url else name)
        st.markdown(f"{claimed.badge(found['verdict'])} · as of {fmt.day(found['as_of'])}. {plain(found['note'])}")
        _missing(found)
        _then_and_now(found)
        claims_figures.draw(found, catalog)
        _evidence(found)
        st.markdown(f"**What would change this:** {plain(found['would_change'])}.")
        with st.expander("Method"):
            st.markdown(plain(found["method"]))
        _history(found)
        st.caption(f"Link to this claim: {code('?claim=' + found['id'])}")


def _missing(found: dict[str, Any]) -> None:
    if found["command"]:
        st.markdown("This gets what is missing:")
        st.code(found["command"], language=None)


def _then_and_now(found: dict[str, Any]) -> None:
    if found["then"]:
        then, now = st.columns(2)
        then.markdown(f"**At the end of {found['year']}**  \n{plain(found['then'])}")
        now.markdown(f"**As of {fmt.day(found['as_of'])}**  \n{plain(found['now'] or 'not known')}")


def _evidence(found: dict[str, Any]) -> None:
    if not found["evidence"]:
        return
    st.markdown("**Evidence**")
    for number, one in enumerate(found["evidence"][:24]):
        words, link = st.columns((5, 1.4), vertical_alignment="center")
        speaks = CLOSE if one["kind"] == "benchmark" and one["supports"] is None else SPEAKS[one["supports"]]
        words.markdown(f":small[{speaks}] · {plain(one['what'])}")
        with link:
            _link(one, f"{found['id']}-{number}")
    if len(found["evidence"]) > 24:
        st.caption(f"{len(found['evidence']) - 24} more in the JSON file.")


def _link(one: dict[str, Any], key: str) -> None:
    """The way to one piece of evidence: the series, the run, the probe, the program, the citation."""
    ref = str(one["ref"])
    if one["kind"] == "series":
        parts = ref.split("/")
        st.page_link("views/adoption.py", label="Series", query_params={"metric": parts[0], "source": parts[-1]})
    elif one["kind"] == "benchmark":
        st.page_link("views/speed.py", label="Result", query_params={"run": ref.removeprefix("run ")})
    elif one["kind"] == "probe":
        st.page_link("views/capabilities.py", label="Probe", query_params=probed.link(ref))
    elif one["kind"] == "task":
        st.page_link("views/code.py", label="Code", query_params={"task": ref})
    elif ref.startswith("http"):
        st.link_button("Citation", ref, key=f"cite-{key}", type="tertiary")
    else:
        st.caption(plain(ref))


def _history(found: dict[str, Any]) -> None:
    rows = claimed.changes(found["id"])
    if not rows:
        st.caption(f"No verdict was kept of it yet; {code('framescope claims --record')} keeps this one.")
        return
    lines = [
        f"{fmt.day(row.as_of)}: {plain(row.verdict)}"
        + (f", {plain(row.before)} before" if row.before else " (first kept)")
        for row in rows
    ]
    st.markdown("**History of the verdict**  \n" + "  \n".join(lines))
