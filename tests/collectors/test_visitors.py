"""Who may run from the site: the bind address, sign-in with a list, the run token; headers take away and never give."""

import hmac
from datetime import timedelta
from typing import Any

import pytest

from collectors import visitors
from collectors.run_rules import load_sign_in
from collectors.settings import SettingsError
from collectors.visitors import Visitor, standing
from db import clock

ANYWHERE = "0.0.0.0"  # noqa: S104  # named, not bound
TOKEN = "made-up-token"
PERSON: dict[str, Any] = {
    "is_logged_in": True,
    "iss": "https://id.example.org",
    "sub": "a-1",
    "email": "Ann@Example.org",
    "email_verified": True,
    "name": "Ann",
    "groups": ["staff", "gpu"],
}


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(visitors.SITE_ADDRESS, ANYWHERE)


@pytest.fixture
def sign_in(public: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_SIGN_IN_URL", "https://id.example.org/.well-known/openid-configuration")
    monkeypatch.setenv("FRAMESCOPE_RUN_USERS", "ann@example.org")


def signed_in(**changes: Any) -> Visitor:
    return Visitor(claims=PERSON | {"iat": clock.now().timestamp() - 60} | changes)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.0.1", "::1", "localhost"])
def test_who_is_at_the_machine_is_its_operator(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv(visitors.SITE_ADDRESS, address)
    found = standing(Visitor())
    assert (found.allowed, found.operator, found.asker) == (True, True, visitors.AT_HOME)


@pytest.mark.parametrize("address", ["", ANYWHERE, "::", "192.0.2.1", "example.org", "localhost.example.org"])
def test_a_public_address_without_either_is_read_only(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv(visitors.SITE_ADDRESS, address)
    for claimed in (Visitor(), Visitor(token=TOKEN), Visitor(address="127.0.0.1"), Visitor(claims=PERSON)):
        found = standing(claimed)
        assert (found.allowed, found.operator, found.asker) == (False, False, None)
        assert "it is read-only" in found.why
        assert "framescope bench run" in found.why


def test_a_proxy_before_a_loopback_takes_the_permission_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(visitors.SITE_ADDRESS, "127.0.0.1")
    found = standing(Visitor(forwarded=True, address="127.0.0.1"))
    assert not found.allowed
    assert "a proxy makes it reachable" in found.why


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://framescope.example.org", False),
        ("framescope.example.org", False),
        ("https://[", False),
        ("http://localhost:8501", True),
        ("http://127.0.0.1:8501", True),
        ("", True),
    ],
)
def test_a_site_with_an_address_outside_is_public(monkeypatch: pytest.MonkeyPatch, address: str, allowed: bool) -> None:
    monkeypatch.setenv(visitors.SITE_ADDRESS, "127.0.0.1")
    monkeypatch.setenv(visitors.PUBLIC_URL, address)
    assert standing(Visitor()).allowed is allowed


def test_the_token_admits_and_a_guess_does_not(public: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_RUN_TOKEN", TOKEN)
    assert "until you enter the run token" in standing(Visitor()).why
    for guess in ("guess", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "\ud800", "é" * 5_000):
        found = standing(Visitor(token=guess))
        assert not found.allowed
        assert found.why == "That is not the run token."
    found = standing(Visitor(token=TOKEN, address="192.0.2.7"))
    assert (found.allowed, found.operator) == (True, False)
    assert found.asker is not None
    assert (found.asker.key[:6], found.asker.group) == ("token:", "token:")
    assert "192.0.2.7" not in repr(found.asker)
    assert TOKEN not in repr(Visitor(token=TOKEN))


def test_the_token_is_compared_in_constant_time(public: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_RUN_TOKEN", TOKEN)
    compared: list[tuple[bytes, bytes]] = []

    def compare(told: bytes, expected: bytes) -> bool:
        compared.append((told, expected))
        return told == expected

    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert standing(Visitor(token=TOKEN)).allowed
    assert not standing(Visitor(token="x")).allowed
    assert {len(each) for pair in compared for each in pair} == {32}


def test_holders_of_the_token_are_told_apart_by_address_and_share_a_quota(
    public: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_RUN_TOKEN", TOKEN)
    here, there = (standing(Visitor(token=TOKEN, address=f"192.0.2.{n}")).asker for n in (7, 8))
    again = standing(Visitor(token=TOKEN, address="192.0.2.7")).asker
    assert here is not None
    assert there is not None
    assert here == again
    assert here.key != there.key
    assert here.group == there.group


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::3", "2001:db8:1:2:ffff:1:2:3", True),
        ("2001:db8:1:2::3", "2001:db8:1:3::3", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8", False),
        ("::1", "192.0.2.7", False),
        ("no address", "", False),
    ],
)
def test_of_ipv6_the_network_of_a_household_is_one_holder(
    public: None, monkeypatch: pytest.MonkeyPatch, one: str, other: str, same: bool
) -> None:
    monkeypatch.setenv("FRAMESCOPE_RUN_TOKEN", TOKEN)
    first, second = (standing(Visitor(token=TOKEN, address=address)).asker for address in (one, other))
    assert first is not None
    assert (first == second) is same


def test_a_token_too_short_to_be_one_closes_the_site_and_is_not_shown(
    public: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_RUN_TOKEN", "short")
    found = standing(Visitor(token="short"))
    assert not found.allowed
    assert "FRAMESCOPE_RUN_TOKEN must be at least 8" in found.why
    monkeypatch.setenv("FRAMESCOPE_RUN_TOKEN", TOKEN)
    monkeypatch.setenv("FRAMESCOPE_RUN_JOBS_PER_HOUR", "many")
    assert "FRAMESCOPE_RUN_JOBS_PER_HOUR cannot be used" in standing(Visitor(token=TOKEN)).why


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({}, True),
        ({"email": "ann@example.org"}, True),
        ({"email_verified": False}, False),
        ({"email_verified": "true"}, False),
        ({"email_verified": None}, False),
        ({"email": "eve@example.org"}, False),
        ({"email": ["ann@example.org"]}, False),
        ({"email": "ann@example.org.evil.example"}, False),
        ({"sub": "ann@example.org", "email": None}, False),
        ({"name": "ann@example.org", "email": None}, False),
        ({"is_logged_in": "yes"}, False),
        ({"sub": ""}, False),
        ({"iss": None}, False),
    ],
)
def test_an_address_counts_once_the_provider_verified_it(sign_in: None, changes: dict[str, Any], allowed: bool) -> None:
    assert standing(signed_in(**changes)).allowed is allowed


@pytest.mark.parametrize(
    ("groups", "allowed"),
    [(["gpu"], True), ("gpu", True), (["gpus"], False), ("gpu,staff", False), (None, False), ([["gpu"]], False)],
)
def test_a_group_counts_and_so_does_a_subject(
    sign_in: None, monkeypatch: pytest.MonkeyPatch, groups: object, allowed: bool
) -> None:
    monkeypatch.setenv("FRAMESCOPE_RUN_USERS", "b-2")
    monkeypatch.setenv("FRAMESCOPE_RUN_GROUPS", "ops, gpu")
    assert standing(signed_in(groups=groups)).allowed is allowed
    assert standing(signed_in(sub="b-2", groups=None)).allowed


def test_who_is_not_on_the_list_is_known_and_may_not(sign_in: None) -> None:
    found = standing(signed_in(email="eve@example.org"))
    assert (found.allowed, found.signed_in) == (False, True)
    assert "You are signed in as eve@example.org, who is not on the list" in found.why
    assert "FRAMESCOPE_RUN_USERS" in found.why


def test_without_a_list_nobody_may(sign_in: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FRAMESCOPE_RUN_USERS")
    assert not standing(signed_in()).allowed


def test_a_sign_in_ages(sign_in: None, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = signed_in()
    with clock.ahead(timedelta(hours=11)):
        assert standing(fresh).allowed
    with clock.ahead(timedelta(hours=12)):
        found = standing(fresh)
    assert (found.allowed, found.asker) == (False, None)
    assert found.why == "Your sign-in is older than 12 hours: sign in again."
    for issued in (None, "now", float("nan"), clock.now().timestamp() + 3_600):
        assert not standing(signed_in(iat=issued)).allowed


def test_a_person_is_the_same_by_issuer_and_subject(sign_in: None) -> None:
    first, renamed = standing(signed_in()).asker, standing(signed_in(name="Anna", email="ann@example.org")).asker
    elsewhere = standing(signed_in(iss="https://other.example.org")).asker
    assert first is not None
    assert renamed is not None
    assert elsewhere is not None
    assert first.key == renamed.key != elsewhere.key
    assert first.key == first.group


def test_claims_without_sign_in_set_up_are_nothing(public: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_RUN_USERS", "ann@example.org")
    assert standing(signed_in()).asker is None


def test_both_ways_stand_side_by_side(sign_in: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_RUN_TOKEN", TOKEN)
    assert standing(Visitor()).why == "This site is read-only until you sign in or enter the run token."
    eve = signed_in(email="eve@example.org")
    found = standing(Visitor(token=TOKEN, claims=eve.claims))
    assert found.allowed
    assert found.asker is not None
    assert found.asker.name == "eve@example.org"


SIGN_IN = {
    "FRAMESCOPE_SIGN_IN_URL": "https://id.example.org/.well-known/openid-configuration",
    "FRAMESCOPE_SIGN_IN_CLIENT": "framescope",
    "FRAMESCOPE_SIGN_IN_SECRET": "planted-client-secret",
    "FRAMESCOPE_SIGN_IN_COOKIE_SECRET": "planted-cookie-secret",
}


@pytest.mark.parametrize(
    ("changes", "public_url", "says"),
    [
        ({"FRAMESCOPE_SIGN_IN_CLIENT": ""}, "https://f.example.org", "FRAMESCOPE_SIGN_IN_CLIENT is not"),
        ({"FRAMESCOPE_SIGN_IN_COOKIE_SECRET": ""}, "https://f.example.org", "FRAMESCOPE_SIGN_IN_COOKIE_SECRET is not"),
        ({"FRAMESCOPE_SIGN_IN_SECRET": "has a space"}, "https://f.example.org", "FRAMESCOPE_SIGN_IN_SECRET must be"),
        ({"FRAMESCOPE_SIGN_IN_URL": "id.example.org"}, "https://f.example.org", "FRAMESCOPE_SIGN_IN_URL must be"),
        ({}, "", "FRAMESCOPE_PUBLIC_URL must be the https address"),
        ({}, "http://f.example.org", "FRAMESCOPE_PUBLIC_URL must be the https address"),
    ],
)
def test_sign_in_that_is_half_set_up_is_refused(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], public_url: str, says: str
) -> None:
    for name, value in (SIGN_IN | changes).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_sign_in().section(public_url)
    assert says in str(refused.value)
    assert "planted" not in str(refused.value)
    assert "has a space" not in str(refused.value)


def test_without_sign_in_there_is_nothing_to_hand_on() -> None:
    assert load_sign_in().section("") == {}
