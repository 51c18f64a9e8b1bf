"""A comparison in words, the same on every page."""

from dashboard import format as fmt
from dashboard.analysis.speed import APART, CLOSE, Ratio
from dashboard.text import plain


def verdict_words(found: Ratio) -> str:
    """``**2.1 × slower** (1.93–2.31)`` in Markdown; grey when too close, struck with its reason when not comparable."""
    span = fmt.interval(found.ratio, found.low, found.high)
    if found.verdict == APART:
        return f"~~{fmt.times(found.ratio)}~~ :red[not comparable: {plain(found.why or 'no reason given')}]"
    if found.verdict == CLOSE:
        low_high = f"({fmt.digits(found.low)}–{fmt.digits(found.high)})" if found.low and found.high else ""
        return f":gray[too close to call {low_high}]"
    if not found.drawable:
        return f":gray[{plain(found.verdict)}: no ratio]"
    return f"**{fmt.times(found.ratio)}** :gray[{span}]"
