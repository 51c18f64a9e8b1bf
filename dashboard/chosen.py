"""What the page Choose reads: the scores of every criterion as of today, behind a cache."""

from collections.abc import Mapping
from datetime import date

import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.analysis.choice import gather
from dashboard.analysis.choice.model import Scores
from dashboard.kept import HOUR
from db.engine import reading
from verdicts.wording import dating


def scores() -> Mapping[str, Scores]:
    """The ranges of every criterion, read again when a run ends or a day begins."""
    return _scores(f"{data.worded()} {data.speed_stamp()}", data.today())


@st.cache_resource(max_entries=4, ttl=HOUR, show_spinner=False)
def _scores(stamped: str, at: date) -> Mapping[str, Scores]:  # noqa: ARG001  # a key of the cache
    with reading(data.engine()) as session, dating(fmt.exactly):
        return gather.scored(gather.known(session, data.catalog(), at))
