"""Papers with Code: repositories linked to papers, by framework and by the month of the paper, from the frozen dump.

What the numbers mean. ``implementations`` counts links between a paper and a repository, by the month in which the
paper appeared on arXiv (the YYMM of its id): all of them ("linked repositories"), and those that the paper's authors
were said to have published ("official repositories"). The system ``all`` counts every link, whatever its framework,
and as series of their own those with any framework. ``implementations_share`` is a framework's percentage of the links
with a framework, and, as another definition, of all links.

What they do not mean. Not a share of papers: most have no code, and who linked what was up to volunteers. The month is
the paper's: code may be years younger. The framework was guessed by a detector from the repository. Its ``none`` says
that nothing was recognised, or that the code needs no framework; Keras counts as ``tf``. Its ``torch`` holds Lua Torch
and PyTorch code taken for it, nobody knows in what proportion, so it is kept apart under a definition of its own and is
never added to PyTorch. Labels that the catalogue does not know are counted as ``other``.

Limits. The service closed on 24 and 25 July 2025 and the dump is of the 28th: July is ``partial``, August
``unavailable``, the last whole quarter is the second of 2025. Of an earlier dump the newest month is ``partial``. A
link without an arXiv id, with one of the form in use before April 2007, or with one that names no month there is cannot
be dated: such links are counted in the import's message and in one figure over the whole time. The same link twice
counts once.

The file is fetched by hand (jul-28-links-between-papers-and-code.json.gz at https://huggingface.co/pwc-archive) and
handed to ``framescope import``. Documentation: https://github.com/paperswithcode/paperswithcode-data.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from catalog.models import System
from collectors.http import HttpClient
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, Source
from collectors.sources.papers_with_code.dump import MAX_FILE, count_links
from collectors.sources.papers_with_code.figures import figures

__all__ = ["MAX_FILE", "SOURCE", "detail", "read_dump", "recognises"]

_FIELDS = (b'"paper_arxiv_id"', b'"repo_url"', b'"framework"')


def base_url() -> str:
    """Where the file is fetched from by hand; nothing is asked there."""
    return "https://huggingface.co/pwc-archive/"


def recognises(head: bytes) -> bool:
    """Whether a file begins like the dump: an array of objects with these fields."""
    return head.lstrip().startswith(b"[") and all(field in head for field in _FIELDS)


def detail(systems: Sequence[System]) -> Mapping[str, str]:
    """Which system each label of the dump belongs to, as the catalogue has it now."""
    labels = {label: system.slug for system in systems for label in system.papers_with_code}
    return {"labels": json.dumps(labels, sort_keys=True)}


def read_dump(stream: BinaryIO, context: Context) -> Parsed:
    """Count the links of a dump without holding it in memory; pure. Raises `SkipItem` for one that cannot be used."""
    labels: dict[str, str] = json.loads(context.item.detail["labels"])
    return figures(count_links(stream, labels), labels)


def parse(body: bytes, context: Context) -> Parsed:
    """Read the kept file; pure."""
    return read_dump(io.BytesIO(body), context)


def plan(request: Request) -> Sequence[Item]:  # noqa: ARG001  # the form of every source
    """Nothing: the dump is imported."""
    return ()


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:  # noqa: ARG001  # as above
    """Nothing is asked for."""
    return iter(())


SOURCE = Source(
    name="papers_with_code",
    title="Papers with Code (archive)",
    metrics=("implementations", "implementations_share"),
    cadence_hours=24,
    licence="CC-BY-SA-4.0",
    docs="https://github.com/paperswithcode/paperswithcode-data",
    calls_backfill=0,
    calls_daily=0,
    interval_s=1.0,
    base_url=base_url,
    plan=plan,
    fetch=fetch,
    parse=parse,
    imported=True,
)
