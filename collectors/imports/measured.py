"""Takes in a benchmark run of another machine: checked whole, stored as it is, and only once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, BinaryIO

from collectors.bench.document import KIND
from collectors.imports.bounded import loaded
from collectors.imports.run_checked import checked
from collectors.measure import SOURCE, outcome
from collectors.unpacked import Unpacked
from db import clock, read, write
from db.engine import Engine, Session, writing

MAX_FILE = 48_000_000
_MARKS = (f'"{KIND}"'.encode(), b'"comparisons"')


@dataclass(frozen=True, slots=True)
class RunImporter:
    """The kind of file that holds a run: it belongs to no source and brings no observations."""

    kind: str = "benchmark"
    title: str = "an exported benchmark run"
    max_bytes: int = MAX_FILE

    def recognises(self, head: bytes) -> bool:
        """Whether the first bytes, decompressed, begin such a document, in whatever order its keys are."""
        return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") and any(mark in head for mark in _MARKS)

    def take(self, file: BinaryIO, engine: Engine, address: str) -> tuple[int, str]:
        """Store the run in one transaction; gives how many results are new, and a message.

        Raises:
            SkipItem: the file cannot be used; nothing is stored.
        """
        document = checked(loaded(Unpacked(file, self.max_bytes).whole()), clock.now())
        with writing(engine) as session:
            known = _known(session, document)
            if known is not None:
                return 0, f"nothing new: this is run {known}, which is here already"
            run, status = _store(session, document, address)
        lacking = "" if _has_samples(document) else ", without their raw samples"
        machine = document["machine"].get("processor") or "an unnamed processor"
        told = f"run {run}: {len(document['results'])} results{lacking} of {machine}, begun {document['started']}"
        return len(document["results"]), told if status == "ok" else f"{told}; {outcome(document)[1]}"


def _store(session: Session, document: dict[str, Any], address: str) -> tuple[int, str]:
    status, message = outcome(document)
    run = write.start_run(session, kind=read.IMPORT, source=SOURCE, parameters={"file": address})
    write.bench_run(session, run, document)
    write.finish_run(session, run, status=status, message=message[:2_000], new=len(document["results"]))
    return run, status


def _known(session: Session, document: dict[str, Any]) -> int | None:
    """The number under which this very run is kept, from whichever store it was exported."""
    for run in read.bench_runs_begun(session, document["started"]):
        kept = read.bench_document(session, run, samples=True)
        if kept is not None and _same(kept, document):
            return run
    return None


def _same(kept: dict[str, Any], document: dict[str, Any]) -> bool:
    if not _has_samples(document):
        kept, document = _without_samples(kept), _without_samples(document)
    return kept | {"run": None} == document | {"run": None}


def _without_samples(document: dict[str, Any]) -> dict[str, Any]:
    bare = [{key: held for key, held in row.items() if key != "samples"} for row in document["results"]]
    return {key: held for key, held in document.items() if key != "code"} | {"results": bare}


def _has_samples(document: dict[str, Any]) -> bool:
    return any(row.get("samples") for row in document["results"])
