"""In which language a visitor reads: by the address, by what it said before, by the browser; the way to another."""

from collections.abc import Hashable
from urllib.parse import urlencode, urlsplit

import streamlit as st
from pydantic_settings import BaseSettings, SettingsConfigDict
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from collectors.settings import PREFIX
from dashboard.kept import kept, surroundings
from dashboard.text import plain
from language import words
from language.catalogues import LANGUAGES, SOURCE, chosen, complete
from language.lists import commas, sentences
from language.words import _

LANG = "lang"
"""The language's name in the address."""
_READ, _TOLD, _OFFERED, _REFUSED = "language.read", "language.told", "language.offered", "language.refused"


class _Offer(BaseSettings):
    """Which languages a visitor may choose, where that was set: tags with commas between them."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore")
    languages: str = ""


def offered() -> tuple[str, ...]:
    """English, and what is complete or named by ``FRAMESCOPE_LANGUAGES``; a tag nobody knows is passed over."""
    return _offered(surroundings())


@kept(4)
def _offered(_surroundings: Hashable) -> tuple[str, ...]:
    told = [one.strip() for one in _Offer().languages.split(",")]
    return tuple(tag for tag in LANGUAGES if tag == SOURCE or (tag in told if any(told) else complete(tag)))


def read() -> str:
    """The language of the session that is being served; English where no page is, as for the API."""
    running = get_script_run_ctx(suppress_warning=True)
    return SOURCE if running is None else str(st.session_state.get(_READ, SOURCE))


def settle() -> None:
    """Decide the language of this run; the address names it where the browser would have chosen another.

    A language that the site does not have goes from the address, so that no link takes it on.
    """
    state, may = st.session_state, offered()
    asked, browser = st.query_params.get(LANG), chosen(None, st.context.locale, may)
    if asked in may:
        state[_TOLD] = asked
    elif asked is not None:
        state[_REFUSED] = (asked, _here())
        del st.query_params[LANG]
        asked = None
    state[_OFFERED] = may
    state[_READ] = chosen(state.get(_TOLD), st.context.locale, may)
    words.ask(read)
    words.say(str(state[_READ]))
    if state[_READ] != browser and asked is None:
        st.query_params[LANG] = state[_READ]


def refused() -> None:
    """Say so on the page that was come to with a language that the site does not have."""
    asked, where = st.session_state.get(_REFUSED, ("", ""))
    if asked and where == _here():
        known = commas(LANGUAGES[tag] for tag in st.session_state[_OFFERED])
        told = _("The address asks for the language {asked}.", asked=plain(asked[:20]))
        st.warning(sentences((told, _("This site can be read in: {known}.", known=known))), icon=":material/link_off:")


def _here() -> str:
    return urlsplit(st.context.url or "").path


def named() -> dict[str, str]:
    """What an address of this site has to say of the language: nothing where there is only one."""
    return {LANG: read()} if len(st.session_state.get(_OFFERED, ())) > 1 else {}


def switch(path: str, place: DeltaGenerator) -> None:
    """Draw links to the page as it is in every other language; ``path`` is the page's own, empty for the first.

    They load the page anew: the document itself says its language, to a screen reader and to whoever translates pages.
    """
    here = [(name, one) for name in st.query_params if name != LANG for one in st.query_params.get_all(name)]
    others = [tag for tag in st.session_state[_OFFERED] if tag != read()]
    if others:
        place.markdown(" · ".join(f"[{LANGUAGES[tag]}](./{path}?{urlencode([*here, (LANG, tag)])})" for tag in others))
