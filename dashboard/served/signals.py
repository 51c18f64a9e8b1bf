"""The signals as requests need them: read once for each state of the store."""

from catalog.load import load_catalog
from dashboard.analysis.shares import PAIR
from dashboard.analysis.signals import Signal, signal
from dashboard.analysis.tidy import frame
from dashboard.served import store
from db import clock, read
from db.engine import Session


def signals(session: Session, stamp: str) -> dict[str, Signal]:
    """Every signal of the catalogue by its metric, as the overview has it."""
    return store.kept(store.hourly(stamp), "signals", lambda: _read(session))


def _read(session: Session) -> dict[str, Signal]:
    catalog, today = load_catalog(), clock.today()
    return {
        slug: signal(metric, frame(read.charted(session, metric=slug, systems=PAIR)), catalog.breaks, today)
        for slug, metric in catalog.metrics.items()
        if metric.signal
    }
