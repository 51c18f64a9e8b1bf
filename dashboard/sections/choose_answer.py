"""The answer of Choose: the ranking as ranges, where it flips, what speaks against the winner, what would change it."""

import streamlit as st

from catalog.load import Catalog
from dashboard.analysis.choice import document
from dashboard.analysis.choice.document import Choice
from dashboard.analysis.choice.model import NAMES
from dashboard.analysis.choice.ranking import Weak
from dashboard.colours import dot
from dashboard.sections import choose_figure, figure
from dashboard.sections.choose_evidence import range_words
from dashboard.text import code, plain
from language.lists import commas
from language.words import N_, _

SHOWN = 5
LEAST = 0.005
"""What is open of the score and would still be written as something."""
ALWAYS = {
    True: N_("{name} has the highest middle at every weight above 0, up to 10, of any single criterion."),
    False: N_("{name} leads at every weight above 0, up to 10, of any single criterion."),
}
FLIPS = {
    (True, True): N_(
        "- {dot} **{name}** has the highest middle where **{criterion}** weighs above **{weight}**: {by} from today's "
        "{today}"
    ),
    (True, False): N_(
        "- {dot} **{name}** has the highest middle where **{criterion}** weighs below **{weight}**: {by} from today's "
        "{today}"
    ),
    (False, True): N_(
        "- {dot} **{name}** leads where **{criterion}** weighs above **{weight}**: {by} from today's {today}"
    ),
    (False, False): N_(
        "- {dot} **{name}** leads where **{criterion}** weighs below **{weight}**: {by} from today's {today}"
    ),
}
"""By whether the first cannot be separated, for who cannot be leads nobody, and whether the weight is above today's."""
AHEAD = {
    True: N_("- **{criterion}**: {other}, {mine}, {lead} of the whole score"),
    False: N_("- **{criterion}**: {other}, {mine}, {lead} of the whole score; what is not known could undo it"),
}
"""By whether what is not known could not undo it."""


def ranking(choice: Choice, catalog: Catalog) -> None:
    """Draw the frameworks as ranges, and say which cannot be separated."""
    figure.draw(choose_figure.ranking(choice, catalog))


def flips(choice: Choice, catalog: Catalog) -> None:
    """Draw the weights at which another takes the lead, nearest first."""
    st.header(_("Where it flips"), anchor="flips")
    if choice.winner is None:
        st.markdown(_("Nobody leads, so there is nothing to turn over."))
        return
    apart = bool(choice.overlapping)
    if not choice.flips:
        st.markdown(_(ALWAYS[apart], name=NAMES[choice.winner]))
        return
    for one in choice.flips[:SHOWN]:
        criterion = plain(_(catalog.criteria[one.criterion].title))
        told = {"dot": dot(one.to), "name": NAMES[one.to], "criterion": criterion}
        told |= {"weight": f"{one.weight:.2f}", "by": f"{abs(one.by):.2f}", "today": f"{one.today:g}"}
        st.markdown(_(FLIPS[apart, one.by > 0], **told))
    rest = [name for name in choice.counted if name not in {one.criterion for one in choice.flips}]
    if rest:
        titles = plain(commas(_(catalog.criteria[name].title) for name in rest))
        st.caption(_("No weight from 0 to 10 of these changes the leader: {criteria}.", criteria=titles))


def against(choice: Choice, catalog: Catalog) -> None:
    """Draw the strongest evidence against the winner."""
    if choice.winner is None:
        return
    first = NAMES[choice.winner]
    st.header(_("Against {name}", name=first), anchor="against")
    if not choice.against:
        st.markdown(_("No evidence puts another ahead of {name} in any criterion that counts here.", name=first))
    for one in choice.against[:3]:
        mine, other = (choice.scores[one.criterion][system] for system in (choice.winner, one.system))
        told = {
            "criterion": plain(_(catalog.criteria[one.criterion].title)),
            "other": f"{dot(one.system)} {NAMES[one.system]} {range_words(other)}",
            "mine": f"{first} {range_words(mine)}",
            "lead": f"{one.middle:.3f}",
        }
        st.markdown(_(AHEAD[bool(one.certain)], **told))
        for shown in [*document.telling(other, mine)[:2], *document.telling(mine, other)[:2]]:
            st.caption(plain(shown.says))
    for low in choice.weak[:3]:
        _weak(low, choice, catalog)


def _weak(one: Weak, choice: Choice, catalog: Catalog) -> None:
    """Draw a criterion by which the first itself is low, with why, and of whom nothing is known there."""
    own = choice.scores[one.criterion][choice.ranking[0].system]
    told = {"criterion": plain(_(catalog.criteria[one.criterion].title)), "name": NAMES[choice.ranking[0].system]}
    told |= {"range": range_words(own), "lost": f"{one.lost:.3f}"}
    others = plain(commas(NAMES[system] for system in one.unknown))
    if others:
        said = N_("- **{criterion}**: {name} itself has {range}, {lost} of the whole score lost; unknown of {others}")
        st.markdown(_(said, **told, others=others))
    else:
        st.markdown(_("- **{criterion}**: {name} itself has {range}, {lost} of the whole score lost", **told))
    for shown in own.evidence[:2]:
        st.caption(plain(shown.says))


def would_change(choice: Choice, catalog: Catalog) -> None:
    """Draw what is not known and would matter most, with the command that finds it out."""
    doubts = [one for one in choice.doubts if one.width >= LEAST]
    if not doubts:
        return
    st.header(_("What would change the answer"), anchor="change")
    for one in doubts[:SHOWN]:
        commands = document.commands(choice, one.criterion)
        told = {"criterion": plain(_(catalog.criteria[one.criterion].title)), "width": f"{one.width:.2f}"}
        if commands:
            leaves = N_("- **{criterion}** leaves {width} of the score open: {command}")
            st.markdown(_(leaves, **told, command=code(commands[0])))
        else:
            st.markdown(_("- **{criterion}** leaves {width} of the score open", **told))
