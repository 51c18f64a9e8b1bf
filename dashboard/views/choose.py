"""Choose: which one for me?"""

import streamlit as st

from dashboard import chosen, data
from dashboard import format as fmt
from dashboard.analysis.choice import document
from dashboard.sections import choose_answer, choose_brief, choose_controls, choose_evidence, made
from dashboard.sections.frame import guarded, offline_notice
from dashboard.text import plain
from language.words import _

with guarded(*choose_controls.ASKS):
    catalog, head = data.catalog(), st.container()
    wanted = choose_controls.asked_for(catalog)
    if wanted is None:
        head.title(_("Which one for me?"), anchor=False)
    else:
        choice = document.choose(chosen.scores(), wanted, data.today())
        head.title(plain(document.sentence(choice)), anchor=False)
        head.caption(
            _(
                "{situation} · as of {day} · scores are ranges from 0 to 1; what is not known widens them",
                situation=plain(choose_controls.title(catalog, wanted.situation)),
                day=fmt.day(choice.at),
            )
        )
        offline_notice()
        choose_answer.ranking(choice, catalog)
        choose_answer.flips(choice, catalog)
        choose_answer.against(choice, catalog)
        choose_answer.would_change(choice, catalog)
        choose_evidence.criteria(choice, catalog)
        choose_brief.downloads(choice, catalog)
        how = _("{method} This prints the same:", method=plain(_(document.METHOD)))
        made.how(how, [choose_brief.command(choice, catalog)])
