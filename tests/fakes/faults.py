"""What can go wrong with any source's answers, on the wire and in what they say: explicit tuples, each by its name."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable
from typing import Any

from werkzeug import Response

from db import clock
from tests.fakes.asked import Asked, Misbehaviour
from tests.fakes.wire import Reply, message

HTML = b"<!DOCTYPE html><html><head><title>%s</title></head><body>%s</body></html>"
PORTAL = HTML % (b"Welcome", b"Please log in to the hotel's network to go on.")
CHALLENGE = HTML % (b"Just a moment...", b"Checking your browser before you go on.")
FAR = "http://localhost:9/elsewhere"
_JSON = "Content-Type: application/json"


def body_of(asked: Asked) -> bytes:
    """The honest body, decompressed."""
    return _plain(asked.honest())


def _plain(response: Response) -> bytes:
    body: bytes = response.get_data()
    return gzip.decompress(body) if response.headers.get("Content-Encoding") == "gzip" else body


def _raw(asked: Asked, change: Callable[[bytes], bytes], *headers: str, **more: Any) -> Reply:
    honest = asked.honest()
    kept = [f"{name}: {honest.headers[name]}" for name in ("Link", "ETag") if name in honest.headers]
    return Reply((message(change(_plain(honest)), *kept, *headers, **more),))


def says(status: str, body: bytes = b"{}", *headers: str) -> Callable[[Asked], Reply]:
    """The same answer to everything."""
    return lambda _: Reply((message(body, *headers, status=status),))


def _half(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _packed(change: Callable[[bytes], bytes], coding: str = "gzip") -> Callable[[Asked], Reply]:
    return lambda asked: _raw(asked, change, f"Content-Encoding: {coding}", _JSON)


def _raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def _flipped(body: bytes) -> bytes:
    packed = bytearray(gzip.compress(body))
    packed[-8] ^= 0xFF  # in the checksum
    return bytes(packed)


def _chunked(*chunks: bytes) -> Callable[[Asked], Reply]:
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    return lambda asked: Reply((head, *(chunk.replace(b"BODY", body_of(asked)[:200]) for chunk in chunks)))


def _flood(asked: Asked) -> Reply:
    """A body without an end, as far as anybody reads."""
    piece = b" " * 65_536
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    return Reply((head, *[b"10000\r\n" + piece + b"\r\n"] * 200))


def _to(place: str, status: str = "302 Found") -> Callable[[Asked], Reply]:
    return lambda _: Reply((message(b"", f"Location: {place}", status=status),))


def _round(asked: Asked) -> Reply:
    query = asked.request.query_string.decode()
    place = f"{asked.request.root_path}{asked.request.path}?{query}&turn={asked.number}"
    return Reply((message(b"", f"Location: {place}", status="307 Temporary Redirect"),))


def _reset_of(seconds: float, status: str = "403 Forbidden") -> Callable[[Asked], Reply]:
    """A quota that is used up until a time that no right clock would name."""

    def answer(_: Asked) -> Reply:
        headers = ("X-RateLimit-Remaining: 0", f"X-RateLimit-Reset: {clock.now().timestamp() + seconds:.0f}")
        return Reply((message(b'{"message": "API rate limit exceeded"}', *headers, status=status),))

    return answer


def rewritten(change: Callable[[Any], Any]) -> Callable[[Asked], Response | None]:
    """The honest answer with every value inside it changed; only where it is JSON."""

    def answer(asked: Asked) -> Response | None:
        response = asked.honest()
        if response.status_code != 200 or "json" not in response.headers.get("Content-Type", ""):
            return response
        packed = response.headers.get("Content-Encoding") == "gzip"
        said = json.loads(gzip.decompress(response.get_data()) if packed else response.get_data())
        changed = json.dumps(_walk(said, change))
        return Response(changed, 200, [each for each in response.headers if each[0] in ("Content-Type", "Link")])

    return answer


def _walk(said: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(said, dict):
        return {key: _walk(value, change) for key, value in said.items()}
    if isinstance(said, list):
        return [_walk(value, change) for value in said]
    return change(said)


def _numbers(change: Callable[[int], Any]) -> Callable[[Asked], Response | None]:
    def one(value: Any) -> Any:
        whole = isinstance(value, str) and re.fullmatch(r"[0-9]{1,7}|[0-9]{9,19}", value)
        if (isinstance(value, int) and not isinstance(value, bool)) or whole:
            changed = change(int(value))
            return str(changed) if whole and isinstance(changed, int) and abs(changed) < 10**19 else changed
        return value

    return rewritten(one)


def _later(value: Any) -> Any:
    return re.sub(r"^20\d\d(?=-|\d{6}$)", "2031", value) if isinstance(value, str) else value


def without(key: str) -> Callable[[Asked], Response | None]:
    """The honest answer without one of its fields, wherever it stands."""

    def strip(said: Any) -> Any:
        if isinstance(said, dict):
            return {name: strip(value) for name, value in said.items() if name != key}
        return [strip(each) for each in said] if isinstance(said, list) else said

    def answer(asked: Asked) -> Response | None:
        response = asked.honest()
        if response.status_code != 200 or "json" not in response.headers.get("Content-Type", ""):
            return response
        return Response(json.dumps(strip(json.loads(body_of(asked)))), 200, content_type="application/json")

    return answer


def _twice(asked: Asked) -> Response | None:
    """Every key of the outermost object twice, the second time with nothing behind it that is true."""
    body = body_of(asked)
    if not body.startswith(b"{"):
        return None
    said = json.loads(body)
    other = json.dumps(_walk(said, lambda value: value + 1 if isinstance(value, int) else value))
    return Response(body.rstrip()[:-1] + b", " + other[1:].encode(), 200, content_type="application/json")


def _spoiled(spelt: str) -> Callable[[Asked], Response | None]:
    """Every number of the honest answer written in a way that no number of ours can be."""

    def answer(asked: Asked) -> Response | None:
        body = body_of(asked)
        if not body.startswith((b"{", b"[")):
            return None
        said = re.sub(rb"(?<=: )-?\d+(?=[,}\]])", spelt.encode(), body)
        said = re.sub(rb'(?<=: )"\d{1,7}"(?=[,}\]])', b'"' + spelt.encode() + b'"', said)
        return Response(said, 200, content_type="application/json")

    return answer


def _all(
    name: str,
    answer: Callable[[Asked], Response | Reply | None],
    lasting: str = "unavailable",
) -> Misbehaviour:
    return Misbehaviour("all", name, answer, tuple(lasting.split("|")))


_READ = "failed|partial|unavailable"
_ITEM = "ok|partial|failed|skipped|unavailable"

SLOW = (
    _all("no answer in time", lambda _: Reply((b"",), pause_s=3.0)),
    _all("a dripping body", lambda _: Reply((message(b"", length=400), *[b" "] * 60), pause_s=0.1)),
    _all("dripping headers", lambda _: Reply((b"HTTP/1.1 200 OK\r\n", *[b"X-A: b\r\n"] * 90), pause_s=0.1)),
    _all("a dripping header line", lambda _: Reply((b"HTTP/1.1 200 OK\r\nX-A: ", *[b"a"] * 60), pause_s=0.1)),
    _all("a hundred interim answers", lambda _: Reply((b"HTTP/1.1 100 Continue\r\n\r\n",) * 100, pause_s=0.05)),
)
"""What takes for ever, where nothing bounds it."""

PASSING = (
    _all("a connection reset before the answer", lambda _: Reply(reset=True)),
    _all("a connection closed without a word", lambda _: Reply()),
    _all(
        "a connection reset in the middle",
        lambda asked: Reply((message(_half(body_of(asked)), length=10**5),), reset=True),
    ),
    _all("a body shorter than announced", lambda asked: _raw(asked, _half, _JSON, length=len(body_of(asked)))),
    _all("500", says("500 Internal Server Error")),
    _all("502 of a gateway, in HTML", says("502 Bad Gateway", CHALLENGE, "Content-Type: text/html")),
    _all("503", says("503 Service Unavailable", b"")),
    _all("504", says("504 Gateway Timeout", b"")),
    _all("522 of a gateway", says("522 Connection Timed Out", CHALLENGE)),
    _all("429 without a time", says("429 Too Many Requests", b"slow down")),
    _all("429 for a second", says("429 Too Many Requests", b"slow down", "Retry-After: 1")),
    _all("a thousand headers", says("200 OK", b"{}", *[f"X-{n}: {n}" for n in range(1_000)])),
    _all("a header line of a megabyte", says("200 OK", b"{}", f"X-A: {'a' * 10**6}")),
    _all("something that is not HTTP", lambda _: Reply((b"SSH-2.0-OpenSSH_9.9\r\n",))),
    _all("a chunk whose size is no number", _chunked(b"zz\r\nBODY\r\n0\r\n\r\n")),
    _all("a chunk of a negative size", _chunked(b"-5\r\nBODY\r\n0\r\n\r\n")),
    _all("chunks without an end", _chunked(b"5\r\n[1,2,\r\n")),
    _all("gzip cut off, its length right", _packed(lambda body: _half(gzip.compress(body)))),
    _all("gzip cut off within its checksum", _packed(lambda body: gzip.compress(body)[:-3])),
    _all("gzip with a wrong checksum", _packed(_flipped)),
    _all("gzip that is none", _packed(lambda body: body)),
    _all("gzip with rubbish behind it", _packed(lambda body: gzip.compress(body) + b"<html>")),
    _all("deflate cut off", _packed(lambda body: _half(zlib.compress(body)), "deflate")),
)
"""What shows itself to be broken before it is read, and may be gone a moment later."""

REFUSED = (
    _all("a captive portal with 200", says("200 OK", PORTAL, "Content-Type: text/html"), "failed"),
    _all("a challenge with 403", says("403 Forbidden", CHALLENGE, "Content-Type: text/html"), "failed"),
    _all("an empty body with 200", says("200 OK", b"", _JSON), _READ),
    _all("204", says("204 No Content", b""), "failed"),
    _all("206", says("206 Partial Content", b"{"), "failed"),
    _all("304 where nothing is known", says("304 Not Modified", b""), "failed"),
    _all("a status that does not exist", says("299 Whatever", b"{}"), "failed"),
    _all("404 for everything", says("404 Not Found", b"{}"), _ITEM),
    _all("truncated JSON, its length right", lambda asked: _raw(asked, _half, _JSON), _READ),
    _all("UTF-16", lambda asked: _raw(asked, lambda body: body.decode("latin-1").encode("utf-16"), _JSON), _READ),
    _all("Latin-1 with accents", lambda asked: _raw(asked, lambda body: body.replace(b"a", b"\xe4"), _JSON), _READ),
    _all("JSON nested a hundred thousand deep", says("200 OK", b'{"data":' + b"[" * 10**5, _JSON), _READ),
    _all("null", says("200 OK", b"null", _JSON), _READ),
    _all("brotli that nobody asked for", _packed(lambda body: body, "br"), "failed"),
    _all("a coding that does not exist", _packed(lambda body: body, "x-nonsense"), "failed"),
    _all("gzip within gzip", _packed(lambda body: gzip.compress(gzip.compress(body)), "gzip, gzip"), "failed"),
    _all("a gzip bomb", _packed(lambda _: gzip.compress(b" " * 10**7)), "failed"),
    _all("a body announced as enormous", lambda _: Reply((message(b"{", length=10**12),)), "failed"),
    _all("a body without an end", _flood, "failed"),
    _all("redirects without an end", _round, "failed"),
    _all("a redirect to a file", _to("file:///etc/passwd"), "failed"),
    _all("a redirect to FTP", _to("ftp://localhost/x"), "failed"),
    _all("a redirect to a scheme of its own", _to("framescope-app://open?x=1"), "failed"),
    _all("a redirect to data", _to("data:application/json,{}"), "failed"),
    _all("a redirect to a broken address", _to("http://[::1/x"), "failed"),
    _all("a redirect to a port that is none", _to("http://localhost:99999/x"), "failed"),
    _all("a redirect to nowhere", _to(""), "failed"),
    _all("a quota renewed in the past", _reset_of(-86_400)),
    _all("a quota renewed in a hundred years", _reset_of(3.2e9)),
    _all("429 until the past", _reset_of(-86_400, "429 Too Many Requests")),
)
"""What is whole, and refused for what it is."""

HARMLESS = (
    _all("deflate with its envelope", _packed(zlib.compress, "deflate"), "ok"),
    _all("deflate without it", _packed(_raw_deflate, "deflate"), "ok"),
    _all("gzip in two members", _packed(lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:])), "ok"),
    _all("a byte-order mark", lambda asked: _raw(asked, lambda body: b"\xef\xbb\xbf" + body, _JSON), "ok"),
)
"""What is unusual and still says what it says: the outcome is that of an honest answer."""

UNTRUE = (
    _all("negative counts", _numbers(lambda value: -value - 1), _ITEM),
    _all("counts of four hundred digits", _numbers(lambda value: 10**400 + value), _ITEM),
    _all("null for every number", _numbers(lambda _: None), _ITEM),
    _all("fractions for whole numbers", _numbers(lambda value: value + 0.5), _ITEM),
    _all("text for numbers", _numbers(lambda value: f"about {value}"), _ITEM),
    _all("dates in the future", rewritten(_later), _ITEM),
    _all("NaN", _spoiled("NaN"), _ITEM),
    _all("Infinity", _spoiled("-Infinity"), _ITEM),
    _all("1e400", _spoiled("1e400"), _ITEM),
    _all("a number of ten thousand digits", _spoiled("9" * 10_000), _ITEM),
    _all("every key twice", _twice, _ITEM),
)
"""What can be read and cannot be true: nothing of it may be stored."""

EVERYWHERE = (*SLOW, *PASSING, *REFUSED, *HARMLESS, *UNTRUE)
