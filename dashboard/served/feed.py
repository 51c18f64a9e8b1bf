"""The feed of what changed (RSS 2.0): crossovers of signals, verdicts that came to differ, breaks of sources."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from catalog.load import Catalog, load_catalog
from catalog.models import Break
from dashboard import format as fmt
from dashboard.analysis.shares import PAIR
from dashboard.analysis.signals import Signal, share_asked
from dashboard.served import feed_words, store
from dashboard.served.address import base_of
from dashboard.served.answers import FRESH, had, tag_of
from dashboard.served.problems import of_error
from dashboard.served.signals import signals
from db import clock, read
from db.errors import StoreError
from db.read import VerdictRow

MOST = 100
NEWS = timedelta(days=3 * 365)
"""How long before the newest event another is still told of."""
ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Event(NamedTuple):
    """Something that happened; ``key`` stays the same however often the feed is made."""

    key: str
    at: datetime
    kind: str
    title: str
    told: str
    link: str


def feed(request: Request) -> Response:
    """``/feed.xml``: the newest events, the newest first."""
    base = base_of(request)
    try:
        with store.opened() as (session, stamp):
            tag = tag_of(stamp, base, request.url.path)
            headers = {"ETag": tag, "Cache-Control": FRESH, "X-Content-Type-Options": "nosniff"}
            if had(request, tag):
                return Response(status_code=304, headers=headers)
            found = events(signals(session, stamp).values(), read.verdict_history(session), load_catalog(), base)
    except StoreError as error:
        return of_error(request, error)
    return Response(written(found, base), headers=headers, media_type="application/rss+xml; charset=utf-8")


def events(found: Iterable[Signal], verdicts: Iterable[VerdictRow], catalog: Catalog, base: str) -> list[Event]:
    """What happened until now, the newest first, at most `MOST`."""
    now = clock.now()
    told = [event for one in found if (event := crossover(one, catalog, base)) is not None]
    told += [verdict_change(row, catalog, base) for row in settled(verdicts)]
    told += [changed(cut, catalog, base) for cut in catalog.breaks]
    happened = [event for event in told if event.at <= now]
    happened.sort(key=lambda event: (event.at, event.key), reverse=True)
    return [event for event in happened if happened[0].at - event.at <= NEWS][:MOST]


def settled(verdicts: Iterable[VerdictRow]) -> list[VerdictRow]:
    """Of each claim and day the verdict that stood at its end, where it is another than the day began with."""
    by: dict[tuple[str, date], list[VerdictRow]] = {}
    for row in verdicts:
        by.setdefault((row.claim, row.decided_at.date()), []).append(row)
    ends = []
    for rows in by.values():
        rows.sort(key=lambda row: (row.decided_at, row.number))
        ends.append(rows[-1]._replace(before=next((row.before for row in rows if row.before), None)))
    return [row for row in ends if row.before not in (None, row.verdict)]


def changed(cut: Break, catalog: Catalog, base: str) -> Event:
    """A break of sources, titled by what it did to which figures, with the way to the first metric it concerns."""
    metric = next((slug for slug in cut.metrics if slug in catalog.metrics), None)
    where = f"{base}/adoption?metric={metric}" if metric else f"{base}/data#breaks"
    told = f"{cut.what} Effect: {cut.effect}. Cited: {cut.url}"
    title = feed_words.of_break(cut, catalog)
    return Event(f"break:{cut.slug}", _midnight(cut.date.first), "break", title, told, where)


def crossover(one: Signal, catalog: Catalog, base: str) -> Event | None:
    """Who passed whom last in a signal; None where nobody can be said to have: level, throughout, or at a break."""
    lead = one.lead
    if lead is None or lead.leader is None or lead.throughout or lead.changed:
        return None
    leader = lead.leader
    share = lead.share if leader == PAIR[0] else 1 - lead.share
    cited = feed_words.source(one.source or "", catalog)
    now = f"Its share of both was {fmt.percent(share)} in {fmt.month(lead.at)} (source: {cited})."
    return Event(
        f"crossover:{one.metric.slug}:{one.source}:{leader}:{lead.since}",
        _midnight(lead.since),
        "crossover",
        feed_words.of_crossover(one, catalog),
        now,
        f"{base}/adoption?{urlencode(share_asked(one.metric.slug), doseq=True)}",
    )


def verdict_change(row: VerdictRow, catalog: Catalog, base: str) -> Event:
    """A verdict that came to differ from the one before."""
    return Event(
        f"verdict:{row.claim}:{row.decided_at:%Y-%m-%dT%H:%M:%S}",
        row.decided_at,
        "verdict",
        feed_words.of_verdict(row, catalog),
        f"{row.says} {row.note}".strip(),
        f"{base}/claims?claim={row.claim}",
    )


def written(found: Iterable[Event], base: str) -> bytes:
    """The events as RSS 2.0; what XML cannot hold is left out of a text."""
    ET.register_namespace("atom", ATOM)
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _add(channel, "title", "Framescope: what changed")
    _add(channel, "link", f"{base}/")
    _add(channel, "description", "Crossovers of PyTorch and TensorFlow, verdicts that changed, and breaks of sources.")
    _add(channel, "language", "en")
    ET.SubElement(channel, f"{{{ATOM}}}link", href=f"{base}/feed.xml", rel="self", type="application/rss+xml")
    for event in found:
        item = ET.SubElement(channel, "item")
        _add(item, "title", event.title)
        _add(item, "link", event.link)
        _add(item, "description", event.told)
        _add(item, "category", event.kind)
        _add(item, "guid", f"tag:framescope,2026:{event.key}").set("isPermaLink", "false")
        _add(item, "pubDate", format_datetime(event.at.astimezone(UTC), usegmt=True))
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _add(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = _NOT_XML.sub("", text)
    return element


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
