"""Claims: what did the articles say, and is it still so?"""

from contextlib import nullcontext

import streamlit as st

from dashboard import claimed, data
from dashboard import format as fmt
from dashboard.sections import claims_day, claims_list, claims_one, made
from dashboard.sections.frame import guarded, offline_notice
from dashboard.text import plain
from language.words import _

with guarded(*claims_list.ASKS):
    catalog, head, today = data.catalog(), st.container(), data.today()
    at = claims_day.asked(today)
    found = claimed.findings(at)
    head.title(plain(claims_list.answer(found)), anchor=False)
    head.caption(
        _(
            "As of {day} · four published comparisons, 2018 to 2024 · every verdict is computed from figures, probes, "
            "measurements and cited facts; *cannot tell* says what is missing",
            day=fmt.day(at),
        )
    )
    offline_notice()
    first = st.container()
    opened = claims_list.rows(found, catalog, at if at < today else None)
    with first if opened is not None and claims_list.came_by_link() else nullcontext():
        claims_one.detail(opened, catalog)
    claims_list.downloads(found)
    made.how(
        _(
            "Every claim has a rule of its own that is named under *Method*; it takes figures, probes, measurements "
            "and cited facts, and gives one of four verdicts as of today. A claim is asked of the year it was made in "
            "and of now. This prints them all, and keeps them so that a change is seen:"
        ),
        ["framescope claims --record"],
    )
