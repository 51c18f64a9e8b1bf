"""A choice to take along: a brief of one page, its figures, a link, and a frame for other pages."""

import json
from collections.abc import Callable

import streamlit as st

from catalog.load import Catalog
from dashboard import chosen, languages
from dashboard.analysis.choice import brief, document
from dashboard.analysis.choice.asked import changed
from dashboard.analysis.choice.document import Choice
from dashboard.sections.frame import typed
from language.catalogues import SOURCE
from language.words import _, current, speaking


def downloads(choice: Choice, catalog: Catalog) -> None:
    """Draw the downloads and the link; files are made when they are asked for, not at every moved slider."""
    st.header(_("Take it along"), anchor="brief")
    row = st.container(horizontal=True, gap="small")
    for label, file, mime, made in (
        (_("Brief to print (HTML)"), "framescope-choice.html", "text/html", _later(brief.as_html, choice, catalog)),
        (_("Brief (PDF)"), "framescope-choice.pdf", "application/pdf", _in_english(choice, catalog)),
        (_("Everything (JSON)"), "framescope-choice.json", "application/json", _later(as_json, choice, catalog)),
    ):
        row.download_button(
            label, made, file_name=file, mime=mime, icon=":material/download:", on_click="ignore", key=f"choose.{file}"
        )
    if current() != SOURCE:
        st.caption(_("The brief as PDF is in English: the letters that are built into such a file are Latin ones."))
    link = "&".join([f"situation={choice.asked.situation or 'own'}", *_weights(choice, catalog), *_language()])
    st.caption(_("The address of this page holds situation and weights: send it, and the other sees the same."))
    with st.expander(_("Embed the whole choice"), icon=":material/code:"):
        st.markdown(_("A frame with this choice for another page; put the address of this site in place of SITE."))
        typed([f'<iframe src="SITE/choose?{link}&embed=true" width="100%" height="720"></iframe>'], "choose-embed")


def command(choice: Choice, catalog: Catalog) -> str:
    """The command line that gives the same choice."""
    situation = f" --situation {choice.asked.situation}" if choice.asked.situation else ""  # untranslated: a command
    given = [text.replace(":", "=") for text in changed(catalog, choice.asked)]
    weights = "".join(f" --weight {text}" for text in given)  # untranslated: a command
    return f"framescope choose{situation}{weights}"


def as_json(choice: Choice, catalog: Catalog) -> str:
    """The choice as `choose --json` prints it."""
    return json.dumps(document.document(choice, catalog), indent=2, ensure_ascii=False, default=str)


def _later(make: Callable[[Choice, Catalog], str], choice: Choice, catalog: Catalog) -> Callable[[], str]:
    """What is made when it is asked for, where no page is any more that says which language is read."""
    language = current()

    def made() -> str:
        with speaking(language):
            return make(choice, catalog)

    return made


def _in_english(choice: Choice, catalog: Catalog) -> Callable[[], bytes]:
    """The brief as PDF, of the same choice made in English: what evidence says is in the language it was read in."""
    english = current() == SOURCE

    def made() -> bytes:
        with speaking(SOURCE):
            told = choice if english else document.choose(chosen.scores(), choice.asked, choice.at)
            return brief.as_pdf(told, catalog)

    return made


def _language() -> list[str]:
    return [f"{name}={value}" for name, value in languages.named().items()]


def _weights(choice: Choice, catalog: Catalog) -> list[str]:
    return [f"weight={text}" for text in changed(catalog, choice.asked)]
