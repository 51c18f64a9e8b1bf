"""Who visits: what this session knows of its visitor, for the job door to judge, and his jobs."""

import math
from typing import Any

import streamlit as st

from collectors import jobs
from dashboard import data
from dashboard.served.limits import Buckets
from db import read
from db.engine import reading

TOKEN = "visit.token"  # noqa: S105  # the name of a field, not what is typed into it
KEPT = "visit.token.kept"
SLOW = "visit.token.slow"
TRIES = Buckets(20, 1 / 15)
"""How often a token may be typed from one address: twenty times, and then four times a minute."""
_PROXIES_SAY = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
MOST_LISTED = 20


def visitor() -> jobs.Visitor:
    """What is known of who is there; the token stays in this session and goes nowhere else."""
    said = st.context.headers
    return jobs.Visitor(
        token=st.session_state.get(KEPT, ""),
        claims=_claims(),
        address=_address(),
        forwarded=any(name in said for name in _PROXIES_SAY) or not asked_at_home(said.get("host") or ""),
    )


def asked_at_home(host: str) -> bool:
    """Whether the site was asked for by a name of this machine alone; a proxy may hand on the name and say no more."""
    return not host or jobs.is_loopback(jobs.host_of(f"//{host}"))


def standing() -> jobs.Standing:
    """What this visitor may."""
    return jobs.standing(visitor())


def typed() -> None:
    """Keep the token that was typed apart from its field, whose value ends with it; tries are counted."""
    told = str(st.session_state.get(TOKEN) or "")
    wait = TRIES.take(jobs.subscriber(_address())) if told else 0.0
    st.session_state[SLOW] = math.ceil(wait)
    if told and not wait:
        st.session_state[KEPT] = told


def own_jobs(stands: jobs.Standing) -> list[read.JobRow]:
    """The newest jobs of somebody, newest first; never cached."""
    if stands.asker is None:
        return []
    with reading(data.engine()) as session:
        return read.jobs(session, asker=stands.asker.key, limit=MOST_LISTED)


def _address() -> str:
    """The client's address as the server saw it; empty from this machine, and where nobody is connected."""
    told = st.context.ip_address
    return told if isinstance(told, str) else ""


def _claims() -> dict[str, Any]:
    return dict(st.user.to_dict())
