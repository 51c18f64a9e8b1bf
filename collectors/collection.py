"""One run of one source, item by item; whatever goes wrong becomes the run's outcome, never a zero."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from filelock import FileLock, Timeout

from catalog.models import System
from collectors.body import Limits
from collectors.errors import CollectError, RetryLater, SkipItem, StopSource
from collectors.http import HttpClient
from collectors.keeper import RunKeeper, read_well
from collectors.receipt import Receipt
from collectors.redact import Redactor
from collectors.report import RunReport, Tally
from collectors.settings import Settings
from collectors.source import Context, Item, Parsed, Request, Source
from collectors.states import next_due, why_by_hand, why_disabled
from db import read, write
from db.engine import Engine, reading, writing
from db.errors import StoreError
from db.receipts import ReceiptStore
from db.records import Written

log = logging.getLogger(__name__)
COLLECTION = "collection"
LATERS_IN_A_ROW = 3
LONGEST_MESSAGE = 2_000
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Order:
    """What every source of one call is told."""

    engine: Engine
    settings: Settings
    systems: list[System]
    since: date | None
    progress: Progress | None
    should_stop: Callable[[], bool] | None


class Collection:
    """One run of one source."""

    def __init__(self, source: Source, order: Order) -> None:
        self.source, self.order, self.engine = source, order, order.engine
        self.redactor = Redactor(order.settings.secrets())
        self.tally = Tally()
        self.started = datetime.now(UTC)

    def go(self, *, due_only: bool, dry_run: bool) -> RunReport:
        """Run it, unless there is a reason not to."""
        name = self.source.name
        try:
            if (why_not := self._why_not(due_only, dry_run)) is not None:
                return RunReport.without_run(name, "skipped", why_not)
            with self._lock():
                return self._run()
        except Timeout:
            return RunReport.without_run(name, "skipped", "another collection of it is going on")
        except StoreError as error:
            return RunReport.without_run(name, "failed", self.redactor.text(str(error)))
        except OSError as error:
            where = self.order.settings.directory
            return RunReport.without_run(name, "failed", f"{where} cannot be written to: {error.strerror}")

    def _why_not(self, due_only: bool, dry_run: bool) -> str | None:
        if (disabled := why_disabled(self.source, self.order.settings)) is not None:
            return disabled
        if (by_hand := why_by_hand(self.source, self.order.settings)) is not None:
            return by_hand
        if self.order.settings.offline:
            return "nothing is collected while FRAMESCOPE_OFFLINE is set"
        if due_only:
            with reading(self.engine) as session:
                seen = read.source_states(session).get(self.source.name)
                wanted = [system.slug for system in self.order.systems]
                covered = read.last_success_of(session, self.source.name, wanted)
                due = next_due(self.source, seen._replace(last_success=covered) if seen else None)
            if due is not None and due > datetime.now(UTC):
                return f"not due until {due:%Y-%m-%d %H:%M} UTC"
        if dry_run:
            return f"dry run: would ask for {len(self.source.plan(self._request()))} items, and write nothing"
        return None

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
            return write.start_run(session, kind=COLLECTION, source=name, parameters=parameters)

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
        )

    def _cursor(self, key: str) -> str | None:
        with reading(self.engine) as session:
            return read.cursor(session, self.source.name, key)

    def _items(self, client: HttpClient, run_id: int) -> None:
        request = self._request()
        items = self.source.plan(request)
        self.tally.planned = len(items)
        for number, item in enumerate(items, 1):
            if self.order.should_stop is not None and self.order.should_stop():
                self.tally.stopped = "stopped as asked"
                return
            if self.order.progress is not None:
                self.order.progress(f"{self.source.name}: {number} of {len(items)}, {item.name}")
            if not self._item(client, request, item, run_id):
                self.tally.stopped = "the rest was left for later"
                return

    def _item(self, client: HttpClient, request: Request, item: Item, run_id: int) -> bool:
        """Do one item; False where the rest of the items must wait."""
        client.about = {"item": item.as_dict()}
        try:
            self._write(run_id, self._ask(client, request, item))
        except SkipItem as error:
            self.tally.skip(item.name, str(error))
        except RetryLater as error:
            self.tally.postpone(item.name, str(error))
            return error.retry_after is None and self.tally.in_a_row < LATERS_IN_A_ROW
        except StopSource as error:
            error.message = f"{item.name}: {error.message}"
            raise
        return True

    def _ask(self, client: HttpClient, request: Request, item: Item) -> list[tuple[Receipt, Parsed]]:
        """Ask, and read each answer before the next is asked for, unless they are to be read together."""
        receipts, answers, single = [], [], []
        for receipt in self.source.fetch(client, request, item):
            answer = receipt.body, Context(item, receipt.answer.url, receipt.answer.fetched_at)
            receipts.append(receipt)
            if self.source.parse_all is None:
                single += self.source.read([answer])
            else:
                answers.append(answer)
        return list(zip(receipts, single or self.source.read(answers), strict=True))

    def _write(self, run_id: int, found: list[tuple[Receipt, Parsed]]) -> None:
        """Write all of an item, and where it was left off, or nothing of it."""
        name = self.source.name
        observations = releases = Written()
        with writing(self.engine) as session:
            for receipt, parsed in found:
                observations += write.observations(session, run_id, name, parsed.observations, receipt.receipt_id)
                releases += write.releases(session, run_id, name, parsed.releases, receipt.receipt_id)
                if parsed.takes_over:
                    write.take_over(session, name, parsed.observations)
                cursors = {**parsed.cursors, read_well(receipt.answer.url): receipt.sha256}
                for key, value in cursors.items():
                    write.set_cursor(session, run_id, name, key, value)
        unchanged = bool(found) and all(receipt.unchanged for receipt, _ in found)
        self.tally.done(observations, releases, unchanged=unchanged)
        for _, parsed in found:
            self.tally.lack(parsed.missing)

    def _close(self, run_id: int, client: HttpClient) -> RunReport:
        tally = self.tally
        report = RunReport(
            source=self.source.name,
            status=tally.outcome(),
            message=self.redactor.text(tally.message())[:LONGEST_MESSAGE],
            started=self.started,
            finished=datetime.now(UTC),
            requests=client.sent,
            receipts=client.kept,
            observations=tally.observations.total,
            new=tally.written.new,
            revised=tally.written.revised,
        )
        counts = {name: getattr(report, name) for name in ("requests", "receipts", "observations", "new", "revised")}
        try:
            with writing(self.engine) as session:
                write.finish_run(session, run_id, status=report.status, message=report.message, **counts)
        except StoreError as error:
            log.error("%s: the run could not be closed: %s", report.source, error)
            return replace(report, status="failed", message=f"{error}; {report.message}")
        return report
