"""What the Ecosystem page reads: the board, the releases and the wheels, cached until the next run or the next day."""

from datetime import date

import streamlit as st

from dashboard import data
from dashboard.analysis.board import Row, board
from dashboard.analysis.platforms import Wheels
from dashboard.kept import HOUR
from db import read
from db.engine import reading
from language.words import current


def rows() -> list[Row]:
    """The board of systems as of today."""
    return _rows(data.stamp(), current(), data.today())


def releases() -> list[read.DatedRelease]:
    """Every dated release, oldest first."""
    return _evidence(data.stamp()).releases


def evidence() -> read.BoardEvidence:
    """All that the board is made of."""
    return _evidence(data.stamp())


def wheels(package: str) -> list[Wheels]:
    """The wheels of every version of a package."""
    return _wheels(data.stamp(), package)


@st.cache_data(max_entries=4, ttl=HOUR, show_spinner=False)
def _rows(stamped: str, language: str, today: date) -> list[Row]:  # noqa: ARG001  # a key of the cache: rows hold words
    return board(data.catalog(), _evidence(stamped), today)


@st.cache_resource(max_entries=2, ttl=HOUR, show_spinner=False)
def _evidence(stamped: str) -> read.BoardEvidence:  # noqa: ARG001  # a key of the cache
    with reading(data.engine()) as session:
        return read.board_evidence(session)


@st.cache_data(max_entries=32, ttl=HOUR, show_spinner=False)
def _wheels(stamped: str, package: str) -> list[Wheels]:  # noqa: ARG001  # a key of the cache
    with reading(data.engine()) as session:
        found = read.wheel_counts(session, package)
    return [Wheels(version, python or "", platform or "", files) for version, python, platform, files in found]
