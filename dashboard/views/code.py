"""Code: how does the same work read in each framework, and does it run?"""

import streamlit as st

from dashboard import data, tasked
from dashboard.analysis.code_sides import answer, side
from dashboard.sections import code_controls, code_run, code_sides, made
from dashboard.sections.frame import guarded
from dashboard.text import plain
from language.words import _

with guarded(*code_controls.ASKS):
    names = {slug: system.name for slug, system in data.catalog().systems.items()}
    tasks, results = tasked.tasks(), tasked.results()
    st.title(plain(answer(tasks, results, names) or _("How does the same work read in each framework?")), anchor=False)
    st.caption(
        _(
            "The code shown is the code run: programs that stand alone, written as each framework's own documentation "
            "would have them today, each with a check of its own at the end."
        )
    )
    chosen = code_controls.choose(tasks)
    task = str(chosen.task["task"])
    st.header(plain(_(chosen.task["title"])), anchor=False)
    st.markdown(plain(_(chosen.task["does"])))
    told = {str(each["system"]): each for each in chosen.task["sides"]}
    sides = [side(told[name], results.get((task, name))) for name in chosen.systems]
    code_run.button(chosen.task, chosen.systems)
    code_run.progress()
    code_sides.table(sides)
    if chosen.view == "difference":
        code_sides.compared(sides)
    else:
        code_sides.side_by_side(sides)
    made.how(
        _(
            "Each program is a file that is shown, copied and run as it is, in a fresh process, and ends with a check "
            "of its own. Lines and names are counted by reading the text. This runs these:"
        ),
        [code_run.command(chosen.task, chosen.systems)],
    )
