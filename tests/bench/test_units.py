"""Measured times in the unit that fits them: none is shown as nought that is not."""

import pytest

from collectors.bench.units import duration


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (float("inf"), "–"),
        (0.0, "0 s"),
        (3.2e-10, "0.32 ns"),
        (4.12e-7, "412.0 ns"),
        (9.99996e-7, "1.000 µs"),
        (8.4e-5, "84.00 µs"),
        (0.00099996, "1.000 ms"),
        (0.0123456, "12.35 ms"),
        (1.0, "1.000 s"),
        (1234.5, "1234 s"),
    ],
)
def test_a_time_has_four_figures_and_its_unit(seconds: float | None, said: str) -> None:
    assert duration(seconds) == said


def test_a_table_for_reading_shows_a_call_below_a_microsecond() -> None:
    from collectors.bench.listing import table
    from tests.bench.documents import document

    told = document({"numpy": 4.12e-7, "torch.eager": 1.5})
    for row in told["results"]:
        row["first_call_s"] = 2.5e-5
    text = table(told)
    assert "412.0 ns" in text
    assert "1.500 s" in text
    assert "25.00 µs" in text
    assert "0.000" not in text
