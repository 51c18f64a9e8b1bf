"""A choice to take along: a brief of one page, its figures, a link, and a frame for other pages."""

import json

import streamlit as st

from catalog.load import Catalog
from dashboard.analysis.choice import brief, document
from dashboard.analysis.choice.asked import changed
from dashboard.analysis.choice.document import Choice
from dashboard.sections.frame import typed


def downloads(choice: Choice, catalog: Catalog) -> None:
    """Draw the downloads and the link; files are made when they are asked for, not at every moved slider."""
    st.header("Take it along", anchor="brief")
    row = st.container(horizontal=True, gap="small")
    for label, file, mime, made in (
        ("Brief to print (HTML)", "framescope-choice.html", "text/html", lambda: brief.as_html(choice, catalog)),
        ("Brief (PDF)", "framescope-choice.pdf", "application/pdf", lambda: brief.as_pdf(choice, catalog)),
        ("Everything (JSON)", "framescope-choice.json", "application/json", lambda: as_json(choice, catalog)),
    ):
        row.download_button(
            label, made, file_name=file, mime=mime, icon=":material/download:", on_click="ignore", key=f"choose.{file}"
        )
    link = "&".join([f"situation={choice.asked.situation or 'own'}", *_weights(choice, catalog)])
    st.caption("The address of this page holds situation and weights: send it, and the other sees the same.")
    with st.expander("Embed", icon=":material/code:"):
        st.markdown("A frame with this choice for another page; put the address of this site in place of SITE.")
        typed([f'<iframe src="SITE/choose?{link}&embed=true" width="100%" height="720"></iframe>'], "choose-embed")


def command(choice: Choice, catalog: Catalog) -> str:
    """The command line that gives the same choice."""
    situation = f" --situation {choice.asked.situation}" if choice.asked.situation else ""
    weights = "".join(f" --weight {text.replace(':', '=')}" for text in changed(catalog, choice.asked))
    return f"framescope choose{situation}{weights}"


def as_json(choice: Choice, catalog: Catalog) -> str:
    """The choice as `choose --json` prints it."""
    return json.dumps(document.document(choice, catalog), indent=2, ensure_ascii=False, default=str)


def _weights(choice: Choice, catalog: Catalog) -> list[str]:
    return [f"weight={text}" for text in changed(catalog, choice.asked)]
