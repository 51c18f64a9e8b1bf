"""Blanks in Chinese, where parts are put into a text: one beside Latin letters and digits, none between Chinese signs.

A part may begin with either, so no translation can say which; the text and its parts decide it together.
"""

import re
from collections.abc import Sequence

CHINESE = "\u3400-\u9fff"
FULL = "，。：；（）、！？“”《》"
_CHINESE, _FULL = re.compile(f"[{CHINESE}]"), re.compile(f"[{FULL}]")
_LATIN = re.compile(r"[0-9A-Za-z\u00b5\u00c0-\u024f%×±+−≥≤≈]")
_YEAR = re.compile("[12][0-9]{3}")
_MARKUP = "*_`~\\"
"""Signs of Markdown that stand around what is read."""


def settled(pieces: Sequence[tuple[str, bool]]) -> list[str]:
    """The pieces of a sentence, with the blanks that belong between them; a piece with True is a part put into it."""
    made = [text for text, _put in pieces]
    for at, (text, put) in enumerate(pieces):
        if put or not text:
            continue
        before = _last(pieces[at - 1][0]) if at and pieces[at - 1][1] else ""
        if text[0] == "年" and at and _YEAR.fullmatch(pieces[at - 1][0]):
            before = ""  # a date is one word
        after = _first(pieces[at + 1][0]) if at + 1 < len(pieces) and pieces[at + 1][1] else ""
        if text == " ":
            made[at] = "" if _close(before, after) else text
            continue
        made[at] = _mended(before, text, after)
    return made


def _mended(before: str, text: str, after: str) -> str:
    if text[0] == " " and _close(before, text[1]):
        text = text[1:]
    elif _apart(before, text[0]):
        text = f" {text}"
    if text[-1] == " " and len(text) > 1 and _close(text[-2], after):
        return text[:-1]
    return f"{text} " if _apart(text[-1], after) else text


def _first(part: str) -> str:
    """The sign that a part is read to begin with."""
    return part.lstrip(_MARKUP + "[")[:1]


def _last(part: str) -> str:
    """The sign that a part is read to end with; of a link that of its words."""
    if part.endswith(")") and "](" in part:
        part = part[: part.rindex("](")]
    return part.rstrip(_MARKUP)[-1:]


def _close(left: str, right: str) -> bool:
    """Whether no blank belongs between two signs."""
    sides = (left, right)
    known = all(_CHINESE.match(one) or _LATIN.match(one) or _FULL.match(one) for one in sides)
    chinese = all(_CHINESE.match(one) for one in sides)
    return known and (chinese or any(_FULL.match(one) for one in sides))


def _apart(left: str, right: str) -> bool:
    """Whether a blank belongs between two signs."""
    return bool((_CHINESE.match(left) and _LATIN.match(right)) or (_LATIN.match(left) and _CHINESE.match(right)))
