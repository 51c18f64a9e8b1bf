"""Who may start something on a page: why not and the ways in, or who one is and what one may still ask for."""

import streamlit as st

from collectors import jobs
from dashboard import data, visiting
from dashboard.analysis.run_words import told as of_run
from dashboard.text import plain
from language.words import _


def gate() -> bool:
    """Draw what stands between a visitor and Run; gives whether he may. Nothing is drawn for who is at the machine."""
    stands = visiting.standing()
    if stands.allowed:
        _known(stands)
        return True
    with st.container(border=True, key="read-only"):
        st.markdown(f":material/lock: {_('**Read-only.** {why}', why=plain(stands.why))}")
        if not (stands.sign_in or stands.token):
            return False
        row = st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="ways-in")
        if stands.sign_in and not stands.signed_in:
            row.button(_("Sign in"), type="primary", on_click=st.login, key="visit.sign-in")
        if stands.token:
            row.text_input(_("Run token"), type="password", key=visiting.TOKEN, on_change=visiting.typed, width=280)
        if stands.signed_in:
            _sign_out(row)
        if wait := st.session_state.get(visiting.SLOW):
            st.caption(_("Too many tokens were tried from your address. The next is looked at in {n} s.", n=wait))
    return False


def _known(stands: jobs.Standing) -> None:
    if stands.operator or stands.asker is None:
        return
    row = st.container(horizontal=True, gap="small", vertical_alignment="center", key="known")
    told = {"name": plain(of_run(stands.asker.name)), "left": plain(jobs.left(data.engine(), stands))}
    said = _("Signed in as {name}. {left}.", **told) if stands.signed_in else _("Admitted {name}. {left}.", **told)
    row.caption(f":material/person: {said}", width="stretch")
    if stands.signed_in:
        _sign_out(row)


def _sign_out(row: st.delta_generator.DeltaGenerator) -> None:
    row.button(_("Sign out"), on_click=st.logout, key="visit.sign-out")
