"""Colours as people see them who lack one kind of cone, and how far apart two colours then are."""

import math
from typing import Literal

Eye = Literal["normal", "protanopia", "deuteranopia", "tritanopia"]
Triple = tuple[float, float, float]

JUST_SEEN = 0.02
"""The least distance that is seen at all (W3C, CSS Color 4, on deltaEOK)."""
EYES: dict[Eye, tuple[Triple, Triple, Triple]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""By what linear sRGB is multiplied, severity 1.0: Machado, Oliveira and Fernandes, A Physiologically-based Model for
Simulation of Color Vision Deficiency, IEEE Transactions on Visualization and Computer Graphics 15(6), 2009, table 1."""


def seen(colour_hex: str, eye: Eye) -> Triple:
    """A colour as that eye sees it, in linear sRGB from 0 to 1; what lies beyond is cut off, as a screen would."""
    own = [_linear(int(colour_hex[i : i + 2], 16) / 255) for i in (1, 3, 5)]
    red, green, blue = (
        min(1.0, max(0.0, sum(by * part for by, part in zip(row, own, strict=True)))) for row in EYES[eye]
    )
    return red, green, blue


def shown(colour_hex: str, eye: Eye) -> Triple:
    """The same as a screen's values from 0 to 255."""
    red, green, blue = (255 * _encoded(part) for part in seen(colour_hex, eye))
    return red, green, blue


def distance(one: str, other: str, eye: Eye = "normal") -> float:
    """The distance in Oklab (deltaEOK of CSS Color 4): 0 is the same, 1 is black from white."""
    return math.dist(_oklab(seen(one, eye)), _oklab(seen(other, eye)))


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _encoded(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else float(1.055 * part ** (1 / 2.4) - 0.055)


def _oklab(linear: Triple) -> Triple:
    """B. Ottosson, A perceptual color space for image processing, 2020; the matrices from linear sRGB."""
    red, green, blue = linear
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )
