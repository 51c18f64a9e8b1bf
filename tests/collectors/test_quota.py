"""What one person may run: each limit by itself, in windows that slide, with the time from which more is allowed."""

from datetime import UTC, datetime, timedelta

import pytest

from collectors import quota
from collectors.run_rules import RunRules
from db.records import PastJob

NOW = datetime(2026, 11, 22, 23, 50, tzinfo=UTC)
RULES = RunRules(jobs_per_hour=3, seconds_per_day=1_000, cooldown_s=30, most_seconds=400, queue=5)


def ago(minutes: float, seconds: float | None = 10.0, **more: object) -> PastJob:
    """A measurement asked for so long ago, which ran for so long, or runs still."""
    asked = NOW - timedelta(minutes=minutes)
    finished = None if seconds is None else asked + timedelta(seconds=seconds)
    told = {"state": "done" if finished else "running", "started": asked, "finished": finished, "expected_s": 60.0}
    return PastJob(requested=asked, **({"kind": "benchmark"} | told | more))  # type: ignore[arg-type]  # made by hand, by name


def refused(*past: PastJob, waiting: int = 0, seconds: float = 60.0, rules: RunRules = RULES) -> str:
    return quota.refusal(past, waiting, seconds, rules, NOW)


def test_within_every_limit_nothing_is_refused() -> None:
    assert refused() == ""
    assert refused(ago(50), ago(30), waiting=4, seconds=400) == ""


def test_a_job_that_takes_too_long_is_refused_whoever_asks() -> None:
    said = refused(seconds=401)
    assert "about 6 min 50 s; one job may take 6 min 40 s here (FRAMESCOPE_RUN_MOST_SECONDS)" in said


def test_a_full_queue_is_named() -> None:
    assert "5 jobs wait, and this site lets 5 wait (FRAMESCOPE_RUN_QUEUE)" in refused(waiting=5)


def test_two_jobs_of_one_person_lie_apart() -> None:
    said = refused(ago(12 / 60))
    assert "lie 30 s (FRAMESCOPE_RUN_COOLDOWN_S): the next may be asked for at 23:50:18 UTC, in 18 s." in said
    assert refused(ago(0.5)) == ""


def test_the_hour_slides_and_says_when_the_oldest_leaves_it() -> None:
    said = refused(ago(59), ago(40), ago(5))
    assert "You asked for 3 jobs within an hour, and the limit is 3 (FRAMESCOPE_RUN_JOBS_PER_HOUR)" in said
    assert "at 23:51:00 UTC, in 1 min." in said
    assert refused(ago(60), ago(40), ago(5)) == ""


def test_what_is_beyond_the_limit_leaves_first() -> None:
    said = refused(ago(59), ago(40), ago(20), ago(5))
    assert "at 00:10:00 UTC on 23 November, in 20 min." in said, "two must leave, and the second does at ten past"


def test_a_limit_of_none_lets_nobody_in_and_promises_nothing() -> None:
    said = refused(rules=RULES.model_copy(update={"jobs_per_hour": 0}))
    assert "lets visitors start no job" in said


def test_measured_seconds_are_those_of_24_hours() -> None:
    past = [ago(23 * 60, 500), ago(20 * 60, 450)]
    assert refused(*past, seconds=50) == ""
    said = refused(*past, seconds=51)
    assert "take 16 min, this one about 51 s, and the limit is 17 min (FRAMESCOPE_RUN_SECONDS_PER_DAY)" in said
    assert "it may be asked for at 00:50:00 UTC on 23 November, in 1 h 0 min." in said
    assert "it never fits" in refused(rules=RULES.model_copy(update={"seconds_per_day": 30}))


@pytest.mark.parametrize(
    ("job", "seconds"),
    [
        (ago(10, 7), 7.0),
        (ago(10, None, started=None, state="queued"), 60.0),
        (ago(10, None, started=None, state="queued", expected_s=None), 400.0),
        (ago(1, None), 60.0),
        (ago(3, None), 180.0),
        (ago(10, 0, started=None, state="cancelled"), 0.0),
        (ago(10, 500, kind="collection"), 0.0),
    ],
    ids=["ended", "waits", "waits, cost unknown", "runs", "runs for longer", "cancelled before", "collects"],
)
def test_what_a_job_counts(job: PastJob, seconds: float) -> None:
    assert quota.spent(job, RULES, NOW) == seconds


def test_a_job_that_a_wrong_clock_dated_ahead_counts_for_nothing() -> None:
    assert "lie 30 s" in refused(ago(-1))
    assert refused(ago(-6)) == ""


def test_what_is_left_is_told() -> None:
    said = quota.left([ago(90, 500), ago(10, 100)], RULES, NOW)
    assert said == "2 of 3 jobs an hour and 6 min 40 s of 17 min of measuring a day are left"
