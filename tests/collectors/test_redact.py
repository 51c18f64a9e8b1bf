"""No secret survives redaction, whatever it looks like and wherever it stands; Retry-After never breaks a run."""

import json
import string
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.redact import MARK, Redactor, is_secret_name
from collectors.retry_after import retry_after_seconds

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PRINTABLE = "".join(chr(code) for code in range(33, 127))
secrets = st.text(alphabet=PRINTABLE, min_size=8, max_size=40).filter(lambda text: text not in MARK)
words = st.text(alphabet=string.ascii_letters + string.digits + "-._ ~é中&=?#/", max_size=20)


@given(secret=secrets, before=words, after=words)
def test_a_known_value_leaves_no_text(secret: str, before: str, after: str) -> None:
    redactor = Redactor([secret])
    encoded = quote(secret, safe="")
    for form in (secret, encoded, encoded.replace("%2F", "%2f"), quote(encoded), json.dumps(secret)[1:-1]):
        assert form not in redactor.text(f"{before} {form} {after}")
    assert secret.encode() not in redactor.body(f"{before} {secret} {after}".encode())


@given(secret=secrets, name=st.sampled_from(["q", "key", "x"]), rest=words)
def test_a_known_value_leaves_no_address(secret: str, name: str, rest: str) -> None:
    query = urlencode({name: secret, "rest": rest})
    redacted = Redactor([secret]).url(f"https://me:{quote(secret, safe='')}@host.example/a/{quote(secret)}?{query}#x")
    assert quote(secret, safe="") not in redacted.replace(urlencode({"rest": rest}), "")
    assert urlsplit(redacted).username is None


@given(value=st.text(min_size=1, max_size=30), rest=words)
def test_an_unknown_value_of_a_telling_name_leaves_the_address_and_the_rest_stays(value: str, rest: str) -> None:
    query = urlencode({"rest": rest, "api_key": value}, errors="replace")
    redacted = Redactor().url(f"https://host.example/a?{query}")
    assert dict(parse_qsl(urlsplit(redacted).query, keep_blank_values=True)) == {"rest": rest, "api_key": MARK}


@given(text=st.text(max_size=200))
def test_any_text_can_be_redacted(text: str) -> None:
    redactor = Redactor(["a-secret-value"])
    assert redactor.url(text) == redactor.url(redactor.url(text))
    assert redactor.text(text) == redactor.text(redactor.text(text))


@pytest.mark.parametrize("url", ["https://host.example/a?b=c&d=%20e", "https://host.example/?keyword=x&sort=stars"])
def test_an_address_without_secrets_stays_as_it_is(url: str) -> None:
    assert Redactor(["a-secret-value"]).url(url) == url


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        *[
            (name, True)
            for name in ("key", "KEY", "api_key", "apikey", "accessToken", "X-Amz-Signature", "client_secret")
        ],
        *[(name, True) for name in ("token", "private-token", "auth", "password", "sig")],
        *[(name, False) for name in ("keyword", "author", "monkey", "tokens", "page", "sort", "design")],
    ],
)
def test_names_that_tell_a_secret(name: str, secret: bool) -> None:
    assert is_secret_name(name) is secret


def test_a_redactor_does_not_show_what_it_knows() -> None:
    assert "hunter2hunter2" not in repr(Redactor(["hunter2hunter2"]))


@given(header=st.one_of(st.none(), st.text(max_size=60), st.integers().map(str), st.floats().map(str)))
def test_any_retry_after_is_read_or_left(header: str | None) -> None:
    seconds = retry_after_seconds(header, NOW)
    assert seconds is None or 0 <= seconds < 1e16


@given(seconds=st.integers(0, 10**9))
def test_seconds_are_seconds_and_dates_are_distances(seconds: int) -> None:
    assert retry_after_seconds(f" {seconds} ", NOW) == seconds
    assert retry_after_seconds(format_datetime(NOW + timedelta(seconds=seconds), usegmt=True), NOW) == seconds
    assert retry_after_seconds(format_datetime(NOW - timedelta(seconds=seconds), usegmt=True), NOW) == 0


@pytest.mark.parametrize("header", [None, "", "-1", "1.5", "soon", "٣", "1e3", "Fri, 99 Foo 2026"])
def test_what_means_nothing_is_no_wait(header: str | None) -> None:
    assert retry_after_seconds(header, NOW) is None
