"""A comparison in words, the same on every page."""

from dashboard import format as fmt
from dashboard.analysis.run_words import told as of_run
from dashboard.analysis.speed import APART, CLOSE, Ratio
from dashboard.text import plain
from language.words import _


def verdict_words(found: Ratio) -> str:
    """``**2.1 × slower** (1.93–2.31)`` in Markdown; grey when too close, struck with its reason when not comparable."""
    span = fmt.interval(found.ratio, found.low, found.high)
    if found.verdict == APART:
        said = _("not comparable: {why}", why=plain(of_run(found.why) if found.why else _("no reason given")))
        return " ".join(filter(None, [struck(found), f":red[{said}]"]))
    if found.verdict == CLOSE:
        said = _("too close to call {interval}", interval=fmt.bounds(found.low, found.high))
        why = _why_close(found)
        return f":gray[{_('{state}: {why}', state=said, why=plain(why)) if why else said}]"
    if not found.drawable:
        return f":gray[{_('{verdict}: no ratio', verdict=plain(_(found.verdict)))}]"
    return f"**{fmt.times(found.ratio)}** :gray[{span}]"


def struck(found: Ratio) -> str:
    """The ratio of what is not comparable, struck through; nothing where there is none: a dash says nothing struck."""
    told = fmt.times(found.ratio)
    return "" if told == fmt.UNKNOWN else f"~~{told}~~"


def _why_close(found: Ratio) -> str:
    """The first reason for too close where the interval alone does not show it, since it lies off 1.

    Of one that is too wide to tell, that it holds 1 says nothing: what made it so wide is said.
    """
    if found.wide:
        return of_run(found.why.partition("; ")[2])
    off = found.low is not None and found.high is not None and not found.low <= 1 <= found.high
    return of_run(found.why.partition("; ")[0]) if off and found.why else ""
