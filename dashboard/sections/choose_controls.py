"""What is chosen by: cards of situations, a slider a criterion, criteria to add, and all of it in the address."""

import streamlit as st

from catalog.load import Catalog
from dashboard.analysis.choice.asked import SITUATION, Asked, asked, changed, unknown
from dashboard.sections import address
from dashboard.sections.above import hints
from dashboard.text import plain
from db.errors import UnknownName
from language.words import N_, _

PAGE = "choose"
OWN = "own"
ASKS = ("situation", "weight")
"""The names that the page has a use for in its address."""
YOURS = N_("Weights of your own")
FIRST = "learning"
HELD, EXTRA = f"{PAGE}.situation", f"{PAGE}.extra"


def asked_for(catalog: Catalog) -> Asked | None:
    """Draw the cards and the sliders; gives what they ask for, None (with the reason drawn) where nothing can be."""
    incoming = address.incoming()
    if address.is_new(PAGE, incoming, [HELD]):
        try:
            _seed(catalog, incoming)
        except (UnknownName, ValueError) as error:
            hints([str(error)])
            st.page_link("views/choose.py", label=_("Start with the first situation"), query_params={})
            address.keep(PAGE, incoming)
            return None
    _cards(catalog)
    weights = _sliders(catalog)
    situation = str(st.session_state[HELD])
    wanted = Asked("" if situation == OWN else situation, weights)
    if not any(weights.values()):
        told = _("Nothing has a weight yet. Add a criterion, or move a slider away from 0.")
        st.info(told, icon=":material/tune:")
        return None
    address.settle(PAGE, incoming, {"situation": [situation], "weight": changed(catalog, wanted)})
    return wanted


def title(catalog: Catalog, situation: str) -> str:
    """What a situation is called."""
    return _(catalog.situations[situation].title if situation else YOURS)


def _seed(catalog: Catalog, incoming: address.Params) -> None:
    given = incoming.get("weight", [])[: 2 * len(catalog.criteria)]
    situation = (incoming.get("situation") or [OWN if given else FIRST])[0]
    own = situation == OWN
    if not own and situation not in catalog.situations:
        named = {slug: title(catalog, slug) for slug in catalog.situations} | {OWN: title(catalog, "")}
        raise UnknownName(unknown(SITUATION, situation, named))
    wanted = Asked("", {}) if own and not given else asked(catalog, "" if own else situation, given)
    _hold(catalog, situation, wanted)


def _hold(catalog: Catalog, situation: str, wanted: Asked) -> None:
    """Put a situation and its weights into the widgets."""
    own = catalog.situations[situation].weights if situation != OWN else {}
    st.session_state[HELD] = situation
    st.session_state[EXTRA] = [name for name in wanted.weights if name not in own]
    for name in catalog.criteria:
        st.session_state[_key(name)] = float(wanted.weights.get(name, 5.0))


def _pick(catalog: Catalog, situation: str) -> None:
    _hold(catalog, situation, Asked("", {}) if situation == OWN else asked(catalog, situation))


def _cards(catalog: Catalog) -> None:
    held = st.session_state[HELD]
    cards = [(slug, _(one.title), _(one.asks)) for slug, one in catalog.situations.items()]
    cards.append((OWN, _(YOURS), _("What counts is yours to say.")))
    with st.container(horizontal=True, gap="small", key="choose-cards"):
        for slug, name, asks in cards:
            st.button(
                name,
                key=f"{PAGE}.card.{slug}",
                help=plain(asks),
                type="primary" if slug == held else "secondary",
                on_click=_pick,
                args=(catalog, slug),
            )
    if held != OWN:
        one = catalog.situations[held]
        st.markdown(f"**{plain(_(one.asks))}** {plain(_(one.why))}")


def _sliders(catalog: Catalog) -> dict[str, float]:
    held = st.session_state[HELD]
    own = {one.criterion: one.why for one in catalog.situations[held].weigh} if held != OWN else {}
    with st.expander(_("Weights: what counts, and how much"), expanded=held == OWN, icon=":material/tune:"):
        st.multiselect(
            _("Criteria to add"),
            [name for name in catalog.criteria if name not in own],
            key=EXTRA,
            format_func=lambda name: _(catalog.criteria[name].title),
            placeholder=_("none"),
        )
        names = [*own, *(name for name in st.session_state[EXTRA] if name not in own)]
        columns = st.columns(2)
        for number, name in enumerate(names):
            entry = catalog.criteria[name]
            ends = {"best": _(entry.best), "worst": _(entry.worst)}
            told = _("1: {best}. 0: {worst}. {caveat}", **ends, caveat=_(entry.caveat) if entry.caveat else "")
            with columns[number % 2]:
                st.slider(_(entry.title), 0.0, 10.0, step=0.5, key=_key(name), help=plain(told), format="%.1f")
                if name in own:
                    st.caption(plain(_(own[name])))
        if names:
            st.button(_("Back to the weights of the situation"), on_click=_pick, args=(catalog, held), type="tertiary")
    return {name: float(st.session_state[_key(name)]) for name in names}


def _key(name: str) -> str:
    return f"{PAGE}.weight.{name}"
