"""What a benchmark is doing, part by part, folded from the events of the harness into what a page draws."""

import math
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Detail = dict[str, Any]
Event = Mapping[str, Any]
BASELINE = "torch.eager"
WAITING, STARTING, FIRST_CALL, READY = "waiting", "starting", "first call", "ready"
WARMING, MEASURING, OUT = "warming up", "measuring", "dropped out"
AT_WORK = (STARTING, FIRST_CALL, READY, WARMING, MEASURING)
MESSAGE_LENGTH = 160
_BEGINS = re.compile(r"(?P<workload>[\w-]+): (?P<what>starting|the first call of) (?P<variant>\S+)")
_WARMS = re.compile(r"[\w-]+: warming up")


def plan(workloads: Sequence[str], variants: Sequence[str]) -> Detail:
    """Give what is known before anything has begun: every workload and every variant waits."""
    return {
        "workloads": [{"workload": name, "state": WAITING} for name in workloads],
        "workload": None,
        "variants": [_row(name) for name in variants],
        "round": 0,
        "process": None,
        "processes": None,
        "left_s": None,
    }


class Watch:
    """The state of a run while it is measured. `see` takes an event of the harness, `detail` gives what a page draws.

    A detail holds ``workloads`` (each with its state: waiting, measuring, done, failed), the ``workload`` at work with
    its ``variants`` (each with state, rounds, seconds of the last block's call, ratio so far and message), the
    ``round``, which ``process`` of how many ``processes``, and the seconds that are ``left``, as predicted.
    """

    def __init__(
        self,
        workloads: Sequence[str],
        variants: Sequence[str],
        predicted: Mapping[str, float],
        absent: Mapping[str, Mapping[str, str]] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin to watch.

        predicted: the seconds each workload is likely to take in all. absent: for each workload the variants that
        cannot run here, and why.
        """
        self.names, self.predicted, self.absent, self.clock = list(variants), predicted, absent or {}, clock
        self.workloads = list(workloads)
        self._begun()

    def _begun(self, _event: Event | None = None) -> None:
        """Begin, or begin anew where the run does."""
        self.state = plan(self.workloads, self.names)
        self.logs: dict[str, list[float]] = {}
        self.told: set[str] = set()
        self.took: dict[str, float] = {}
        self.began: float | None = None

    def see(self, event: Event) -> None:
        """Take one event; one of a kind that says nothing of a part is passed over."""
        kinds: dict[str, Callable[[Event], None]] = {
            "begun": self._begun,
            "progress": self._progress,
            "round": self._round,
            "result": self._result,
        }
        for name in ("process", "processes"):
            if name in event:
                self.state[name] = event[name]
        kinds.get(event["kind"], _pass_over)(event)

    def detail(self) -> Detail:
        """Give the state as it is now, of bounded size."""
        return self.state | {"left_s": self._left()}

    def _progress(self, event: Event) -> None:
        begins = _BEGINS.match(event["message"])
        if begins is not None:
            self._at(begins["workload"])
            self._reached(begins["variant"], STARTING if begins["what"] == "starting" else FIRST_CALL)
        elif _WARMS.match(event["message"]):
            self._reached("", WARMING)
            for row in self.state["variants"]:
                if row["state"] in AT_WORK:
                    row["state"] = WARMING

    def _reached(self, variant: str, state: str) -> None:
        """Note that a variant is being prepared; the one before it is then through with its first call."""
        for row in self.state["variants"]:
            if row["variant"] == variant:
                row["state"] = state
            elif row["state"] == FIRST_CALL:
                row["state"] = READY

    def _round(self, event: Event) -> None:
        self._at(event["workload"])
        now, self.state["round"] = event["latency_s"], event["round"]
        base = now.get(BASELINE) or next(iter(now.values()), None)
        for row in self.state["variants"]:
            seconds = now.get(row["variant"])
            if seconds is None:
                row["state"] = OUT if row["state"] in AT_WORK else row["state"]
                continue
            row |= {"state": MEASURING, "rounds": row["rounds"] + 1, "latency_s": seconds}
            if base and seconds > 0:
                self.logs.setdefault(row["variant"], []).append(math.log(seconds / base))
                row["ratio"] = math.exp(math.fsum(self.logs[row["variant"]]) / len(self.logs[row["variant"]]))

    def _result(self, event: Event) -> None:
        result = event["result"]
        self._at(result["workload"])
        for row in self.state["variants"]:
            if row["variant"] == result["variant"]:
                row |= {"state": result["status"], "message": (result.get("message") or "")[:MESSAGE_LENGTH]}
                if result["status"] != "ok":
                    row["ratio"] = None
        self.told.add(result["variant"])
        if self.told >= set(self.names):
            self._ended(result["workload"])

    def _at(self, workload: str) -> None:
        """Turn to a workload, if it is another than the one at work: all its variants wait."""
        if self.state["workload"] == workload:
            return
        for row in self.state["workloads"]:
            if row["state"] == MEASURING:
                self._ended(row["workload"])
        why_not = self.absent.get(workload, {})
        rows = [_row(name, why_not.get(name)) for name in self.names]
        self.state |= {"workload": workload, "variants": rows, "round": 0}
        self.logs, self.told, self.began = {}, set(), self.clock()
        for row in self.state["workloads"]:
            if row["workload"] == workload:
                row["state"] = MEASURING

    def _ended(self, workload: str) -> None:
        good = any(row["state"] in ("ok", MEASURING) for row in self.state["variants"])
        for row in self.state["workloads"]:
            if row["workload"] == workload and row["state"] == MEASURING:
                row["state"] = "done" if good else "failed"
                self.took[workload] = 0.0 if self.began is None else self.clock() - self.began

    def _left(self) -> float | None:
        """Predict the seconds left: what each workload to come is likely to take, as those that are done took."""
        if not self.predicted:
            return None
        expected = sum(self.predicted.get(name, 0.0) for name in self.took)
        pace = min(4.0, max(0.25, sum(self.took.values()) / expected)) if expected else 1.0
        left = 0.0
        for row in self.state["workloads"]:
            whole = self.predicted.get(row["workload"], 0.0) * pace
            if row["state"] == MEASURING and self.began is not None:
                whole = max(0.0, whole - (self.clock() - self.began))
            left += whole if row["state"] in (WAITING, MEASURING) else 0.0
        return round(left, 1)


def _row(variant: str, why_not: str | None = None) -> Detail:
    state, message = (WAITING, "") if why_not is None else ("unavailable", why_not[:MESSAGE_LENGTH])
    return {"variant": variant, "state": state, "rounds": 0, "latency_s": None, "ratio": None, "message": message}


def _pass_over(_event: Event) -> None:
    """Do nothing: what the event says is told by others."""
