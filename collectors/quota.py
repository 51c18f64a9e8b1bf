"""How much one person may run: pure rules over what he asked for lately, refusals in words that say from when on."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from collectors.asked import seconds_in_words
from collectors.run_rules import RunRules
from collectors.settings import PREFIX
from db.records import PastJob
from language.words import _, _p, current

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REACH = DAY
"""How far back a quota looks; both windows slide, so that no hour and no midnight gives anything away."""
COLLECTION = "collection"
_SKEW = timedelta(minutes=5)
"""How far two clocks may differ; a job dated further ahead was dated by a wrong one, and counts for nothing."""


def refusal(past: Sequence[PastJob], waiting: int, expected_s: float, rules: RunRules, now: datetime) -> str:
    """Say why there may be no job now and from when on there may be one; nothing where there may (pure).

    ``past`` are the jobs of `REACH`, oldest first; ``expected_s`` is what the new one will take.
    """
    past = _believed(past, now)
    if expected_s > rules.most_seconds:
        return _(
            "This would take about {time}; one job may take {most} here ({setting}). Ask for less of it.",
            time=seconds_in_words(expected_s),
            most=seconds_in_words(rules.most_seconds),
            setting=f"{PREFIX}RUN_MOST_SECONDS",
        )
    if waiting >= rules.queue:
        return _(
            "{n} jobs wait, and this site lets {most} wait ({setting}). The next may be asked for when one of them has "
            "begun or was cancelled; nobody knows yet when that is.",
            n=waiting,
            most=rules.queue,
            setting=f"{PREFIX}RUN_QUEUE",
        )
    if past and now - past[-1].requested < (pause := timedelta(seconds=rules.cooldown_s)):
        return _(
            "Between two jobs of one person lie {time} ({setting}): the next may be asked for {when}.",
            time=seconds_in_words(rules.cooldown_s),
            setting=f"{PREFIX}RUN_COOLDOWN_S",
            when=when(past[-1].requested + pause, now),
        )
    hour = [job.requested for job in past if now - job.requested < HOUR]
    if len(hour) >= rules.jobs_per_hour:
        return _too_many(hour, rules, now)
    return _too_long(past, expected_s, rules, now)


def left(past: Sequence[PastJob], rules: RunRules, now: datetime) -> str:
    """Say what one person may still ask for (pure)."""
    past = _believed(past, now)
    jobs = max(0, rules.jobs_per_hour - sum(now - job.requested < HOUR for job in past))
    seconds = max(0.0, rules.seconds_per_day - sum(spent(job, rules, now) for job in past))
    return _(
        "{n} of {all} jobs an hour and {time} of {most} of measuring a day are left",
        n=jobs,
        all=rules.jobs_per_hour,
        time=seconds_in_words(seconds),
        most=seconds_in_words(rules.seconds_per_day),
    )


def spent(job: PastJob, rules: RunRules, now: datetime) -> float:
    """Give the seconds that a job counts: those it ran, or until it has ended those it is expected to (pure).

    What is not known counts as the most that one job may take. Collections measure nothing and count nothing.
    """
    if job.kind == COLLECTION or (job.finished is not None and job.started is None):
        return 0.0
    if job.finished is not None and job.started is not None:
        return max(0.0, (job.finished - job.started).total_seconds())
    ran = (now - job.started).total_seconds() if job.started else 0.0
    return max(ran, float(rules.most_seconds) if job.expected_s is None else job.expected_s)


def when(moment: datetime, now: datetime) -> str:
    """Say a moment to come: ``at 14:32:10 UTC, in 12 s``; with the day where it is another (pure)."""
    whole = moment if moment.microsecond == 0 else moment.replace(microsecond=0) + timedelta(seconds=1)
    told = {"hour": f"{whole:%H:%M:%S}", "span": seconds_in_words(math.ceil((moment - now).total_seconds()))}
    if whole.date() == now.date():
        return _("at {hour} UTC, in {span}", **told)
    from babel.dates import format_date

    day = format_date(whole.date(), _p("babel's pattern of a day", "d MMMM"), locale=current().replace("-", "_"))
    return _("at {hour} UTC on {day}, in {span}", day=day, **told)


def _believed(past: Sequence[PastJob], now: datetime) -> list[PastJob]:
    return [job for job in past if job.requested <= now + _SKEW]


def _too_many(hour: Sequence[datetime], rules: RunRules, now: datetime) -> str:
    limit = f"{rules.jobs_per_hour} ({PREFIX}RUN_JOBS_PER_HOUR)"
    if rules.jobs_per_hour == 0:
        return _("The operator lets visitors start no job: the limit an hour is {limit}.", limit=limit)
    free = hour[-rules.jobs_per_hour] + HOUR
    return _(
        "You asked for {n} jobs within an hour, and the limit is {limit}: the next may be asked for {when}.",
        n=len(hour),
        limit=limit,
        when=when(free, now),
    )


def _too_long(past: Sequence[PastJob], expected_s: float, rules: RunRules, now: datetime) -> str:
    used = [(job.requested + DAY, spent(job, rules, now)) for job in past]
    total, limit = sum(seconds for _, seconds in used), float(rules.seconds_per_day)
    if total + expected_s <= limit:
        return ""
    told = _(
        "Your jobs of 24 hours take {total}, this one about {time}, and the limit is {limit} ({setting})",
        total=seconds_in_words(total),
        time=seconds_in_words(expected_s),
        limit=seconds_in_words(limit),
        setting=f"{PREFIX}RUN_SECONDS_PER_DAY",
    )
    for leaves, seconds in used:
        total -= seconds
        if total + expected_s <= limit:
            return _("{told}: it may be asked for {when}.", told=told, when=when(leaves, now))
    return _("{told}: it never fits. Ask for less of it.", told=told)
