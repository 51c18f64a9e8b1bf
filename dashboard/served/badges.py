"""Badges: a framework's share in one signal as a small picture, for a README; what is not known says so."""

import html

from starlette.requests import Request
from starlette.responses import Response

from catalog.load import load_catalog
from dashboard import format as fmt
from dashboard.analysis.finding import lowered
from dashboard.analysis.shares import PAIR
from dashboard.analysis.signals import Signal
from dashboard.colours import FRAMEWORKS, PALETTES
from dashboard.served import store
from dashboard.served.answers import had, tag_of
from dashboard.served.signals import signals
from db.errors import StoreError

UNKNOWN = "no data"
NAME_BACKGROUND, TEXT = "#3A4048", "#FFFFFF"
CACHING = "public, max-age=3600"
_FAILED = "no-store"
_HEADERS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'"}
_NARROW, _WIDE = "fijlrtI.,:;'|!()[] \u00a0", "mwMW@%"
_DRAWN = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{label}">
<title>{label}</title>
<rect width="{left}" height="20" fill="{name_colour}"/>
<rect x="{left}" width="{right}" height="20" fill="{colour}"/>
<g fill="{text}" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{left_middle}" y="14" textLength="{left_text}">{name}</text>
<text x="{right_middle}" y="14" textLength="{right_text}">{told}</text>
</g>
</svg>
"""


def badge(request: Request) -> Response:
    """``/badge/downloads/pytorch.svg``: PyTorch, 72.7 % of PyTorch + TensorFlow in downloads, Oct 2025."""
    metric, system = request.path_params["metric"], request.path_params["system"]
    catalog = load_catalog()
    if metric not in catalog.metrics or system not in catalog.systems:
        return _svg(drawn("Framescope", UNKNOWN, "Framescope: there is no such metric or system"), 404, _FAILED)
    name = catalog.systems[system].name
    try:
        with store.opened() as (session, stamp):
            tag = tag_of(stamp, request.url.path)
            if had(request, tag):
                return Response(status_code=304, headers={"ETag": tag, "Cache-Control": CACHING})
            found = signals(session, stamp).get(metric)
    except StoreError:
        return _svg(drawn(name, UNKNOWN, f"{name}: the store of this site cannot be read"), 503, _FAILED)
    told, whole = said(found, system, {slug: catalog.systems[slug].name for slug in PAIR})
    answer = _svg(drawn(name, told, f"{name}: {whole}", system if told != UNKNOWN else ""), 200, CACHING)
    answer.headers["ETag"] = tag
    return answer


def said(found: Signal | None, system: str, names: dict[str, str]) -> tuple[str, str]:
    """What a badge says, short and whole; a share is kept of the pair alone, each system's in both together."""
    both = " + ".join(names.values())
    if system not in PAIR or found is None:
        return UNKNOWN, f"no data: shares are of {both} in the signals of the overview"
    if found.lead is None:
        return UNKNOWN, f"no data of both, {both}"
    share = found.lead.share if system == PAIR[0] else 1 - found.lead.share
    words, at = lowered(found.title), fmt.month(found.lead.at)
    told = f"{fmt.percent(share)} of {both} in {words}, {at}"
    return told, f"{told}, {found.source}"


def drawn(name: str, told: str, label: str, system: str = "") -> str:
    """A badge as SVG; every text is escaped."""
    left_text, right_text = width_of(name), width_of(told)
    left, right = left_text + 12, right_text + 12
    return _DRAWN.format(
        width=left + right,
        left=left,
        right=right,
        left_middle=left / 2,
        right_middle=left + right / 2,
        left_text=left_text,
        right_text=right_text,
        name_colour=NAME_BACKGROUND,
        colour=FRAMEWORKS[system][0] if system in FRAMEWORKS else PALETTES["light"].muted,
        text=TEXT,
        name=html.escape(name),
        told=html.escape(told),
        label=html.escape(label),
    )


def width_of(text: str) -> int:
    """About how wide a text is in Verdana of 11 pixels; `textLength` makes it fit where the face differs."""
    widths = (4.2 if sign in _NARROW else 10.0 if sign in _WIDE else 7.8 if sign.isupper() else 6.8 for sign in text)
    return round(sum(widths))


def _svg(picture: str, status: int, caching: str) -> Response:
    return Response(picture, status, {**_HEADERS, "Cache-Control": caching}, "image/svg+xml")
