"""One run of one source, item by item; whatever goes wrong becomes the run's outcome, never a zero."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from filelock import FileLock, Timeout

from catalog.models import System
from collectors import about, budget, cooldown
from collectors.answered import answer_of, write_answers
from collectors.body import Limits
from collectors.budget import Calls
from collectors.errors import CollectError, RetryLater, SkipItem, StopSource, Unreadable
from collectors.http import HttpClient
from collectors.keeper import RunKeeper
from collectors.patience import Stopped, sleeper
from collectors.receipt import Receipt
from collectors.redact import Redactor
from collectors.report import RunReport, Tally
from collectors.settings import Settings
from collectors.source import Item, Parsed, Request, Source
from collectors.states import keyed, next_due, why_by_hand, why_disabled
from db import clock, read, write
from db.engine import Engine, reading, writing
from db.errors import ImpossibleValue, StoreError
from db.receipts import ReceiptStore

log = logging.getLogger(__name__)
COLLECTION = "collection"
LATERS_IN_A_ROW = 3
LONGEST_MESSAGE = 2_000


Progress = Callable[["Step"], None]


@dataclass(frozen=True)
class Order:
    """What every source of one call is told."""

    engine: Engine
    settings: Settings
    systems: list[System]
    since: date | None
    progress: Progress | None
    should_stop: Callable[[], bool] | None
    after_s: float = 0.0


@dataclass(frozen=True)
class Step:
    """An item about to be asked for, and the seconds the rest of its source and those after it will take."""

    source: str
    number: int
    of: int
    item: str
    left_s: float
    after_s: float

    def __str__(self) -> str:
        """As a line of a log."""
        return f"{self.source}: {self.number} of {self.of}, {self.item}"


class Collection:
    """One run of one source."""

    def __init__(self, source: Source, order: Order) -> None:
        self.source, self.order, self.engine = source, order, order.engine
        self.redactor = Redactor(order.settings.secrets())
        self.tally = Tally()
        self.predicted: Calls | None = None
        self.rest: dict[str, object] = {}
        self.started = clock.now()

    def go(self, *, due_only: bool, dry_run: bool) -> RunReport:
        """Run it, unless there is a reason not to."""
        name = self.source.name
        try:
            if (without := self._without_run(due_only, dry_run)) is not None:
                return without
            with self._lock():
                return self._run()
        except Timeout:
            return RunReport.without_run(name, "skipped", "another collection of it is going on")
        except StoreError as error:
            return RunReport.without_run(name, "failed", self.redactor.text(str(error)))
        except OSError as error:
            where = self.order.settings.directory
            return RunReport.without_run(name, "failed", f"{where} cannot be written to: {error.strerror}")

    def _without_run(self, due_only: bool, dry_run: bool) -> RunReport | None:
        """The report of a run there is a reason not to begin; None where there is none."""
        name, settings, now = self.source.name, self.order.settings, clock.now()
        if (disabled := why_disabled(self.source, settings)) is not None:
            return RunReport.without_run(name, "skipped", disabled)
        if (by_hand := why_by_hand(self.source, settings)) is not None:
            return RunReport.without_run(name, "skipped", by_hand)
        if settings.offline:
            return RunReport.without_run(name, "skipped", "nothing is collected while FRAMESCOPE_OFFLINE is set")
        with reading(self.engine) as session:
            seen = read.source_states(session, [system.slug for system in self.order.systems], only=name).get(name)
        with_key = keyed(self.source, settings)
        rest = cooldown.not_before(seen.parameters, now, keyed=with_key) if seen else None
        due = next_due(self.source, seen, now, with_key) if due_only else None
        if rest is not None:
            message = f"it asked to be left alone until {rest:%Y-%m-%d %H:%M} UTC"
            return RunReport.without_run(name, "skipped", message, not_before=rest)
        if due is not None and due > now:
            return RunReport.without_run(name, "skipped", f"not due until {due:%Y-%m-%d %H:%M} UTC")
        if dry_run:
            items = self.plan()
            calls = budget.total(budget.predict(items, self.source.calls))
            message = f"dry run: would ask for {len(items):,} items with {calls}, and write nothing"
            return RunReport.without_run(name, "skipped", message, predicted=calls)
        return None

    def plan(self) -> Sequence[Item]:
        """What would be asked for now; reads every cursor at once and asks nobody."""
        with reading(self.engine) as session:
            kept = read.cursors(session, self.source.name)
        return self.source.plan(replace(self._request(), cursor=kept.get))

    def _lock(self) -> FileLock:
        directory = self.order.settings.directory / "locks"
        directory.mkdir(parents=True, exist_ok=True)
        return FileLock(directory / f"{self.source.name}.lock", timeout=0)

    def _run(self) -> RunReport:
        run_id = self._open()
        client = self._client(run_id)
        try:
            self._items(client, run_id)
        except (CollectError, StoreError) as error:
            self.tally.failure = str(error)
        except Exception as error:  # noqa: BLE001  # a fault in one source must neither stay hidden nor stop the others
            self.tally.failure = f"{type(error).__name__}: {error}. This is a fault of the program; the log has more"
            log.error("%s: %s", self.source.name, self.redactor.text(traceback.format_exc()))
        except BaseException as error:
            self.tally.failure = f"interrupted ({type(error).__name__})"
            self._close(run_id, client)
            raise
        finally:
            client.close()
        return self._close(run_id, client)

    def _open(self) -> int:
        parameters: dict[str, object] = {
            "systems": [system.slug for system in self.order.systems],
            "since": str(self.order.since or ""),
        }
        name = self.source.name
        with writing(self.engine) as session:
            write.abandon_runs(session, source=name, why="its process ended without closing it")
            return write.start_run(session, kind=COLLECTION, source=name, parameters=parameters, job=about.job())

    def _client(self, run_id: int) -> HttpClient:
        settings, name = self.order.settings, self.source.name
        store = ReceiptStore(settings.directory / "receipts")
        return HttpClient(
            source=name,
            keeper=RunKeeper(self.engine, store, run_id, name),
            contact=settings.contact,
            interval_s=settings.source_intervals.get(name, self.source.interval_s),
            redactor=self.redactor,
            offline=settings.offline,
            limits=self.source.limits or Limits(),
            sleep=sleeper(self.order.should_stop),
            cookies=self.source.cookies,
        )

    def _request(self) -> Request:
        settings, name = self.order.settings, self.source.name
        return Request(
            base_url=settings.source_urls.get(name) or self.source.base_url(),
            systems=self.order.systems,
            since=self.order.since,
            secret=settings.secret(self.source.secret) if self.source.secret else None,
            cursor=self._cursor,
            folder=settings.folder(self.source.folder) if self.source.folder else None,
        )

    def _cursor(self, key: str) -> str | None:
        with reading(self.engine) as session:
            return read.cursor(session, self.source.name, key)

    def _items(self, client: HttpClient, run_id: int) -> None:
        request = self._request()
        items = self.plan()
        each = budget.predict(items, self.source.calls)
        left = self.predicted = budget.total(each)
        self.tally.planned = len(items)
        self.tally.known = bool(items or self.source.plan(replace(request, cursor=lambda _key: None)))
        for number, (item, calls) in enumerate(zip(items, each, strict=True), 1):
            if self.order.should_stop is not None and self.order.should_stop():
                self.tally.stopped = "stopped as asked"
                return
            if self.order.progress is not None:
                left_s = self._seconds(left, client.sent)
                step = Step(self.source.name, number, len(items), item.name, left_s, self.order.after_s)
                self.order.progress(step)
            if not self._item(client, request, item, run_id):
                self.tally.stopped = self.tally.stopped or "the rest was left for later"
                return
            left = left.less(calls)

    def _seconds(self, calls: Calls, made: int = 0) -> float:
        """How long so many calls will take, by the source's pace and by how long those made took."""
        pace = self.order.settings.source_intervals.get(self.source.name, self.source.interval_s)
        so_far = (clock.now() - self.started).total_seconds()
        return budget.seconds(calls.least, pace, so_far / made if made else budget.LATENCY_S)

    def forecast(self, *, due_only: bool) -> float:
        """Seconds this source will take; none where it will not run."""
        if self._without_run(due_only, dry_run=False) is not None:
            return 0.0
        return self._seconds(budget.total(budget.predict(self.plan(), self.source.calls)))

    def _item(self, client: HttpClient, request: Request, item: Item, run_id: int) -> bool:
        """Do one item; False where the rest of the items must wait."""
        client.about = {"item": item.as_dict()}
        try:
            self._write(run_id, self._ask(client, request, item))
        except (SkipItem, ImpossibleValue) as error:
            unreadable = isinstance(error, Unreadable)
            self.tally.skip(item.name, str(error), unreadable=unreadable)
            return not unreadable or self.tally.in_a_row < LATERS_IN_A_ROW
        except RetryLater as error:
            self.tally.postpone(item.name, str(error))
            self.rest = cooldown.note(error.retry_after, clock.now(), keyed=keyed(self.source, self.order.settings))
            return error.retry_after is None and self.tally.in_a_row < LATERS_IN_A_ROW
        except Stopped:
            self.tally.stopped = "stopped as asked"
            return False
        except StopSource as error:
            error.message = f"{item.name}: {error.message}"
            raise
        return True

    def _ask(self, client: HttpClient, request: Request, item: Item) -> list[tuple[Receipt, Parsed]]:
        """Ask, and read each answer before the next is asked for, unless they are to be read together."""
        receipts, answers, single, since = [], [], [], self.order.since is not None
        for receipt in self.source.fetch(client, request, item):
            answer = answer_of(receipt, item)
            receipts.append(receipt)
            if self.source.parse_all is None:
                single += self.source.read([answer], since=since)
            else:
                answers.append(answer)
        return list(zip(receipts, single or self.source.read(answers, since=since), strict=True))

    def _write(self, run_id: int, found: list[tuple[Receipt, Parsed]]) -> None:
        """Write all of an item, and where it was left off, or nothing of it."""
        if not found:
            self.tally.nothing()
            return
        with writing(self.engine) as session:
            observations, releases = write_answers(session, run_id, self.source.name, found)
        unchanged = all(receipt.unchanged for receipt, _ in found)
        self.tally.done(observations, releases, unchanged=unchanged)
        for _, parsed in found:
            self.tally.lack(parsed.missing)
            self.tally.note(parsed.notes)

    def _close(self, run_id: int, client: HttpClient) -> RunReport:
        tally = self.tally
        report = RunReport(
            source=self.source.name,
            status=tally.outcome(),
            message=self.redactor.text(tally.message())[:LONGEST_MESSAGE],
            started=self.started,
            finished=clock.now(),
            requests=client.sent,
            receipts=client.kept,
            observations=tally.observations.total,
            new=tally.written.new,
            revised=tally.written.revised,
            again=client.again,
            predicted=self.predicted,
            not_before=cooldown.not_before(self.rest, clock.now()),
        )
        counts = {name: getattr(report, name) for name in ("requests", "receipts", "observations", "new", "revised")}
        try:
            with writing(self.engine) as session:
                write.finish_run(
                    session,
                    run_id,
                    status=report.status,
                    message=report.message,
                    parameters=self._ledger(report),
                    **counts,
                )
        except StoreError as error:
            log.error("%s: the run could not be closed: %s", report.source, error)
            return replace(report, status="failed", message=f"{error}; {report.message}")
        return report

    def _ledger(self, report: RunReport) -> dict[str, object]:
        """What a run keeps beside its counts: calls predicted and repeated, whether something is left, and a rest."""
        said = {} if report.predicted is None else {"predicted": asdict(report.predicted)}
        return {**said, "again": report.again, "left": self.tally.left, **self.rest}
