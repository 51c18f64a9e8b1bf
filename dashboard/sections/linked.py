"""Sentences whose parts lead to what they rest on, as Markdown, and the addresses of the pages within the site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from dashboard import languages
from dashboard.analysis.finding import Part
from dashboard.analysis.shares import PAIR
from dashboard.analysis.signals import Signal, share_asked
from dashboard.text import plain

_ASIDE = re.compile(r"(.+?(?:, |，))(.+?)([.。]?)", re.DOTALL)
"""An introduction that ends with a comma, the rest, and the stop, in either language."""


def sentence(parts: Iterable[Part]) -> str:
    """Parts as one line of Markdown; their text is escaped, their links are the site's own."""
    return "".join(f"[{_kept(part.text)}]({part.link})" if part.link else _kept(part.text) for part in parts)


def _kept(text: str) -> str:
    """`plain` with the spaces at both ends, which part a piece from its neighbours."""
    return f"{' ' if text[:1].isspace() else ''}{plain(text)}{' ' if text[1:] and text[-1].isspace() else ''}"


def page(name: str, **state: str | Sequence[str]) -> str:
    """The address of a page with its state, relative to the site's root, so that it holds behind a proxy's path too."""
    state |= languages.named()
    return f"./{name}?{urlencode(state, doseq=True)}" if state else f"./{name}"


def every_workload() -> str:
    """Where the page Speed shows every workload that its sentence counts, of whichever run."""
    return page("speed", run="all", framework=list(PAIR))


def after_aside(text: str, link: str) -> list[Part]:
    """A sentence as parts, linked after its introduction: On the machine measured, [PyTorch is faster in …]."""
    if not text:
        return []
    found = _ASIDE.fullmatch(text)
    if found is None:
        whole = text.rstrip(".。")
        return [Part(" "), Part(whole, link), Part(text[len(whole) :] or ".")]
    return [Part(f"{'' if found[3] == '。' else ' '}{found[1]}"), Part(found[2], link), Part(found[3] or ".")]


def same_figure(one: Signal) -> dict[str, str | list[str]]:
    """What Adoption has to be asked for to draw the share that the overview's small line shows."""
    return share_asked(one.metric.slug) if one.lead is not None else {"metric": one.metric.slug}
