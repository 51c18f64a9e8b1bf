"""The colour and the sign of each framework, the same in every chart, for light and dark."""

import zlib
from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Palette:
    """What a chart is drawn with apart from the frameworks' own colours."""

    background: str
    text: str
    muted: str
    rule: str
    grid: str
    undecided: str
    warning: str
    wrong: str


PALETTES: dict[Theme, Palette] = {
    "light": Palette("#FFFFFF", "#15181D", "#5E6670", "#8B929B", "#E8EAED", "#6F7680", "#8A5A00", "#B3261E"),
    "dark": Palette("#111418", "#ECEEF1", "#A3ABB5", "#7C848E", "#2A2F36", "#8B929B", "#E0AC4E", "#F2877E"),
}
FRAMEWORKS: dict[str, tuple[str, str]] = {
    "pytorch": ("#C8501E", "#FF8F5A"),
    "tensorflow": ("#006FCE", "#5593FB"),
    "keras": ("#0E6C60", "#3CCBA0"),
    "jax": ("#8E4A9E", "#D39BE0"),
}
OTHERS: tuple[tuple[str, str], ...] = (
    ("#6B7280", "#9AA3AF"),
    ("#7A6A3A", "#BBA869"),
    ("#3F7A80", "#7DB6BC"),
    ("#8C5F5F", "#C79A9A"),
    ("#5E6B99", "#9DA9D6"),
    ("#66763F", "#A5B57E"),
    ("#86607A", "#C19BB5"),
    ("#4F7560", "#8DB49E"),
)
SIGNALS: tuple[tuple[str, str], ...] = (
    ("#F35AAB", "#EA517E"),
    ("#0099F3", "#99FCEA"),
    ("#483F75", "#7E48BD"),
    ("#5100E1", "#2D63FC"),
    ("#360987", "#00753F"),
    ("#7E0000", "#BD7E00"),
    ("#5A123F", "#B42487"),
    ("#AB1B2D", "#CF091B"),
    ("#75906C", "#B4E100"),
    ("#7512AB", "#A275BD"),
    ("#C68700", "#FCE1A2"),
)
"""Of lines that stand for signals and not for frameworks, one for each signal of the catalogue, in its order: apart
from one another and from the frameworks for every eye, and dark or light enough for a line, though not for text."""
_MARKDOWN = {"pytorch": "orange", "tensorflow": "blue", "keras": "green", "jax": "violet"}
_SIGNS = {"pytorch": "circle", "tensorflow": "square", "keras": "diamond", "jax": "triangle-up"}
_OTHER_SIGNS = (
    *("x", "cross", "star", "pentagon", "hexagon", "hourglass", "bowtie", "triangle-left", "triangle-right"),
    *("diamond-tall", "star-square", "star-diamond", "hexagram"),
)
_APART = 128
_VARIANTS = {"torch": "pytorch", "tensorflow": "tensorflow", "keras": "keras", "jax": "jax"}


def colour(system: str, theme: Theme = "light") -> str:
    """The colour of a framework's lines and dots; systems without one of their own share a fixed muted list.

    The name of a line may carry its source after an @, which changes nothing.
    """
    system = system.partition("@")[0]
    pair = FRAMEWORKS.get(system) or OTHERS[zlib.crc32(system.encode()) % len(OTHERS)]
    return pair[0] if theme == "light" else pair[1]


def sign(system: str) -> str:
    """The second sign beside the colour: the name of a Plotly marker.

    It is drawn from other digits of the name's sum than the colour, so that systems of one colour differ in their sign.
    """
    system = system.partition("@")[0]
    return _SIGNS.get(system) or _OTHER_SIGNS[zlib.crc32(system.encode()) // _APART % len(_OTHER_SIGNS)]


def framework_of(variant: str) -> str:
    """The framework that a benchmark variant (``torch.compile``) runs on."""
    family = variant.partition(".")[0]
    return _VARIANTS.get(family, family)


def dot(system: str | None) -> str:
    """A dot in a framework's colour for Markdown; the theme gives these colour names the same values as here."""
    return f":{_MARKDOWN.get(system or '', 'gray')}[●]"


def faded(colour_hex: str, alpha: float) -> str:
    """A colour as rgba with the given opacity, for areas under lines."""
    red, green, blue = (int(colour_hex[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    first, second = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (first + 0.05) / (second + 0.05)


def _luminance(colour_hex: str) -> float:
    parts = [int(colour_hex[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
