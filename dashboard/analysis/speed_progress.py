"""A running benchmark's own account of its parts, made ready to show: one line, and one row a variant (pure)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dashboard import format as fmt

COLUMNS = ("variant", "state", "rounds", "last call", "ratio so far")
LATE_S = 20
LEASE_S = 60
SIGNS = {
    "ok": "✓ measured",
    "measuring": "▶ measuring",
    "warming up": "▷ warming up",
    "first call": "▷ first call",
    "starting": "▷ starting",
    "ready": "· ready",
    "waiting": "· waiting",
    "dropped out": "✕ dropped out",
}


def rows(detail: Mapping[str, Any]) -> list[dict[str, str]]:
    """One row a variant, in the columns of `COLUMNS`; what is not known yet is a dash."""
    return [
        {
            "variant": str(row["variant"]),
            "state": _state(row),
            "rounds": str(row["rounds"]) if row["rounds"] else fmt.UNKNOWN,
            "last call": fmt.duration(row["latency_s"]),
            "ratio so far": f"{fmt.digits(row['ratio'])}{fmt.NBSP}×" if row.get("ratio") else fmt.UNKNOWN,
        }
        for row in detail.get("variants", ())
    ]


def line(detail: Mapping[str, Any]) -> str:
    """Where the run is, in one line: the workload of how many, round, process, and the time left as predicted."""
    works = detail.get("workloads", ())
    done = sum(work["state"] in ("done", "failed") for work in works)
    words = [] if detail.get("workload") or not works else ["starting"]
    if detail.get("workload"):
        at = min(len(works), done + 1)
        words.append(f"{detail['workload']}" + (f" ({at} of {len(works)})" if len(works) > 1 else ""))
    if detail.get("round"):
        words.append(f"round {detail['round']}")
    if (detail.get("processes") or 0) > 1:
        words.append(f"process {detail['process']} of {detail['processes']}")
    left = detail.get("left_s")
    if left is not None:
        words.append(f"about {span(left)} left" if left >= 1 else "longer than predicted")
    return ", ".join(words)


def span(seconds: float) -> str:
    """A length of time to wait, coarse enough not to flicker: 5 s, 40 s, 3 min, 1 h 10 min."""
    if seconds < 60:
        return f"{max(5, round(seconds / 5) * 5)}{fmt.NBSP}s"
    minutes = round(seconds / 60)
    return f"{minutes}{fmt.NBSP}min" if minutes < 60 else f"{minutes // 60}{fmt.NBSP}h {minutes % 60}{fmt.NBSP}min"


def silence(lease_until: datetime | None, now: datetime, *, own: bool = False) -> str:
    """What it means that a running job's worker has been silent, empty while it answers.

    A worker renews its lease of a minute every few seconds; once that has run out the job is anybody's, or
    over where it is ``own``: run by the command that asked for it, so that nobody else waits for it.
    """
    if lease_until is None:
        return ""
    left = (lease_until - now).total_seconds()
    quiet = LEASE_S - left
    if quiet < LATE_S:
        return ""
    if own and left <= 0:
        return "The command that asked for this job and ran it has died. The next worker marks it as failed:"
    if own:
        return f"The command that runs it has not answered for {quiet:.0f} s. In {left:.0f} s it is given up."
    if left > 0:
        return (
            f"Its worker has not answered for {quiet:.0f} s. If it does not within {left:.0f} s, the job is taken from "
            "it and given to another worker once."
        )
    return (
        "Its worker no longer answers, so the job is free: the next worker tries it once more, or marks it as failed "
        "if that was the second try. If none is running:"
    )


def _state(row: Mapping[str, Any]) -> str:
    state = str(row["state"])
    told = SIGNS.get(state, f"✕ {state}")
    return f"{told}: {row['message']}" if row.get("message") else told
