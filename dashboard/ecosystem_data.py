"""What the ecosystem page reads of packages and wheels, behind bounded caches that follow the newest run."""

import json
import logging
from typing import Any

import streamlit as st

from dashboard.analysis.support_latency import BINARIES
from dashboard.data import engine, stamp
from dashboard.kept import HOUR
from db import read
from db.engine import home, reading
from db.errors import StoreError
from db.read import WheelRow
from db.receipts import ReceiptStore

log = logging.getLogger(__name__)
MOST_READINGS = 60
LOST = "the reading %s of receipt %s is lost: %s"  # untranslated: for the log


def readings(kind: str) -> list[dict[str, Any]]:
    """The newest readings of a kind (names, kernels, models), newest first, each with its ``receipt`` and ``read_at``.

    One whose body is lost or damaged is left out, and the log says so.
    """
    return _readings(stamp(), kind)


def wheels() -> list[WheelRow]:
    """Every wheel of `BINARIES` that the package index listed."""
    return _wheels(stamp())


@st.cache_data(max_entries=6, ttl=HOUR, show_spinner=False)
def _readings(stamped: str, kind: str) -> list[dict[str, Any]]:  # noqa: ARG001  # a key of the cache
    store = ReceiptStore(home() / "receipts")
    with reading(engine()) as session:
        rows = [row for row in read.package_readings(session) if row.kind == kind][:MOST_READINGS]
    found = []
    for row in rows:
        try:
            document: dict[str, Any] = json.loads(store.get(row.sha256))
        except (KeyError, ValueError, StoreError) as error:
            log.warning(LOST, row.url, row.receipt, error)
            continue
        found.append(document | {"receipt": row.receipt, "read_at": row.fetched_at})
    return found


@st.cache_data(max_entries=2, ttl=HOUR, show_spinner=False)
def _wheels(stamped: str) -> list[WheelRow]:  # noqa: ARG001  # a key of the cache
    with reading(engine()) as session:
        return read.package_wheels(session, BINARIES)
