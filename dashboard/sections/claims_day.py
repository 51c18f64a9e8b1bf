"""The day the ledger is asked for: today, or an earlier one that the address bar holds."""

from datetime import date

import streamlit as st

from dashboard import format as fmt
from dashboard.sections import address
from dashboard.sections.claims_list import DAY_SAID, PAGE
from language.words import _

KEY = f"{PAGE}.as_of"
FIRST = date(2015, 1, 1)
LONGEST = 40


def asked(today: date) -> date:
    """Draw the field; a day in the address that cannot be used is named, and today stands in its place."""
    incoming = address.incoming()
    if address.is_new(PAGE, incoming, [KEY]):
        st.session_state[KEY], st.session_state[DAY_SAID] = _day(incoming.get("as_of", []), today)
    chosen = st.date_input(_("As of"), key=KEY, min_value=FIRST, max_value=today, format="YYYY-MM-DD", width=180)
    return chosen if isinstance(chosen, date) else today


def _day(given: list[str], today: date) -> tuple[date, list[str]]:
    """The day that is asked for, and what there is to say where it cannot be."""
    if not given:
        return today, []
    try:
        day = date.fromisoformat(given[0])
    except ValueError:
        day = None
    if day is not None and FIRST <= day <= today:
        return day, []
    told = _(
        "{given} is not a day from {first} to {last}, written as {form}; today stands in its place.",
        given=given[0][:LONGEST],
        first=fmt.day(FIRST),
        last=fmt.day(today),
        form=FIRST,
    )
    return today, [told]
