"""How a command speaks: one JSON document or readable lines on standard output, all else on standard error."""

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from framescope.logs import tell


def plain(value: Any) -> Any:
    """Turn a value into what JSON can say: whole floats as integers, dates as ISO text, NaN as null."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


def emit_json(document: Any) -> None:
    """Print one JSON document and nothing else on standard output."""
    json.dump(plain(document), sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")


def emit_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, title: str | None = None) -> None:
    """Print rows for reading; text from outside is printed as it is, never as markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold", no_wrap=column == columns[0])
    for row in rows:
        table.add_row(*(Text(_cell(row.get(column))) for column in columns))
    Console(soft_wrap=False).print(table)


def say(message: str) -> None:
    """Tell the reader something that is not the answer: on standard error, in the form of the log."""
    tell(message)


def _cell(value: Any) -> str:
    value = plain(value)
    if value is None:
        return "–"
    if isinstance(value, list):
        return ", ".join(_cell(item) for item in value)
    if isinstance(value, float):
        return f"{value:.4g}"
    return (
        f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10_000 else str(value)
    )


def csv_lines(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Iterable[str]:
    """Rows as CSV lines, with a header; a text that a spreadsheet would run is disarmed by an apostrophe."""
    import csv
    import io

    from dashboard.text import cell

    for record in ({column: column for column in columns}, *rows):
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\r\n")  # so that both are quoted inside a cell
        writer.writerow([cell(plain(record.get(column))) for column in columns])
        yield buffer.getvalue().removesuffix("\r\n") + "\n"
