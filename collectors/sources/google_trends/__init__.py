"""Google Trends: web searches for a term over time, from 0 to 100 within one request; imported from the site's export.

What the number means. ``search_interest`` is the share of all searches in a region and period that were for the term,
scaled so that the highest point of *all terms of one request* is 100. A "<1" is stored as 0 with the status
``lower_bound``: the value lies above it and below 1, and no number between is made up. A 0 is Google's own and means
that there were too few searches to say.

What it does not mean. Not a number of searches, not users, and drawn by Google from a sample that changes between
requests. Every export has a scale of its own: each is a definition of its own, named by region, category, periods and
the first signs of the file's hash, and is never joined to another; the newest import is shown first. Where the label
carries a kind in brackets ("PyTorch (Software)") it is a topic, which gathers spellings and languages; all others are
called search terms, though the site's newer exports name topics without the kind. JAX as a word is mostly something
else: choose the topic.

Limits of the export. The last row may be of a running period and is ``partial`` always, as the file does not say.
Hours and minutes become days by their mean, in the time zone of whoever exported them; a day that is not whole is
``partial``. Terms that the catalogue does not know are named and left out. The newer exports (named time_series_…) do
not say the region inside; it is taken from the file's name where that still has it.

Live. With FRAMESCOPE_GOOGLE_TRENDS_LIVE=1 the addresses behind the site's own page are asked, once a month, for the
last five years. They are not published for programs and the site's robots.txt keeps robots off, which is why this is
off: whoever switches it on decides that. Any refusal (often at the first request) is *unavailable*, and nothing is
asked twice. Each answer is a definition of its own too, as its scale is. Documentation:
https://support.google.com/trends/answer/4365533, https://developers.google.com/search/apis/trends
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from collectors.body import Limits
from collectors.budget import Calls
from collectors.errors import StopSource
from collectors.source import Context, Parsed, Source
from collectors.sources.google_trends import live
from collectors.sources.google_trends.columns import detail
from collectors.sources.google_trends.export import MAX_FILE, read_export, recognises

__all__ = ["MAX_FILE", "SOURCE", "detail", "read_export", "recognises"]


def parse(body: bytes, context: Context) -> Parsed:
    """Read a kept export; pure."""
    return read_export(io.BytesIO(body), context)


def parse_all(answers: Sequence[tuple[bytes, Context]]) -> Parsed:
    """Read a kept export, or the answers of a live request; pure."""
    body, context = answers[-1]
    if "importer" not in context.item.detail:
        return live.parse_all(answers)
    if len(answers) != 1:
        raise StopSource("An export is one file. Import it again", url=context.url)
    return parse(body, context)


SOURCE = Source(
    name="google_trends",
    title="Google Trends",
    metrics=("search_interest",),
    cadence_hours=30 * 24,
    licence="facts; attribution to Google Trends",
    docs="https://support.google.com/trends/answer/4365533",
    calls_backfill=3,
    calls_daily=0,
    interval_s=10.0,
    base_url=live.base_url,
    plan=live.plan,
    fetch=live.fetch,
    parse=parse,
    parse_all=parse_all,
    calls=lambda _item: Calls.exactly(3),
    limits=Limits(tries=1, max_bytes=4 * 1024 * 1024),
    imported=True,
    live="google_trends_live",
    cookies=True,
)
