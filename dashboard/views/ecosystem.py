"""Ecosystem: what lives, what died, what replaced it?"""

import streamlit as st

from dashboard import data, living
from dashboard.analysis.board_words import answer
from dashboard.sections import (
    ecosystem_api,
    ecosystem_board,
    ecosystem_controls,
    ecosystem_facts,
    ecosystem_latency,
    ecosystem_models,
    ecosystem_timeline,
    made,
)
from dashboard.sections.frame import guarded, offline_notice
from dashboard.text import plain
from language.words import _

with guarded(*ecosystem_controls.ASKS):
    catalog = data.catalog()
    st.title(plain(answer(living.rows())), anchor=False)
    st.caption(
        _(
            "Each state follows from dated releases, repositories and cited pages by one rule; the board shows what it "
            "rests on."
        )
    )
    offline_notice()
    shown = ecosystem_controls.choose_view(catalog)
    of_catalog = {
        "board": ecosystem_board.draw,
        "timeline": ecosystem_timeline.draw,
        "past": ecosystem_facts.history,
        "reach": ecosystem_facts.reach,
        "adopters": ecosystem_facts.adopters,
    }
    measured = {"api": ecosystem_api.draw, "models": ecosystem_models.draw, "latency": ecosystem_latency.draw}
    # only the chosen view is drawn: the heavy ones cost nothing until they are asked for
    if shown in of_catalog:
        of_catalog[shown](catalog)
    else:
        measured[shown]()
    made.how(
        _(
            "Releases, wheels and repositories come from the package index and GitHub or from bundled tables; ends and "
            "successors are cited. One rule gives every system its state (docs/life-states.md). This asks again:"
        ),
        ["framescope collect package_index github"],
    )
