"""`import`: figures from files that somebody fetched by hand."""

import sys

from db.engine import open_database
from framescope.output import emit_json


def import_files(files: list[str], *, json: bool) -> None:
    """Import each file; exit status 1 if one could not be."""
    from collectors.imports.run import import_files as run
    from collectors.settings import load_settings

    reports = run(files, engine=open_database(), settings=load_settings())
    rows = [report.as_dict() for report in reports]
    if json:
        emit_json(rows)
    else:
        for report in reports:
            kind = f" ({report.kind})" if report.kind else ""
            print(f"{report.file}{kind}: {report.status}: {report.message}")
    if any(report.status == "failed" for report in reports):
        sys.exit(1)
