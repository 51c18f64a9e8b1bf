"""Letting a visitor's job into the queue, and letting him end it: what the job door asks before it does either."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from collectors import quota
from collectors.asked import seconds_in_words
from collectors.job_cost import expected_s
from collectors.run_rules import load_rules
from collectors.visitors import Standing, Visitor, standing
from db import read
from db.engine import Engine, reading
from db.errors import JobRefused
from db.records import Asker, PastJob, Permit
from language.words import _

OFFERED: Mapping[str, frozenset[str]] = {
    "benchmark": frozenset({"workloads", "variants", "size", "device", "preset", "seconds", "cache", "processes"}),
    "collection": frozenset({"sources", "due_only"}),
    "probe": frozenset({"capabilities", "systems", "device"}),
    "tasks": frozenset({"tasks", "systems"}),
}
"""What a visitor may ask for, by kind; everything else is the command line's. Values are checked by the door."""


def permit(engine: Engine, visitor: Visitor, kind: str, parameters: Mapping[str, Any]) -> Permit:
    """Give what a visitor's job goes into the queue with. Raises `JobRefused`, which says why and from when on.

    Who is at the machine has its command line beside him: no quota holds for him.
    """
    stands = standing(visitor)
    if not stands.allowed or stands.asker is None:
        raise JobRefused(stands.why or _("Nothing tells who you are."))
    if stands.operator:
        return Permit(stands.asker, None, quota.REACH, lambda *_: "")
    if more := sorted(name for name, value in parameters.items() if value is not None and name not in OFFERED[kind]):
        raise JobRefused(_("From the site {what} cannot be set; the command line can.", what=", ".join(more)))
    rules = load_rules()
    known = expected_s(engine, kind, parameters)
    counted = float(rules.most_seconds) if known is None else known

    def judge(past: Sequence[PastJob], waiting: int, now: datetime) -> str:
        return quota.refusal(past, waiting, counted, rules, now)

    return Permit(stands.asker, known, quota.REACH, judge)


def canceller(visitor: Visitor) -> str | None:
    """Give the key whose jobs a visitor may cancel, None for all: who is at the machine. Raises `JobRefused`.

    Who has since lost the permission to run may still end what he began.
    """
    stands = standing(visitor)
    if stands.operator:
        return None
    if stands.asker is None:
        raise JobRefused(stands.why or _("Nothing tells who you are."))
    return stands.asker.key


def may_cancel(stands: Standing, asker: str | None) -> bool:
    """Whether somebody may cancel a job, told whose it is."""
    return stands.operator or (stands.asker is not None and stands.asker.key == asker)


def left(engine: Engine, asker: Asker) -> str:
    """Say what somebody may still ask for."""
    rules, now = load_rules(), datetime.now(UTC)
    with reading(engine) as session:
        past = read.asked_since(session, asker.group, now - quota.REACH)
    most = seconds_in_words(rules.most_seconds)
    return _("{left}; one job may take {time}", left=quota.left(past, rules, now), time=most)
