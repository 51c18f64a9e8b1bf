"""Figures as a CSV file that says where they come from and under which licence."""

import csv
import io
from collections.abc import Iterable, Sequence

from dashboard.sections.attribution import Credit
from dashboard.text import cell, head


def csv_text(credit: Credit, collected: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV file whose first lines, marked by #, name source, address, licence and date; text is safe to open."""
    heads = (
        ("source", credit.citation),
        ("address", credit.url),
        ("licence", f"{credit.licence} {credit.licence_url or ''}".strip()),
        ("collected", collected),
    )
    return table_text(heads, columns, rows)


def table_text(heads: Iterable[tuple[str, object]], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV file with lines marked by # before its columns; no cell of it is a formula to a spreadsheet."""
    out = io.StringIO()
    for name, value in heads:
        out.write(f"# {name}: {head(value)}\r\n")
    writer = csv.writer(out)
    writer.writerow([cell(name) for name in columns])
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()
