"""An allowance counted in credits or dollars: what headers say, what they may say wrongly, what it reaches for."""

from datetime import UTC, datetime, timedelta

import pytest

from collectors.allowance import Allowance, renewed
from collectors.errors import RetryLater

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)
CREDITS = {"x-ratelimit-remaining": "35", "x-ratelimit-credits-used": "10"}
DOLLARS = {"x-ratelimit-remaining-usd": "0.0035", "x-ratelimit-cost-usd": "0.001"}


@pytest.mark.parametrize(
    ("quota", "left", "price"),
    [
        (CREDITS, 35, 10),
        (CREDITS | DOLLARS, 35, 10),
        (DOLLARS, 0.0035, 0.001),
        (DOLLARS | {"x-ratelimit-remaining": "35"}, 0.0035, 0.001),
    ],
)
def test_what_is_left_and_what_it_cost_are_of_one_unit(quota: dict[str, str], left: float, price: float) -> None:
    allowance = Allowance.said(quota, NOON)
    assert allowance is not None
    assert (allowance.left, allowance.price, allowance.until) == (left, price, MIDNIGHT)
    assert Allowance.kept(str(allowance)) == allowance


@pytest.mark.parametrize("said", ["", "-5", "nan", "inf", "1e9", "\u0665", "1.2.3", "9" * 40, "."])
def test_a_header_that_is_no_number_says_nothing(said: str) -> None:
    assert Allowance.said({**CREDITS, "x-ratelimit-remaining": said}, NOON) is None
    assert Allowance.said({}, NOON) is None
    assert Allowance.kept(None) is Allowance.kept("") is None


@pytest.mark.parametrize(
    ("reset", "until"),
    [("3600", NOON + timedelta(seconds=3601)), ("1795305600", MIDNIGHT), ("soon", MIDNIGHT), ("", MIDNIGHT)],
)
def test_it_is_renewed_after_the_seconds_that_are_said_or_at_midnight(reset: str, until: datetime) -> None:
    assert renewed({"x-ratelimit-reset": reset}, NOON) == until


def test_it_reaches_as_far_as_the_last_price_says() -> None:
    allowance = Allowance(35, 10, MIDNIGHT)
    allowance.must_reach(3, NOON)
    with pytest.raises(RetryLater, match="It goes on after 2026-11-22 00:00 UTC") as caught:
        allowance.must_reach(4, NOON)
    assert caught.value.retry_after == 12 * 3600
    allowance.must_reach(400, MIDNIGHT)
    Allowance(0, 0, MIDNIGHT).must_reach(400, NOON)
