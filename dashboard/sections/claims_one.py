"""One claim opened: what was said, its verdict with the evidence, then and now, what would change it, its history."""

from typing import Any

import streamlit as st

from catalog.load import Catalog
from dashboard import claimed, probed
from dashboard import format as fmt
from dashboard.sections import claims_figures, links
from dashboard.text import code, plain
from db.read import VerdictRow
from language.lists import clauses, colon
from language.words import N_, _
from verdicts.judging import was_late
from verdicts.wording import reference

SPEAKS = {True: N_("✓ for it"), False: N_("✕ against it"), None: N_("· beside it")}
CLOSE = N_("· too close to call")


def detail(found: dict[str, Any] | None, catalog: Catalog) -> None:
    """Draw a claim whole; nothing where none is open."""
    if found is None:
        return
    article = catalog.articles[found["article"]]
    with st.container(border=True, key=f"claim-{found['id']}"):
        st.header(_("“{words}”", words=plain(found["says"])), anchor="claim")
        name = plain(colon(clauses((article.author, str(article.year))), article.title))
        st.caption(f"[{name}]({article.url})" if article.url else name)
        told = {"verdict": claimed.badge(found), "day": fmt.day(found["as_of"])}
        st.markdown(_("{verdict} · as of {day}. {note}", **told, note=plain(found["note"])))
        _missing(found)
        _then_and_now(found)
        claims_figures.draw(found, catalog)
        _evidence(found)
        st.markdown(_("**What would change this:** {what}.", what=plain(found["would_change"])))
        with st.expander(_("Method")):
            st.markdown(plain(found["method"]))
        _history(found)
        st.caption(_("Link to this claim: {link}", link=code(links.permalink())))


def _missing(found: dict[str, Any]) -> None:
    if found["command"]:
        st.markdown(_("This gets what is missing:"))
        st.code(found["command"], language=None)


def _then_and_now(found: dict[str, Any]) -> None:
    if found["then"]:
        then, now = st.columns(2)
        then.markdown(f"{_('**At the end of {year}**', year=found['year'])}  \n{plain(found['then'])}")
        head = _("**As of {day}**", day=fmt.day(found["as_of"]))
        now.markdown(f"{head}  \n{plain(found['now'] or _('not known'))}")


def _evidence(found: dict[str, Any]) -> None:
    if not found["evidence"]:
        return
    st.markdown(_("**Evidence**"))
    for number, one in enumerate(found["evidence"][:24]):
        words, link = st.columns((5, 1.4), vertical_alignment="center")
        speaks = CLOSE if one["kind"] == "benchmark" and one["supports"] is None else SPEAKS[one["supports"]]
        words.markdown(f":small[{_(speaks)}] · {plain(one['what'])}")
        with link:
            _link(one, f"{found['id']}-{number}")
    if len(found["evidence"]) > 24:
        st.caption(_("{n} more in the JSON file.", n=len(found["evidence"]) - 24))


def _link(one: dict[str, Any], key: str) -> None:
    """The way to one piece of evidence: the series, the run, the probe, the program, the citation."""
    ref = str(one["ref"])
    if one["kind"] == "series":
        parts = ref.split("/")
        st.page_link("views/adoption.py", label=_("Series"), query_params={"metric": parts[0], "source": parts[-1]})
    elif one["kind"] == "benchmark":
        st.page_link("views/speed.py", label=_("Result"), query_params={"run": ref.removeprefix("run ")})
    elif one["kind"] == "probe":
        st.page_link("views/capabilities.py", label=_("Probe"), query_params=probed.link(ref))
    elif one["kind"] == "task":
        st.page_link("views/code.py", label=_("Code"), query_params={"task": ref})
    elif ref.startswith("http"):
        st.link_button(_("Citation"), ref, key=f"cite-{key}", type="tertiary")
    else:
        st.caption(plain(reference(ref)))


def _history(found: dict[str, Any]) -> None:
    rows = claimed.changes(found["id"])
    if not rows:
        command = code("framescope claims --record")
        st.caption(_("No verdict was kept of it yet; {command} keeps this one.", command=command))
        return
    st.markdown(_("**History of the verdict**") + "  \n" + "  \n".join(map(_change, rows)))


def _change(row: VerdictRow) -> str:
    """One line of the history; the store keeps verdicts in English."""
    told = {"day": fmt.day(row.as_of), "verdict": plain(_(claimed.OUTDATED if was_late(row.note) else row.verdict))}
    if row.before:
        return _("{day}: {verdict}, {before} before", **told, before=plain(_(row.before)))
    return _("{day}: {verdict} (first kept)", **told)
