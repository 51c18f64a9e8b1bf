"""A running benchmark's own account of its parts, made ready to show: one line, and one row a variant (pure)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dashboard import format as fmt
from dashboard.analysis import run_words
from language.lists import clauses
from language.words import N_, _

COLUMNS = ("variant", "state", "rounds", "last call", "ratio so far")  # untranslated: keys of the rows
LATE_S = 20
LEASE_S = 60
SIGNS = {
    "ok": N_("✓ measured"),
    "measuring": N_("▶ measuring"),
    "warming up": N_("▷ warming up"),
    "first call": N_("▷ first call"),
    "starting": N_("▷ starting"),
    "ready": N_("· ready"),
    "waiting": N_("· waiting"),
    "dropped out": N_("✕ dropped out"),
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
    words = [] if detail.get("workload") or not works else [_("starting")]
    if detail.get("workload"):
        at = min(len(works), done + 1)
        several = _("{workload} ({n} of {all})", workload=detail["workload"], n=at, all=len(works))
        words.append(several if len(works) > 1 else str(detail["workload"]))
    if detail.get("round"):
        words.append(_("round {n}", n=detail["round"]))
    if (detail.get("processes") or 0) > 1:
        words.append(_("process {n} of {all}", n=detail["process"], all=detail["processes"]))
    left = detail.get("left_s")
    if left is not None:
        words.append(_("about {span} left", span=span(left)) if left >= 1 else _("longer than predicted"))
    return clauses(words)


def span(seconds: float) -> str:
    """A length of time to wait, coarse enough not to flicker: 5 s, 40 s, 3 min, 1 h 10 min."""
    if seconds < 60:
        return _("{n} s", n=max(5, round(seconds / 5) * 5)).replace(" ", fmt.NBSP)
    minutes = round(seconds / 60)
    if minutes < 60:
        return _("{n} min", n=minutes).replace(" ", fmt.NBSP)
    hours, rest = (_("{n} h", n=minutes // 60), _("{n} min", n=minutes % 60))
    return f"{hours.replace(' ', fmt.NBSP)} {rest.replace(' ', fmt.NBSP)}"


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
        return _("The command that asked for this job and ran it has died. The next worker marks it as failed:")
    times = {"quiet": f"{quiet:.0f}", "left": f"{left:.0f}"}
    if own:
        return _("The command that runs it has not answered for {quiet} s. In {left} s it is given up.", **times)
    if left > 0:
        return _(
            "Its worker has not answered for {quiet} s. If it does not within {left} s, the job is taken from "
            "it and given to another worker once.",
            **times,
        )
    return _(
        "Its worker no longer answers, so the job is free: the next worker tries it once more, or marks it as failed "
        "if that was the second try. If none is running:"
    )


def _state(row: Mapping[str, Any]) -> str:
    state = str(row["state"])
    told = _(SIGNS[state]) if state in SIGNS else f"✕ {run_words.told(state)}"
    return _("{state}: {why}", state=told, why=run_words.told(str(row["message"]))) if row.get("message") else told
