"""The client against a server on the loopback that does everything servers do wrong."""

import gzip
import hashlib
import json
import logging
import pickle
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from collectors.answers import next_address, same_origin
from collectors.body import Limits
from collectors.errors import CollectError, RetryLater, SkipItem, StopSource
from collectors.http import HttpClient
from collectors.receipt import Answer, Known
from collectors.redact import Redactor
from db import clock
from tests.fakes.wire import Reply, message, wire

SECRET = "s3cr3t-planted/value+x"
OK = message(b'{"fine": true}', "Content-Type: application/json")


@dataclass
class Shelf:
    """A keeper in memory."""

    kept: list[Answer] = field(default_factory=list)
    well: dict[str, Known] = field(default_factory=dict)

    def known(self, url: str) -> Known | None:
        return self.well.get(url)

    def keep(self, answer: Answer) -> tuple[int, str]:
        self.kept.append(answer)
        return len(self.kept), hashlib.sha256(answer.body).hexdigest()


@dataclass
class Hours:
    """A clock that sleeping moves, and nothing else."""

    now: float = 1_000.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


Make = Callable[..., HttpClient]


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def make(home: Path, hours: Hours, shelf: Shelf) -> Iterator[Make]:
    made: list[HttpClient] = []

    def client(**given: object) -> HttpClient:
        defaults: dict[str, object] = {"clock": hours.clock, "sleep": hours.sleep, "redactor": Redactor([SECRET])}
        made.append(HttpClient("made", shelf, **(defaults | given)))  # type: ignore[arg-type]  # keywords by name
        return made[-1]

    yield client
    for each in made:
        each.close()


def test_an_answer_is_kept_with_what_was_asked(make: Make, shelf: Shelf) -> None:
    client = make(contact="someone@example.org", about={"item": {"name": "torch"}})
    with wire(message(b'{"fine": true}', "Content-Type: application/json", 'ETag: "a"')) as served:
        receipt = client.get(served.url, params={"page": "2"}, headers={"Accept": "application/json"})
        request = served.requests[0].decode()
    assert receipt.body == b'{"fine": true}'
    assert shelf.kept == [receipt.answer]
    assert receipt.answer.url == f"{served.url}?page=2"
    assert receipt.answer.request == {"item": {"name": "torch"}, "headers": {"Accept": "application/json"}}
    assert receipt.answer.headers == {"content-type": "application/json", "etag": '"a"'}
    assert "User-Agent: framescope/" in request
    assert "(+someone@example.org)" in request
    assert (client.sent, client.kept) == (1, 1)


def test_busy_then_fine_is_asked_again_with_growing_pauses(make: Make, shelf: Shelf, hours: Hours) -> None:
    busy = message(b"wait", status="503 Busy")
    with wire(busy, busy, OK) as served:
        assert make().get(served.url).body == b'{"fine": true}'
    assert [answer.status for answer in shelf.kept] == [503, 503, 200]
    assert len(hours.slept) == 2
    assert 1 <= hours.slept[0] <= 2 <= hours.slept[1] <= 3


@pytest.mark.parametrize("status", ["202 Computing", "429 Many", "500 No", "502 No", "503 No", "504 No"])
def test_what_stays_busy_is_left_for_later(make: Make, status: str) -> None:
    with wire(message(b"", status=status)) as served, pytest.raises(RetryLater) as caught:
        make().get(served.url)
    assert len(served.requests) == 4
    assert (caught.value.try_, caught.value.status) == (4, int(status[:3]))
    assert "Collect again later" in str(caught.value)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("404 No", SkipItem),
        ("410 Gone", SkipItem),
        ("401 Who", StopSource),
        ("403 No", StopSource),
        ("400 Bad", StopSource),
        ("451 Law", StopSource),
        ("204 Nothing", StopSource),
        ("304 Same", StopSource),
        ("408 Slow", RetryLater),
    ],
)
def test_a_refusal_is_asked_once_and_kept(make: Make, shelf: Shelf, status: str, kind: type[CollectError]) -> None:
    body = b"" if status[:3] in ("204", "304") else b'{"message": "why"}'
    with wire(message(body, status=status)) as served, pytest.raises(kind) as caught:
        make().get(served.url)
    assert len(served.requests) == 1
    assert [(kept.status, kept.body) for kept in shelf.kept] == [(int(status[:3]), body)]
    assert caught.value.url == served.url


def test_retry_after_in_seconds_is_waited_for(make: Make, hours: Hours) -> None:
    with wire(message(b"", "Retry-After: 7", status="429 Many"), OK) as served:
        make().get(served.url)
    assert 7 <= hours.slept[0] <= 7.2


def test_retry_after_as_a_date_is_waited_for(make: Make, hours: Hours) -> None:
    date = format_datetime(clock.now() + timedelta(seconds=30), usegmt=True)
    with wire(message(b"", f"Retry-After: {date}", status="503 Busy"), OK) as served:
        make().get(served.url)
    assert 25 <= hours.slept[0] <= 31


@pytest.mark.parametrize("absurd", ["99999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_an_absurd_retry_after_is_not_waited_for(make: Make, hours: Hours, absurd: str) -> None:
    reply = message(b"", f"Retry-After: {absurd}", status="429 Many")
    with wire(reply) as served, pytest.raises(RetryLater) as caught:
        make().get(served.url)
    assert hours.slept == []
    assert caught.value.retry_after is not None
    assert caught.value.retry_after > 60


@pytest.mark.parametrize("header", ["Retry-After: 120", "X-RateLimit-Remaining: 0"])
def test_a_403_for_a_used_up_quota_is_for_later(make: Make, header: str) -> None:
    reply = message(b"", header, "X-RateLimit-Reset: 99999999999", status="403 No")
    with wire(reply) as served, pytest.raises(RetryLater) as caught:
        make().get(served.url)
    assert caught.value.retry_after is not None
    assert caught.value.retry_after >= 120


def test_the_whole_takes_no_longer_than_its_limit(make: Make, hours: Hours) -> None:
    busy = message(b"", "Retry-After: 50", status="503 Busy")
    with wire(busy) as served, pytest.raises(RetryLater):
        make(limits=Limits(total_s=120, tries=99)).get(served.url)
    assert hours.now - 1_000 <= 120
    assert len(served.requests) == 3


def test_a_source_that_never_answers_is_given_up_after_its_silence(make: Make, hours: Hours, free_port: int) -> None:
    client = make(limits=Limits(silence_s=5.0, backoff_s=2.0, tries=9))
    for _ in range(50):
        with pytest.raises(RetryLater) as caught:
            client.get(f"http://127.0.0.1:{free_port}/")
        hours.now += 1.0  # what a connection takes that comes to nothing
    assert client.sent <= 6
    assert "No answer came for 5 s" in caught.value.message


def test_a_source_that_answers_is_never_given_up(make: Make, hours: Hours) -> None:
    client = make(limits=Limits(silence_s=5.0))
    with wire(OK) as served:
        for _ in range(5):
            hours.now += 4.0
            client.get(served.url)
    assert (client.sent, client.again) == (5, 0)


def test_requests_keep_their_distance(make: Make, hours: Hours) -> None:
    client = make(interval_s=2.5)
    with wire(OK) as served:
        for _ in range(3):
            client.get(served.url)
    assert hours.slept == [2.5, 2.5]


@pytest.mark.parametrize(
    "broken",
    [
        Reply((message(b'{"half": ', length=1_000),)),
        Reply((message(b"", length=1_000),)),
        Reply(reset=True),
        Reply((message(b'{"ha', length=1_000),), reset=True),
        Reply((b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nhalf",)),
        Reply((message(b"this is no gzip", "Content-Encoding: gzip"),)),
        Reply((b"nonsense that is no HTTP\r\n\r\n",)),
    ],
    ids=["truncated", "empty", "reset", "reset in the body", "truncated chunk", "not gzip", "not http"],
)
def test_a_broken_answer_is_asked_for_again_and_never_kept(make: Make, shelf: Shelf, broken: Reply) -> None:
    with wire(broken, OK) as served:
        assert make().get(served.url).body == b'{"fine": true}'
    assert [answer.body for answer in shelf.kept] == [b'{"fine": true}']


def test_a_body_that_drips_is_given_up_in_time(make: Make) -> None:
    drip = Reply((message(b"", length=1_000), *[b"x"] * 100), pause_s=0.05)
    client = make(clock=time.monotonic, sleep=time.sleep, limits=Limits(total_s=0.5, read_s=5))
    started = time.monotonic()
    with wire(drip) as served, pytest.raises(RetryLater, match="too slowly"):
        client.get(served.url)
    assert time.monotonic() - started < 2


def test_a_server_that_says_nothing_is_given_up_in_time(make: Make) -> None:
    client = make(limits=Limits(read_s=0.2, tries=2))
    with wire(Reply((b"x",), pause_s=1)) as served, pytest.raises(RetryLater, match="no answer in time"):
        client.get(served.url)


def test_nobody_listening_is_for_later(make: Make, free_port: int) -> None:
    with pytest.raises(RetryLater, match="refused") as caught:
        make().get(f"http://127.0.0.1:{free_port}/")
    assert caught.value.try_ == 4


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "unannounced"])
def test_an_oversized_body_is_skipped(make: Make, shelf: Shelf, announced: bool) -> None:
    body = b"x" * 200_000
    plain = message(body) if announced else b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body
    with wire(plain) as served, pytest.raises(SkipItem, match="larger than 100,000 bytes"):
        make().get(served.url, max_bytes=100_000)
    assert shelf.kept == []


def test_a_gzip_bomb_is_stopped_before_it_fills_the_memory(make: Make) -> None:
    bomb = gzip.compress(b"\0" * 200_000_000)
    tracemalloc.start()
    try:
        with wire(message(bomb, "Content-Encoding: gzip")) as served, pytest.raises(SkipItem, match="larger"):
            make().get(served.url, max_bytes=1_000_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


def test_what_is_known_is_asked_for_only_if_changed(make: Make, shelf: Shelf) -> None:
    with wire(message(b"", status="304 Not Modified")) as served:
        shelf.well[served.url] = Known(b"earlier", '"v1"', "Sat, 01 Jan 2022 00:00:00 GMT")
        receipt = make().get(served.url)
        request = served.requests[0].decode()
    assert (receipt.body, receipt.unchanged, receipt.answer.status) == (b"earlier", True, 304)
    assert 'If-None-Match: "v1"' in request
    assert "If-Modified-Since: Sat, 01 Jan 2022 00:00:00 GMT" in request


def test_a_redirect_to_another_host_takes_no_secret_along(make: Make, shelf: Shelf) -> None:
    with wire(OK) as other:
        elsewhere = message(b"", f"Location: {other.url}x?access_token=abc", status="302 Found")
        with wire(message(b"", "Location: /here", status="301 Moved"), elsewhere) as first:
            receipt = make().get(first.url, secret_headers={"Authorization": f"Bearer {SECRET}"})
            at_first = [SECRET.encode() in request for request in first.requests]
    assert receipt.body == b'{"fine": true}'
    assert at_first == [True, True]
    assert [SECRET.encode() in request for request in other.requests] == [False]
    assert b"access_token=abc" in other.requests[0]
    assert receipt.answer.url.endswith("x?access_token=redacted")
    assert [answer.status for answer in shelf.kept] == [301, 302, 200]


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "javascript:alert(1)",
        "http://user:hunter2@127.0.0.1/",
        "http://user@127.0.0.1/",
        "http://[",
        "",
    ],
)
def test_a_redirect_to_somewhere_strange_is_not_followed(make: Make, location: str) -> None:
    with wire(message(b"", f"Location: {location}", status="302 Found")) as served, pytest.raises(StopSource) as caught:
        make().get(served.url)
    assert len(served.requests) == 1
    assert "hunter2" not in str(caught.value)


def test_a_circle_of_redirects_ends(make: Make) -> None:
    with (
        wire(message(b"", "Location: /again", status="302 Found")) as served,
        pytest.raises(StopSource, match="5 redirects"),
    ):
        make().get(served.url)
    assert len(served.requests) == 6


def test_https_is_not_left_for_http() -> None:
    with pytest.raises(ValueError, match="https to http"):
        next_address("https://a.example/x", "http://a.example/x")
    assert same_origin("https://a.example/x", "https://a.example:443/y")
    assert not same_origin("https://a.example/", "https://a.example:8443/")


def test_offline_touches_no_network(make: Make) -> None:
    with wire(OK) as served, pytest.raises(StopSource, match="FRAMESCOPE_OFFLINE"):
        make(offline=True).get(served.url)
    assert served.requests == []


@pytest.mark.parametrize("where", ["?q=", "path/", "login"])
def test_a_secret_in_the_address_is_never_sent(make: Make, where: str) -> None:
    with wire(OK) as served:
        login = served.url.replace("http://", f"http://me:{SECRET}@")
        url = login if where == "login" else f"{served.url}{where}{SECRET}"
        with pytest.raises(StopSource, match="secret header") as caught:
            make().get(url)
    assert served.requests == []
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("url", ["http://", "gopher://127.0.0.1/", "no address", "http://a..b/", "http://[x]/"])
def test_an_address_that_is_none_stops_the_source(make: Make, url: str) -> None:
    with pytest.raises(StopSource, match="Check the address"):
        make().get(url)


def test_a_planted_secret_is_in_nothing_that_is_kept_or_said(
    make: Make, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = json.dumps({"message": f"bad token {SECRET}", "next": f"http://x/?key={SECRET}"}).encode()
    replies = [
        message(told, f'ETag: "{SECRET}"', f"Link: <http://x/?t={SECRET}>", status="503 Busy"),
        message(told, status="401 Who"),
    ]
    with wire(*replies) as served, pytest.raises(StopSource) as caught:
        make().get(served.url, secret_headers={"Authorization": f"Bearer {SECRET}"})
    everything = f"{shelf.kept!r}{caught.value!s}{caught.value!r}{caplog.text}{pickle.dumps(caught.value)!r}"
    assert b"bad token redacted" in shelf.kept[0].body
    for form in (SECRET, SECRET.replace("/", "%2F").replace("+", "%2B")):
        assert form not in everything
    assert SECRET.encode() in served.requests[0]


def test_no_cookie_and_no_login_file_is_used(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hush\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    client = make()
    with wire(message(b"{}", "Set-Cookie: track=1")) as served:
        client.get(served.url)
        client.get(served.url)
    assert not any(b"Authorization" in request or b"Cookie" in request for request in served.requests)


def test_errors_survive_a_pickle_with_all_they_know() -> None:
    error = RetryLater("Wait", retry_after=3.0, url="http://x/", try_=2, status=503)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # made here
    assert isinstance(again, RetryLater)
    assert (str(again), again.retry_after, again.try_) == (str(error), 3.0, 2)
    assert str(error) == "Wait (HTTP 503, try 2, http://x/)"
