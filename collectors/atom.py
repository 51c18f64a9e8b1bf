"""Reads a page of arXiv's search results, an Atom feed with two further vocabularies; pure."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import UTC, datetime

from collectors.errors import StopSource, Unreadable
from collectors.source import Context

_ATOM, _OPEN, _OWN = (
    "{http://www.w3.org/2005/Atom}",
    "{http://a9.com/-/spec/opensearch/1.1/}",
    "{http://arxiv.org/schemas/atom}",
)
_ID = re.compile(r"^https?://arxiv\.org/abs/(.+?)(?:v[0-9]+)?$")


@dataclass(frozen=True, slots=True)
class Paper:
    """What is read of an entry; ``text`` is title, abstract and comment."""

    id: str
    published: datetime
    text: str
    categories: frozenset[str]


@dataclass(frozen=True, slots=True)
class Feed:
    """A page: how many there are in all, and those on it."""

    total: int
    papers: tuple[Paper, ...]


def read_feed(body: bytes, context: Context) -> Feed:
    """One page of Atom; raises `StopSource` for anything else, and for the entry that is an error.

    What is not even XML, cut off perhaps, is `Unreadable`.
    """
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise StopSource("A web page came instead of a list of papers. Open the address and look", url=context.url)
    try:
        root = ET.fromstring(body)  # noqa: S314  # a document type, which entities need, was refused above
        if root.tag != f"{_ATOM}feed":
            raise ValueError(f"it begins with {root.tag[:80]}")
        entries = root.findall(f"{_ATOM}entry")
        for entry in entries:
            _must_be_no_error(entry, context)
        return Feed(int(_text(root, f"{_OPEN}totalResults")), tuple(_read_entry(entry) for entry in entries))
    except ET.ParseError as error:
        message = f"The answer is not valid XML ({error}). Nothing of it was kept; look at its receipt"
        raise Unreadable(message, url=context.url) from None
    except ValueError as error:
        message = f"The answer is not a list of papers ({error}). Look at its receipt"
        raise StopSource(message, url=context.url) from None


def _must_be_no_error(entry: ET.Element, context: Context) -> None:
    if "/api/errors" in entry.findtext(f"{_ATOM}id", "") or entry.findtext(f"{_ATOM}title", "").strip() == "Error":
        said = " ".join(entry.findtext(f"{_ATOM}summary", "").split())[:300]
        raise StopSource(f"arXiv answers with an error: {said}", url=context.url)


def _read_entry(entry: ET.Element) -> Paper:
    found = _ID.match(_text(entry, f"{_ATOM}id"))
    if found is None:
        raise ValueError("an entry has no arXiv id")
    published = datetime.fromisoformat(_text(entry, f"{_ATOM}published"))
    if published.tzinfo is None:
        raise ValueError(f"{found[1][:40]} has a date without a time zone")
    texts = (_text(entry, f"{_ATOM}title"), _text(entry, f"{_ATOM}summary"), entry.findtext(f"{_OWN}comment", ""))
    categories = frozenset(each.get("term", "") for each in entry.findall(f"{_ATOM}category"))
    return Paper(found[1], published.astimezone(UTC), "\n".join(" ".join(text.split()) for text in texts), categories)


def _text(element: ET.Element, name: str) -> str:
    found = element.findtext(name)
    if found is None or not found.strip():
        raise ValueError(f"{name.rpartition('}')[2]} is missing")
    return found.strip()
