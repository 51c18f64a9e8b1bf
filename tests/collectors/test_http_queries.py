"""Quotas as sources really announce them, and queries that are sent instead of asked for by address."""

from pathlib import Path

import pytest

from collectors.errors import RetryLater, StopSource
from collectors.http import HttpClient
from collectors.receipt import Known
from collectors.redact import Redactor
from tests.collectors.test_http import OK, SECRET, Shelf
from tests.fakes.wire import message, wire


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def client(home: Path, shelf: Shelf) -> HttpClient:
    return HttpClient("made", shelf, redactor=Redactor([SECRET]), sleep=lambda _: None)


def test_a_429_that_names_the_renewal_of_its_quota_is_not_asked_again_at_once(client: HttpClient) -> None:
    reply = message(b"", "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 99999999999", status="429 Slow")
    with wire(reply) as served, pytest.raises(RetryLater) as caught:
        client.get(served.url)
    assert len(served.requests) == 1
    assert caught.value.retry_after is not None
    assert caught.value.retry_after > 3600


def test_a_renewal_in_seconds_from_now_is_read_as_such(client: HttpClient) -> None:
    reply = message(b"", "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 7200", status="403 No")
    with wire(reply) as served, pytest.raises(RetryLater) as caught:
        client.get(served.url)
    assert caught.value.retry_after == 7200


def test_a_403_that_speaks_of_a_rate_limit_without_any_header_is_for_later(client: HttpClient) -> None:
    reply = message(b'{"message": "You have exceeded a secondary rate limit."}', status="403 Forbidden")
    with wire(reply) as served, pytest.raises(RetryLater) as caught:
        client.get(served.url)
    assert caught.value.retry_after == 60


def test_a_query_is_sent_whole_kept_and_never_conditional(client: HttpClient, shelf: Shelf) -> None:
    with wire(OK) as served:
        shelf.well[served.url] = Known(b"old", '"a"', None)
        client.post(served.url, f"select '{SECRET}'".encode(), headers={"Content-Type": "text/plain"})
        request = served.requests[0].decode()
    assert request.startswith("POST ")
    assert request.endswith(f"select '{SECRET}'")
    assert "If-None-Match" not in request
    assert shelf.kept[0].method == "POST"
    assert shelf.kept[0].request["content"] == "select 'redacted'"


@pytest.mark.parametrize(("status", "stops"), [("301 Moved", True), ("307 Elsewhere", False)])
def test_a_redirect_never_turns_a_query_into_something_else(client: HttpClient, status: str, stops: bool) -> None:
    with wire(message(b"", "Location: /there", status=status), OK) as served:
        if stops:
            with pytest.raises(StopSource, match="would lose the query"):
                client.post(served.url, b"select 1")
        else:
            client.post(served.url, b"select 1")
            assert served.requests[1].startswith(b"POST /there")
            assert served.requests[1].endswith(b"select 1")
