"""Anaconda's public data: downloads of conda packages by calendar month, from one file a month.

What the number means. ``conda_downloads_per_month`` is the sum of a package's downloads in a calendar month, of all
versions, platforms and Pythons. One series a channel and package, named "<channel>/<package>"; the one that the
catalogue names first is primary. The default channel of the installer is called ``anaconda``.

What it does not mean. Not users and not installs: build machines count. Only some channels are in the data; PyTorch's
own never was, so PyTorch is too low there until its users moved to conda-forge. A package that a month does not list,
or lists with nothing, has no value: no figure is not a 0. Files of past months have been replaced more than once; the
last three months are asked for again each time, and what differs is kept as a revision.

Limits. The file of a month comes some days into the next one, at times months late: until then the month is left out
without ado, and after that its absence is said. A file has about 10 MB and is kept as it came, so a first run goes back
two years only; ``--since 2017-01-01`` takes all. No key. Licence of the data: CC-BY-4.0. Documentation:
https://github.com/anaconda/anaconda-package-data (the data set), https://condastats.readthedocs.io (its columns).
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from urllib.parse import urljoin

from collectors.errors import RetryLater, SkipItem, StopSource
from collectors.http import HttpClient
from collectors.periods import following_month
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, Source
from db import clock
from db.records import Observation

log = logging.getLogger(__name__)
FIRST_MONTH = date(2017, 1, 1)
BACK = 24
READ_AGAIN = 3
LATE = 3
DEFAULT_CHANNEL = "anaconda"
MAX_ROWS = 50_000_000
MAX_DOWNLOADS = 10**11
_COLUMNS = ("time", "data_source", "pkg_name", "counts")
_NEWEST = "newest month"
_BEGUN = "first month asked for"
_MAGIC = b"PAR1"


def base_url() -> str:
    """The bucket the data set is in."""
    return "https://anaconda-package-data.s3.amazonaws.com/"


def plan(request: Request) -> Sequence[Item]:
    """One item a month, oldest first, up to the last one that is over."""
    packages = _packages(request)
    if not packages:
        return ()
    last = _before(clock.today(), 1)
    month, items = max(FIRST_MONTH, _first(request, last)), []
    begun = request.cursor(_BEGUN) or f"{month:%Y-%m}"
    while month <= last:
        detail = {"month": f"{month:%Y-%m}", "packages": json.dumps(packages), "begun": begun}
        items.append(Item(f"{month:%Y-%m}", "all", detail))
        month = following_month(month)
    return tuple(items)


def _first(request: Request, last: date) -> date:
    if request.since is not None:
        return request.since.replace(day=1)
    newest, begun = request.cursor(_NEWEST), request.cursor(_BEGUN)
    if newest is None:
        return _before(last, BACK - 1)
    again = _before(date.fromisoformat(f"{newest}-01"), READ_AGAIN - 1)
    return again if begun is None else max(again, date.fromisoformat(f"{begun}-01"))


def _packages(request: Request) -> dict[str, tuple[str, bool]]:
    """The series to look for, and of which system and rank each is; the default channel is looked into as well."""
    found: dict[str, tuple[str, bool]] = {}
    for system in request.systems:
        for number, package in enumerate(system.conda):
            found.setdefault(package, (system.slug, number == 0))
            found.setdefault(f"{DEFAULT_CHANNEL}/{package.partition('/')[2]}", (system.slug, False))
    return found


def _before(day: date, months: int) -> date:
    """The first day of the month so many months before that of a day."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:
    """Ask for the file of one month; nothing for a recent month that is not published yet."""
    name = item.detail["month"]
    try:
        receipt = http.get(urljoin(request.base_url, f"conda/monthly/{name[:4]}/{name}.parquet"))
    except SkipItem as error:
        recent = date.fromisoformat(f"{name}-01") >= _before(clock.today(), LATE)
        if not (recent and error.status == 404):
            raise
        log.info("conda_monthly: %s is not published yet", name)
        return
    yield receipt


def parse(body: bytes, context: Context) -> Parsed:
    """Add up the downloads of the month by channel and package; pure."""
    name = context.item.detail["month"]
    packages = json.loads(context.item.detail["packages"])
    totals = _totals(body, name, set(packages), context)
    if not totals:
        raise SkipItem("None of the packages is listed, which says nothing about downloads", url=context.url)
    if not all(0 <= total <= MAX_DOWNLOADS for total in totals.values()):
        raise SkipItem("The file holds counts that cannot be. Nothing was kept; look at its receipt", url=context.url)
    month = date.fromisoformat(f"{name}-01")
    rows = tuple(
        Observation(
            metric="conda_downloads_per_month",
            system=packages[package][0],
            period_start=month,
            period_end=following_month(month),
            value=float(total),
            granularity="month",
            definition=package,
            primary=packages[package][1],
        )
        for package, total in sorted(totals.items())
        if total
    )
    return Parsed(rows, cursors={_NEWEST: name, _BEGUN: context.item.detail.get("begun", name)})


def _totals(body: bytes, month: str, wanted: set[str], context: Context) -> Counter[str]:
    """Read the wanted rows of the file, piece by piece: whole it is some hundred megabytes in memory."""
    from pyarrow import ArrowException, BufferReader
    from pyarrow.parquet import ParquetFile

    if not body.startswith(_MAGIC):
        raise StopSource("What came is no Parquet file, perhaps a web page. Look at its receipt", url=context.url)
    totals: Counter[str] = Counter()
    try:
        file = ParquetFile(BufferReader(body))
        _must_be_known(file, context)
        for batch in file.iter_batches(columns=list(_COLUMNS)):
            for row in _rows(batch, wanted):
                if str(row["time"])[:7] != month:
                    raise StopSource(f"The file of {month} holds days of {str(row['time'])[:20]!r}", url=context.url)
                if row["counts"] is None or row["counts"] < 0:
                    raise SkipItem("The file holds counts that cannot be. Nothing was kept", url=context.url)
                totals[f"{row['data_source']}/{row['pkg_name']}"] += row["counts"]
    except (ArrowException, OSError, ValueError) as error:
        why = f"The file is broken ({type(error).__name__}), perhaps on its way. Collect again later"
        raise RetryLater(why, url=context.url) from error
    return totals


def _must_be_known(file: Any, context: Context) -> None:
    from pyarrow.types import is_integer

    schema = file.schema_arrow
    missing = [name for name in _COLUMNS if name not in schema.names]
    if missing or not is_integer(schema.field("counts").type):
        what = f"has no column {', '.join(missing)}" if missing else "counts in other than whole numbers"
        raise StopSource(f"The file {what}. Its form may have changed", url=context.url)
    if file.metadata.num_rows > MAX_ROWS:
        raise SkipItem(f"The file has {file.metadata.num_rows:,} rows, more than are read", url=context.url)


def _rows(batch: Any, wanted: set[str]) -> list[dict[str, Any]]:
    """The rows of a piece whose package is wanted, then those whose channel is too."""
    from pyarrow import array, compute, string

    names = array(sorted({package.partition("/")[2] for package in wanted}), string())
    kept = batch.filter(compute.is_in(batch["pkg_name"].cast(string()), value_set=names))
    return [row for row in kept.to_pylist() if f"{row['data_source']}/{row['pkg_name']}" in wanted]


SOURCE = Source(
    name="conda_monthly",
    title="Conda downloads by month",
    metrics=("conda_downloads_per_month",),
    cadence_hours=168,
    lag_days=76,
    licence="CC-BY-4.0",
    docs="https://github.com/anaconda/anaconda-package-data",
    calls_backfill=BACK,
    calls_daily=READ_AGAIN + 1,
    interval_s=1.0,
    base_url=base_url,
    plan=plan,
    fetch=fetch,
    parse=parse,
    progress=lambda key: key in (_NEWEST, _BEGUN),
)
