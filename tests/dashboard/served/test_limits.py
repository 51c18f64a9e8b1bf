"""A client that asks too often waits, and nobody else does."""

import requests

from dashboard.served.limits import BURST, Buckets, client_of
from tests.dashboard.served.conftest import client


def test_a_bucket_is_emptied_filled_again_and_never_overflows() -> None:
    now = [100.0]
    buckets = Buckets(3, 2.0, clock=lambda: now[0])
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert buckets.take("b") == 0
    now[0] += 0.5
    assert [buckets.take("a"), buckets.take("a")] == [0, 0.5]
    now[0] += 3_600
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_only_so_many_clients_are_remembered() -> None:
    buckets = Buckets(1, 0.001, most=2, clock=lambda: 0.0)
    assert [buckets.take(name) for name in "abc"] == [0, 0, 0]
    assert buckets.take("c") > 0
    assert buckets.take("a") == 0, "the one seen longest ago is forgotten, and begins anew"


def test_a_network_of_ipv6_is_one_client() -> None:
    told = [client_of({"client": (host, 1)}) for host in ("2001:db8:1:2::3", "2001:db8:1:2:ffff::", "2001:db8:1:3::3")]
    assert told[0] == told[1] != told[2]
    assert client_of({"client": ("::ffff:192.0.2.1", 1)}) == client_of({"client": ("192.0.2.1", 2)})
    assert client_of({"client": None}) == "unknown"


def test_who_asks_too_often_is_told_to_wait_and_others_are_not(served_site: str) -> None:
    hasty = client(served_site)
    answers: list[requests.Response] = []
    while len(answers) < 20 * BURST and (not answers or answers[-1].status_code == 404):
        answers.append(hasty("/badge/none"))
    told = answers[-1]
    assert told.status_code == 429
    assert len(answers) > BURST
    assert int(told.headers["retry-after"]) >= 1
    assert "do" in told.json()
    assert client(served_site)("/badge/none").status_code == 404
    assert hasty("/health").status_code == 200, "who watches the site is not counted"
