"""How numbers, dates and ages are written in the reader's language: 197 k, 72.7 %, Mar 2024, 8 months old; 19.7 万."""

import math
import re
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from babel.dates import format_date
from babel.numbers import get_decimal_symbol, get_group_symbol
from babel.units import format_unit

from catalog.dates import PartialDate
from language.words import _, _p, current, filled
from verdicts.ratios import WIDEST, wide

NBSP = "\u00a0"
UNKNOWN = "—"
_SCALES = {"en": ((1e9, "bn"), (1e6, "M"), (1e3, "k")), "zh-CN": ((1e8, "亿"), (1e4, "万"))}
"""Large numbers are counted in thousands in English, in ten thousands in Chinese."""
_DAYS = {"en": "d MMM y", "zh-CN": "y年M月d日"}
_MONTHS = {"en": "MMM y", "zh-CN": "y年M月"}
_YEARS = {"en": "y", "zh-CN": "y年"}
_LENGTHS: dict[str, Literal["short", "long"]] = {"en": "long", "zh-CN": "short"}
"""How units of time are spelled: Babel has the Chinese ones, which know one length alone, as the short ones."""
TIMES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_SIZES = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


def known(value: float | None) -> bool:
    """Whether there is a number to show: None, NaN and infinities are none."""
    return value is not None and math.isfinite(value)


def digits(value: float, figures: int = 3) -> str:
    """A number with so many significant figures, without an exponent and without needless zeros after the point."""
    if value == 0:
        return "0"
    rounded = float(f"{value:.{figures - 1}e}")
    places = max(0, figures - 1 - math.floor(math.log10(abs(rounded))))
    return _separated(f"{rounded:,.{places}f}")


def whole(value: float) -> str:
    """A whole number with all its figures: 12,345."""
    return _separated(f"{value:,.0f}")


def number(value: float | None) -> str:
    """A count in three figures: 842, 197 k, 87.3 M; small fractions keep theirs; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    for scale, sign in _SCALES[current()]:
        if abs(value) >= scale * 0.9995:
            return f"{digits(value / scale)}{NBSP}{sign}"
    if float(value).is_integer():
        return f"{value:.0f}"
    return digits(value)


def mark(value: float) -> str:
    """A round value at an axis: 500 k, 2.5 M, 50 万; with all its figures and no nought after the point."""
    for scale, sign in _SCALES[current()]:
        if abs(value) >= scale * (1 - 1e-9):
            return f"{_separated(f'{value / scale:,.12g}')}{NBSP}{sign}"
    return _separated(f"{value:,.6g}")


def percent(share: float | None) -> str:
    """A share from 0 to 1 as 72.7 %."""
    return UNKNOWN if share is None or not math.isfinite(share) else f"{share * 100:.1f}{NBSP}%"


def points(change: float | None) -> str:
    """A change of a share as +4.1 pts, with its sign."""
    if change is None or not math.isfinite(change):
        return UNKNOWN
    return _("{change} pts", change=f"{change * 100:+.1f}").replace(" ", NBSP)


def month(when: date | None) -> str:
    """Mar 2024."""
    return UNKNOWN if when is None else _date(when, _MONTHS)


def year(when: date) -> str:
    """2024."""
    return _date(when, _YEARS)


def day(when: date | None) -> str:
    """21 Nov 2026."""
    return UNKNOWN if when is None else _date(when, _DAYS)


def moment(when: datetime | None) -> str:
    """21 Nov 2026, 05:32 UTC."""
    if when is None:
        return UNKNOWN
    return _("{day}, {hour} UTC", day=day(when.date()), hour=f"{when:%H:%M}").replace(" UTC", f"{NBSP}UTC")


def exactly(when: PartialDate | date) -> str:
    """A date as exactly as it is known: a day, a month or a year."""
    if isinstance(when, date):
        return day(when)
    return {"day": day, "month": month, "year": year}[when.precision](when.first)


def months_between(earlier: date, later: date) -> int:
    """Whole months from one day to another."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month - (later.day < earlier.day)


def span(earlier: date, later: date) -> str:
    """How long between two days, in words: 3 days, 8 months, 4 years."""
    days, months = (later - earlier).days, months_between(earlier, later)
    if months >= 36:
        return _count(months // 12, "year")
    return _count(months, "month") if months >= 2 else _count(days, "day")


def age(when: date, today: date) -> str:
    """How old a figure is: today, 1 day old, 8 months old."""
    return _p("age", "today") if when >= today else _("{span} old", span=span(when, today))


def ago(when: datetime | None, now: datetime) -> str:
    """How long ago something happened, or will: just now, 5 minutes ago, in 3 hours, never."""
    if when is None:
        return _p("moment", "never")
    seconds = (now - when).total_seconds()
    size = abs(seconds)
    if size < 60:
        return _("just now")
    for limit, unit, name in ((3_600, 60, "minute"), (172_800, 3_600, "hour"), (math.inf, 86_400, "day")):
        if size < limit:
            words = _count(int(size // unit), name)
            break
    return _("{span} ago", span=words) if seconds > 0 else _("in {span}", span=words)


def duration(seconds: float | None) -> str:
    """A measured time: 1.20 s, 12.3 ms, 840 µs."""
    if seconds is None or not math.isfinite(seconds):
        return UNKNOWN
    for scale, unit in TIMES:
        if abs(seconds) >= scale * 0.9995:
            return f"{digits(seconds / scale)}{NBSP}{unit}"
    return f"{seconds / 1e-9:.2g}{NBSP}ns"


def size(count: int | None) -> str:
    """An amount of memory: 412 MiB."""
    if count is None:
        return UNKNOWN
    for scale, unit in _SIZES:
        if count >= scale:
            return f"{digits(count / scale)}{NBSP}{unit}"
    return f"{count}{NBSP}B"


def error(value: float | None) -> str:
    """A relative error: 3.2e-07; exactly none is 0."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    return "0" if value == 0 else f"{value:.1e}"


def times(ratio: float | None) -> str:
    """A ratio of times in words: 2.1 × slower, 1.4 × faster."""
    if ratio is None or not math.isfinite(ratio) or ratio <= 0:
        return UNKNOWN
    said = _("{times} × slower") if ratio >= 1 else _("{times} × faster")
    return filled(said, times=digits(max(ratio, 1 / ratio), 2)).replace(" ", NBSP)


def interval(ratio: float | None, low: float | None, high: float | None) -> str:
    """The interval of `times`, the same way round: (1.93–2.31); of one too wide to tell, the end near 1."""
    if ratio is None or low is None or high is None or not all(math.isfinite(v) and v > 0 for v in (ratio, low, high)):
        return ""
    first, last = (low, high) if ratio >= 1 else (1 / high, 1 / low)
    if wide(first, last) and first > 1:
        return _("(at least {least}; interval over {n} × wide)", least=digits(first), n=whole(WIDEST))
    return bounds(first, last)


def bounds(low: float | None, high: float | None) -> str:
    """The ends of an interval of ratios: (0.970–1.05); of one that is too wide to tell anything, that."""
    if wide(low, high):
        return _("(interval over {n} × wide)", n=whole(WIDEST))
    return f"({digits(low)}–{digits(high)})" if low and high else ""


def circled(index: int) -> str:
    """The sign of the index-th break, from 1: ① … ⑳, then (21)."""
    return chr(0x2460 + index - 1) if 1 <= index <= 20 else f"({index})"


def words(many: int) -> str:
    """A small number in words: no, one, … ten, then 11."""
    names = [_p("many", "no"), _p("many", "one"), _p("many", "two"), _p("many", "three"), _p("many", "four")]
    names += [_p("many", "five"), _p("many", "six"), _p("many", "seven"), _p("many", "eight"), _p("many", "nine")]
    names += [_p("many", "ten")]
    return names[many] if many < len(names) else str(many)


def count(many: int, one: str) -> str:
    """A small number in words with its noun, in English: one signal, five signals, 24 signals.

    For texts that are not marked yet; a marked one counts with ``_n`` and takes `words` as its number.
    """
    return f"{words(many)} {one if many == 1 else one + 's'}"


def _count(many: int, unit: str) -> str:
    """So many of a unit of time: 8 months."""
    return _unit(many, unit, current())


def _date(when: date, forms: dict[str, str]) -> str:
    return _written(when, forms[current()], current())


def _separated(text: str) -> str:
    """Digits as Python writes them, with the language's own signs between thousands and before the fraction."""
    group, point = _signs(current())
    return text if (group, point) == (",", ".") else text.translate({ord(","): group, ord("."): point})


# Babel reads a pattern again at every call, a tenth of a millisecond that a table has no time for: what is said is kept


@lru_cache(maxsize=8)
def _signs(language: str) -> tuple[str, str]:
    locale = language.replace("-", "_")
    return get_group_symbol(locale), get_decimal_symbol(locale)


@lru_cache(maxsize=4_096)
def _written(when: date, form: str, language: str) -> str:
    return format_date(when, form, locale=language.replace("-", "_")).replace(" ", NBSP)


@lru_cache(maxsize=512)
def _unit(many: int, unit: str, language: str) -> str:
    said = format_unit(many, f"duration-{unit}", _LENGTHS[language], locale=language.replace("-", "_"))
    return re.sub(r"(?<=\d)(?=[^\s\d])", " ", said)  # 8 个月, as other numbers stand in a Chinese text
