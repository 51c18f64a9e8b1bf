"""Where the marks of an axis stand and what they say, about as Plotly would set them."""

import math

import pandas as pd

Ticks = list[tuple[float, str]]
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
_STEPS = (1.0, 2.0, 5.0, 10.0)
_PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def of_dates(begin: pd.Timestamp, end: pd.Timestamp, most: int) -> list[tuple[pd.Timestamp, str]]:
    """Firsts of months, at most about so many, between two days; whole years are named by their number alone."""
    months = (end - begin).days / 30.44 / most
    step = next((one for one in _MONTHS if one >= months), _MONTHS[-1])
    every = pd.date_range(begin, end, freq="MS")
    chosen = [day for day in every if (day.year * 12 + day.month - 1) % step == 0]
    return [(day, f"{day:%Y}" if step >= 12 else f"{day:%Y-%m}") for day in chosen]


def of_values(low: float, high: float, most: int, suffix: str = "") -> Ticks:
    """Round values, at most about so many, between two."""
    rough = (high - low) / most
    if not rough > 0:
        return []
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in _STEPS if one * power >= rough * (1 - 1e-9))
    return [(at * step, _short(at * step) + suffix) for at in range(math.ceil(low / step), math.floor(high / step) + 1)]


def of_powers(low: float, high: float, suffix: str = "") -> Ticks:
    """Powers of ten between two logarithms, each with its logarithm; with 2 and 5 where there are few."""
    within = (1.0,) if math.floor(high) > math.ceil(low) else (1.0, 2.0, 5.0)
    every = [one * 10.0**power for power in range(math.floor(low), math.ceil(high) + 1) for one in within]
    return [(math.log10(one), _short(one) + suffix) for one in every if low <= math.log10(one) <= high]


def _short(value: float) -> str:
    for size, prefix in _PREFIXES:
        if abs(value) >= size:
            return f"{value / size:.12g}{prefix}"
    return f"{value:.6g}"
