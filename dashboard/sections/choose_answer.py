"""The answer of Choose: the ranking as ranges, where it flips, what speaks against the winner, what would change it."""

import streamlit as st

from catalog.load import Catalog
from dashboard.analysis.choice import document
from dashboard.analysis.choice.document import Choice
from dashboard.analysis.choice.model import NAMES
from dashboard.colours import dot
from dashboard.sections import choose_figure, figure
from dashboard.text import code, plain

SHOWN = 5


def ranking(choice: Choice, catalog: Catalog) -> None:
    """Draw the frameworks as ranges, and say which cannot be separated."""
    figure.draw(choose_figure.ranking(choice, catalog))


def flips(choice: Choice, catalog: Catalog) -> None:
    """Draw the weights at which another takes the lead, nearest first."""
    st.header("Where it flips", anchor="flips")
    if choice.winner is None:
        st.markdown("Nobody leads, so there is nothing to turn over.")
        return
    leads = "has the highest middle" if choice.overlapping else "leads"  # who cannot be separated leads nobody
    if not choice.flips:
        st.markdown(f"{NAMES[choice.winner]} {leads} at every weight from 0 to 10 of any single criterion.")
        return
    for one in choice.flips[:SHOWN]:
        way = "above" if one.by > 0 else "below"
        st.markdown(
            f"- {dot(one.to)} **{NAMES[one.to]}** {leads} where **{plain(catalog.criteria[one.criterion].title)}** "
            f"weighs {way} **{one.weight:.2f}**: {abs(one.by):.2f} from today's {one.today:g}"
        )
    rest = [name for name in choice.counted if name not in {one.criterion for one in choice.flips}]
    if rest:
        titles = ", ".join(catalog.criteria[name].title for name in rest)
        st.caption(f"No weight from 0 to 10 of these changes the leader: {plain(titles)}.")


def against(choice: Choice, catalog: Catalog) -> None:
    """Draw the strongest evidence against the winner."""
    if choice.winner is None:
        return
    st.header(f"Against {NAMES[choice.winner]}", anchor="against")
    if not choice.against:
        st.markdown(f"No evidence puts another ahead of {NAMES[choice.winner]} in any criterion that counts here.")
        return
    for one in choice.against[:3]:
        mine, other = (choice.scores[one.criterion][system] for system in (choice.winner, one.system))
        sure = "" if one.certain else "; what is not known could undo it"
        st.markdown(
            f"- **{plain(catalog.criteria[one.criterion].title)}**: {dot(one.system)} {NAMES[one.system]} "
            f"{other.low:.2f}–{other.high:.2f}, {NAMES[choice.winner]} {mine.low:.2f}–{mine.high:.2f}, "
            f"{one.middle:.3f} of the whole score{sure}"
        )
        for shown in [*document.telling(other, mine)[:2], *document.telling(mine, other)[:2]]:
            st.caption(plain(shown.says))


def would_change(choice: Choice, catalog: Catalog) -> None:
    """Draw what is not known and would matter most, with the command that finds it out."""
    if not choice.doubts:
        return
    st.header("What would change the answer", anchor="change")
    for one in choice.doubts[:SHOWN]:
        commands = document.commands(choice, one.criterion)
        how = f": {code(commands[0])}" if commands else ""
        st.markdown(
            f"- **{plain(catalog.criteria[one.criterion].title)}** leaves {one.width:.2f} of the score open{how}"
        )
