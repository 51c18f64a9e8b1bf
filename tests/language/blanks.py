"""What is wrong with the signs and blanks of a Chinese text: half-width signs, blanks too many and too few."""

import re

from language.blanks import CHINESE, FULL

APART = re.compile(r"`[^`]*`|\]\([^)]*\)|https?://\S+|:material/\w+:|<[^>]*>|%\{[^}]*\}|\{\w+\}")
"""Code, addresses, icons, markup and the places of parts."""
DATE = re.compile(r"\d{4}年(\d{1,2}月(\d{1,2}日)?)?|\d{1,2}月(\d{1,2}日)?|\d{1,2}日|M月d日")
RULES = {
    "a half-width sign": re.compile(f"[{CHINESE}][,:;!?(]|[,:;!?)][{CHINESE}]"),
    "no blank": re.compile(f"[{CHINESE}][0-9A-Za-z]|[0-9A-Za-z%][{CHINESE}]"),
    "a blank beside a full-width sign": re.compile(
        rf"(?<=[{CHINESE}{FULL}0-9A-Za-z]) (?=[{FULL}])|(?<=[{FULL}]) (?=[{CHINESE}0-9A-Za-z])"
    ),
    "a blank in a date": re.compile(r"(?<![0-9])[12][0-9]{3} 年|[0-9] 月|[0-9] 日"),
    "a blank between Chinese signs": re.compile(f"(?<=[{CHINESE}]) (?=[{CHINESE}])"),
}
ITALICS = re.compile(rf"(?<=[{CHINESE}]) (?=\*[^*\s])|(?<=[{CHINESE}0-9A-Za-z]\*) (?=[{CHINESE}])")
"""A blank beside italics, which stand in quotation marks; a field's label in italics has one before its value."""


def wrong(text: str) -> list[str]:
    """Every place that breaks a rule, with what stands around it; a date is one word and begins with a digit."""
    whole = re.sub("(?<=[0-9年月])<br>(?=[0-9年月日])", "", text.replace("\u00a0", " "))
    kept = DATE.sub("9\u2060日", APART.sub("…", whole))
    return [
        f"{name}: {kept[max(0, found.start() - 12) : found.end() + 12]!r}"
        for name, rule in RULES.items()
        for found in rule.finditer(kept)
    ]
