"""One benchmark measured on a node: followed, cancelled, tried once more where its node is lost."""

import logging
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from collectors import asked
from collectors.bench.spec import BenchSpec
from collectors.cluster.places import Place, Places
from collectors.cluster.ray_cluster import NodeLost, NotBegun, RayCluster, Refused
from collectors.errors import SkipItem
from collectors.imports.run_checked import checked
from collectors.lease import Cancelled
from db import clock

log = logging.getLogger(__name__)
LOOK_EVERY_S = 0.2
ATTEMPTS = 2
GRACE_S = 60.0
"""How long a run that is no longer wanted may take to end by itself; then its process is ended."""
QUIET_S = 2.0
ALONE_S = 60.0
"""How long a job whose node was lost waits for another node to come, where there is none: one that died is replaced."""

OnEvent = Callable[[dict[str, Any]], None]


class Away:
    """Where one job is measured, for `collectors.measure.measure`; it keeps its place until `leave`."""

    def __init__(self, cluster: RayCluster, places: Places, place: Place) -> None:
        self.cluster, self.places = cluster, places
        self.place: Place | None = place
        self.device, self.job, self.facts = place.device, place.job, place.node.facts

    def check(self, parameters: Mapping[str, Any]) -> None:
        """Refuse what cannot be, as `collectors.asked.check` does; the node sees for itself what its memory holds."""
        asked.check(parameters, [self.facts])

    def variants(self) -> list[dict[str, Any]]:
        """The variants and whether they run on the node, as `collectors.bench.listing.variants` gives them there."""
        rows: list[dict[str, Any]] = self.facts["variants"][self.device]
        return rows

    def leave(self) -> None:
        """Give the place back."""
        if self.place is not None:
            self.places.give(self.place)
        self.place = None

    def run(self, spec: BenchSpec, on_event: OnEvent, should_stop: Callable[[], bool]) -> dict[str, Any]:
        """Measure as `collectors.bench.runner.run` does here, on a node; where that is lost, once more on another.

        Raises `RuntimeError` with the nodes that were lost and why, or with what the node refuses, and `Cancelled`.
        """
        lost: list[NodeLost] = []
        while True:
            place = self._place(lost, on_event, should_stop)
            try:
                return self._once(place, spec, on_event, should_stop)
            except NodeLost as error:
                log.warning("job %s: %s", self.job, error)
                lost.append(error)
                self.places.lost(place)
                self.place = None
            except NotBegun as error:
                raise Cancelled("cancelled before it was measured to its end") from error
            except (Refused, SkipItem) as error:
                if should_stop():
                    raise Cancelled(f"cancelled while it ran; {error}") from error
                raise RuntimeError(str(error)) from error

    def _place(self, lost: list[NodeLost], on_event: OnEvent, should_stop: Callable[[], bool]) -> Place:
        """The place there is, or after a loss another one, waited for as long as another node could have room."""
        barred, told = [error.node.id for error in lost], "; ".join(map(str, lost))
        alone_since: float | None = None
        while self.place is None:
            if should_stop():
                raise Cancelled("cancelled while it waited for another node")
            if len(lost) >= ATTEMPTS:
                raise RuntimeError(f"{told}: not tried again")
            possible, now = self.places.possible(self.device, barred), time.monotonic()
            alone_since = None if possible else alone_since or now
            if alone_since is not None and now - alone_since >= ALONE_S:
                raise RuntimeError(f"{told}, and no other node has a device {self.device!r}")
            self.place = self.places.take(self.device, self.job, barred)
            on_event(_progress(f"{told}; it is tried once more on another node"))
            time.sleep(0 if self.place else LOOK_EVERY_S)
        return self.place

    def _once(
        self, place: Place, spec: BenchSpec, on_event: OnEvent, should_stop: Callable[[], bool]
    ) -> dict[str, Any]:
        token = secrets.token_hex(8)
        task = self.cluster.start(place, token, spec)
        following = _Following(self.cluster, task, token, place)
        try:
            while not self.cluster.ended(task, LOOK_EVERY_S):
                following.look(on_event)
                if should_stop():
                    following.stop()
            following.look(on_event)
            return _sound(self.cluster.document(task, place), place)
        finally:
            self.cluster.forget(token)


class _Following:
    """A task on its way: what it tells, whether it has begun, and how it is asked to end."""

    def __init__(self, cluster: RayCluster, task: Any, token: str, place: Place) -> None:
        self.cluster, self.task, self.token, self.place = cluster, task, token, place
        self.started, self.begun, self.told = time.monotonic(), False, False
        self.asked_at: float | None = None

    def look(self, on_event: OnEvent) -> None:
        """Pass on what the task told since; one that is silent waits for what others have of Ray."""
        events = self.cluster.told(self.token)
        self.begun = self.begun or bool(events)
        for event in events:
            on_event(event)
        if not self.begun and not self.told and time.monotonic() - self.started > QUIET_S:
            self.told = True
            on_event(_progress(f"handed to {self.place.node.name}, waiting for Ray to begin"))

    def stop(self) -> None:
        """Ask the task to end, once, and end its process where it has not within `GRACE_S`."""
        if self.asked_at is None:
            self.asked_at = time.monotonic()
            self.cluster.unwant(self.token)
            if not self.begun:
                self.cluster.take_back(self.task, force=False)
        elif time.monotonic() - self.asked_at > GRACE_S:
            self.asked_at = time.monotonic()
            self.cluster.take_back(self.task, force=True)


def _sound(document: dict[str, Any], place: Place) -> dict[str, Any]:
    """Give back a document that is one; a run that was cut off before its first result has none to look at."""
    if not document.get("results") and document.get("stopped_because") == "cancelled":
        return document
    try:
        return checked(document, clock.now())
    except SkipItem as error:
        raise SkipItem(f"What {place.node.name} sent is not kept. {error.message}") from error


def _progress(message: str) -> dict[str, Any]:
    return {"kind": "progress", "fraction": 0.0, "message": message}
