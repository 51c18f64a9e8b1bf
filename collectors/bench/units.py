"""How a measured time is written: in the unit that fits it (pure)."""

import math

UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


def duration(seconds: float | None, figures: int = 4) -> str:
    """Write `seconds` with so many figures in ns, µs, ms or s; a dash where they are not known or no number."""
    if seconds is None or not math.isfinite(seconds):
        return "–"
    rounded = float(f"{seconds:.{figures - 1}e}")
    scale, unit = next((one for one in UNITS if abs(rounded) >= one[0]), UNITS[0] if rounded == 0 else UNITS[-1])
    value = rounded / scale
    whole = 0 if value == 0 else math.floor(math.log10(abs(value))) + 1
    return f"{value:.{max(0, figures - whole)}f} {unit}" if whole > 0 else f"{value:.{figures}g} {unit}"
