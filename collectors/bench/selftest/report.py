"""The whole self-test: every check, the false verdicts, and whether it passed."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from collectors.bench.guards import GUARDS
from collectors.bench.process import never
from collectors.bench.registry import unknown
from collectors.bench.selftest.checks import CHECKS, Check, find
from collectors.bench.selftest.verdicts import count
from collectors.bench.spec import SpecError

SECONDS = 170.0
COMPARISONS = 20


def selftest(
    *,
    seconds: float = SECONDS,
    comparisons: int = COMPARISONS,
    checks: Sequence[str] = (),
    without: Sequence[str] = (),
    say: Callable[[str], None] = lambda _: None,
    should_stop: Callable[[], bool] = never,
) -> dict[str, Any]:
    """Inject every fault and count the false verdicts; give the document of `bench selftest --json`.

    seconds: when no further comparison is begun; every check is made whatever it takes. checks: only those named.
    without: guards to switch off. say: told what is being done.

    Raises:
        SpecError: there is no such check or guard, or a figure is out of range.
    """
    if seconds <= 0 or comparisons < 0:
        raise SpecError("seconds must be above zero, and comparisons not below it")
    chosen, off, began = _chosen(checks), tuple(without), time.monotonic()
    for name in off:
        if name not in GUARDS:
            raise SpecError(unknown("guard", name, GUARDS))
    rows = [_row(check, off, say, should_stop) for check in chosen]
    end = began + seconds
    verdicts = count(comparisons, off, lambda: should_stop() or time.monotonic() > end, say)
    return {
        "checks": rows,
        "false_verdicts": verdicts,
        "passed": passed(rows, verdicts),
        "without": list(off),
        "seconds": time.monotonic() - began,
    }


def passed(rows: Sequence[dict[str, Any]], verdicts: dict[str, Any]) -> bool:
    """Say whether every fault was caught and no more equals were called different than is promised."""
    compared = bool(verdicts["compared"]) or not verdicts["asked"]
    return compared and verdicts["different"] <= verdicts["allowed"] and all(row["state"] == "caught" for row in rows)


def table(document: dict[str, Any]) -> str:
    """Lay the document out for reading: a line per check, the false verdicts, and the outcome."""
    lines = [f"{row['state']:7} {row['check']:27} {row['seconds']:5.1f} s  {_one(row)}" for row in document["checks"]]
    verdicts = document["false_verdicts"]
    if verdicts["asked"]:
        told = f"{verdicts['different']} of {verdicts['compared']} comparisons of a variant with itself, under a load,"
        lines += ["", f"{told} called it different; {verdicts['allowed']} may"]
        lines += [f"no verdict: {why}" for why in verdicts["no_verdict"]]
    off = f", without the guards {', '.join(document['without'])}" if document["without"] else ""
    outcome = "passed" if document["passed"] else "FAILED"
    return "\n".join([*lines, "", f"self-test {outcome} in {document['seconds']:.0f} s{off}"])


def _one(row: dict[str, Any]) -> str:
    return str(row["message"].splitlines()[0])


def _chosen(names: Sequence[str]) -> list[Check]:
    known = {check.name: check for check in CHECKS}
    for name in names:
        if name not in known:
            raise SpecError(unknown("check", name, known))
    return [check for check in CHECKS if not names or check.name in names]


def _row(
    check: Check, without: tuple[str, ...], say: Callable[[str], None], should_stop: Callable[[], bool]
) -> dict[str, Any]:
    say(f"injecting: {check.name}")
    began = time.monotonic()
    caught, message = find(check, without, should_stop)
    told = {"check": check.name, "state": "caught" if caught else "missed", "message": message}
    return told | {"cause": check.cause, "guard": check.guard, "seconds": time.monotonic() - began}
