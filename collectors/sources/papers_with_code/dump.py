"""Counts the links of the dump, a JSON array of some 300,000 objects, as they stream by; nothing else is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Any, BinaryIO

import ijson

from collectors.errors import SkipItem
from collectors.sources.papers_with_code.dating import Undatable, month_of
from collectors.unpacked import Unpacked

MAX_FILE = 512 * 1024 * 1024
MAX_UNPACKED = 2 * 1024 * 1024 * 1024
MAX_LINK = 256 * 1024
MAX_BRACKETS = 3_000
MAX_LINKS = 5_000_000
MAX_LABELS = 1_000
LONGEST_LABEL = 40
MALFORMED_SHARE = 0.1
NO_FRAMEWORK, TOO_MANY = "none", "(more labels)"
Key = tuple[str, date, bool]

_month_of = lru_cache(maxsize=4_096)(month_of)


@dataclass
class Links:
    """The links counted: by label, month and whether official; those that cannot be dated, by why; the rest."""

    dated: Counter[Key] = field(default_factory=Counter)
    undatable: Counter[Undatable] = field(default_factory=Counter)
    repeated: int = 0
    malformed: int = 0
    read: int = 0


class _Watched:
    """What ijson reads from; a single entry that goes on for ever, in length or in depth, is not waited for.

    Opening brackets are counted because ijson holds a path for each level, the deeper the longer.
    """

    def __init__(self, source: Unpacked) -> None:
        self.source, self.bytes, self.brackets = source, 0, 0

    def read(self, size: int) -> bytes:
        piece = self.source.read(size)
        self.bytes += len(piece)
        self.brackets += piece.count(b"[") + piece.count(b"{")
        if self.bytes > MAX_LINK or self.brackets > MAX_BRACKETS:
            raise SkipItem("A single entry of the dump is longer or deeper than any is. This is not the dump")
        return piece

    def entry(self) -> None:
        """Note that an entry has ended."""
        self.bytes = self.brackets = 0


def count_links(stream: BinaryIO, known: Collection[str]) -> Links:
    """Count all links of a dump, compressed or not. Raises `SkipItem` saying why a file cannot be used.

    Labels in ``known`` are counted by themselves however many others there are.
    """
    links, seen, labels = Links(), set[bytes](), {*known, NO_FRAMEWORK}
    most = len(labels) + MAX_LABELS
    for entry in _entries(stream):
        links.read += 1
        if links.read > MAX_LINKS:
            raise SkipItem(f"The dump has more than {MAX_LINKS:,} links, and was not read further")
        _count(links, seen, labels, most, entry)
    if not links.read:
        raise SkipItem("The dump holds no links")
    if links.malformed > MALFORMED_SHARE * links.read:
        message = (
            f"{links.malformed:,} of {links.read:,} links have an unknown form. This is not the dump that is known"
        )
        raise SkipItem(message)
    return links


def _entries(stream: BinaryIO) -> Iterator[Any]:
    source = _Watched(Unpacked(stream, MAX_UNPACKED))
    try:
        for entry in ijson.items(source, "item", use_float=True):
            source.entry()
            yield entry
    except ijson.IncompleteJSONError:
        raise SkipItem("The dump is cut off, or is not valid JSON. Download it again") from None
    except ijson.JSONError:
        raise SkipItem("The dump is not valid JSON. Download it again") from None


def _count(links: Links, seen: set[bytes], labels: set[str], most: int, entry: Any) -> None:
    given = _fields(entry)
    if given is None:
        links.malformed += 1
        return
    arxiv_id, paper, repository, label, official = given
    link = blake2b(f"{paper}\n{repository}".encode(errors="replace"), digest_size=8).digest()
    if link in seen:
        links.repeated += 1
        return
    seen.add(link)
    month = _month_of(arxiv_id)
    if not isinstance(month, date):
        links.undatable[month] += 1
        return
    if label not in labels:
        label = label if len(labels) < most else TOO_MANY
        labels.add(label)
    links.dated[label, month, official] += 1


def _fields(entry: Any) -> tuple[str | None, str, str, str, bool] | None:
    """Id, paper, repository, label, whether official; None where an entry is not a link as they are known."""
    if not isinstance(entry, dict) or "framework" not in entry or "paper_arxiv_id" not in entry:
        return None
    arxiv_id, label, repository = entry["paper_arxiv_id"], entry["framework"], entry.get("repo_url")
    texts = (str, type(None))
    if not isinstance(arxiv_id, texts) or not isinstance(label, texts) or not isinstance(repository, str):
        return None
    named = (label or NO_FRAMEWORK).strip().casefold()[:LONGEST_LABEL] or NO_FRAMEWORK
    paper = entry.get("paper_url") or arxiv_id or entry.get("paper_title")
    return arxiv_id, str(paper), repository, named, entry.get("is_official") is True
