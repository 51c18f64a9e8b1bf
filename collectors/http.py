"""The one HTTP client: paced, patient, bounded; every answer becomes a receipt before anything reads it."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import tenacity
import urllib3

from collectors.answers import (
    KEEPS_METHOD,
    REDIRECTS,
    Asked,
    TryAgain,
    broke_off,
    check_status,
    next_address,
    root_cause,
    same_origin,
)
from collectors.asking import Outgoing, Secret, kept_headers, quota_said, user_agent, validators
from collectors.body import Limits, TooLarge, UnknownCoding, read_body, read_excerpt
from collectors.deadline import CutOff
from collectors.errors import RetryLater, SkipItem, StopSource
from collectors.pacing import Pacer
from collectors.receipt import Answer, Keeper, Known, Receipt
from collectors.redact import Redactor
from db import clock

log = logging.getLogger(__name__)


@dataclass
class HttpClient:
    """Asks one source. ``about`` goes into each receipt: what it was asked for, so that a replay knows.

    ``sent`` counts all requests, ``again`` those among them that repeat one: tries, redirects, and a source's own.
    """

    source: str
    keeper: Keeper
    contact: str = ""
    interval_s: float = 0.0
    redactor: Redactor = field(default_factory=Redactor)
    limits: Limits = field(default_factory=Limits)
    offline: bool = False
    cookies: bool = False
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    about: dict[str, Any] = field(default_factory=dict)
    sent: int = field(default=0, init=False)
    again: int = field(default=0, init=False)
    kept: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Open the session: proxies and certificates from the environment, but no logins; cookies only if wanted."""
        self._pacer = Pacer(self.interval_s, self.clock, self.sleep)
        self._answered()
        self._session = requests.Session()
        self._cut_off = CutOff()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, self._cut_off)
        self._session.auth = _no_login
        if not self.cookies:
            self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        self._session.headers.update({"User-Agent": user_agent(self.contact), "Accept-Encoding": "gzip"})

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        secret_headers: Mapping[str, str] | None = None,
        secret_params: Mapping[str, str] | None = None,
        accept: frozenset[int] = frozenset(),
        max_bytes: int | None = None,
    ) -> Receipt:
        """Ask for an address and give the kept answer; its body is whole, and the status was 200 or 304.

        Statuses in ``accept`` are answers too, for a source that says in the body what is wrong; of those the body may
        be cut off. Secrets go into ``secret_headers``, or ``secret_params`` where the source knows no other way: no
        other host gets to see either, and no receipt holds them. Raises `RetryLater`, `SkipItem`, `StopSource`;
        `db.errors.StoreError` where the receipt cannot be kept.
        """
        secret = Secret(dict(secret_headers or {}), dict(secret_params or {}))
        return self._whole(url, params, headers, secret, max_bytes, accept=accept)

    def post(
        self,
        url: str,
        content: bytes,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        secret_headers: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
    ) -> Receipt:
        """Send a query that is too long for an address; as `get`, but never conditional. What is sent is kept."""
        return self._whole(url, params, headers, Secret(dict(secret_headers or {})), max_bytes, content)

    def _whole(
        self,
        url: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        secret: Secret,
        max_bytes: int | None,
        content: bytes | None = None,
        accept: frozenset[int] = frozenset(),
    ) -> Receipt:
        self.redactor = self.redactor.also(value.split()[-1] for value in secret.values())
        asked = self._address(url, params or {})
        request = Outgoing(asked, dict(headers or {}), secret, max_bytes or self.limits.max_bytes, content, accept)
        if self.clock() > self._silent_until:
            url = self.redactor.url(request.url)
            raise RetryLater(f"No answer came for {self.limits.silence_s:.0f} s. Collect again later", url=url)
        return self._tries(request, self.clock() + self.limits.total_s)

    def keep(self, url: str, body: bytes, *, method: str, content_type: str) -> Receipt:
        """Keep what was read on this machine as a receipt like any other; ``method`` says how, ``url`` what.

        Asks nobody. ``about`` goes along, so that a replay knows. Raises `db.errors.StoreError`.
        """
        answer = Answer(
            url=self.redactor.url(url),
            status=200,
            fetched_at=clock.now(),
            headers={"content-type": content_type},
            body=self.redactor.body(body),
            request=dict(self.about),
            method=method,
        )
        return self._stored(answer, unchanged=False)

    def hold(self, seconds: float) -> None:
        """Let the next request wait so many seconds from now at least: the source asked for it in a good answer."""
        self._pacer.hold(seconds)
        self._answered()

    def _answered(self, then_wait_s: float = 0.0) -> None:
        """Count the source's silence from now, or from the end of a pause that it asked for."""
        self._silent_until = self.clock() + max(then_wait_s, self._pacer.due_in()) + self.limits.silence_s

    def _address(self, url: str, params: Mapping[str, str]) -> str:
        """The address to ask, if it may be asked at all."""
        if self.offline:
            raise StopSource("Nothing is collected while FRAMESCOPE_OFFLINE is set. Unset it to collect")
        said = "".join([url, *params.values()])
        if "@" in url.partition("://")[2].partition("/")[0] or self.redactor.holds_secret(said):
            raise StopSource("A secret stands in the address. Pass it as a secret header", url=self.redactor.url(url))
        try:
            prepared = requests.Request("GET", url, params=dict(params)).prepare().url or ""
        except (requests.RequestException, ValueError):
            prepared = ""
        if not prepared.startswith(("http://", "https://")):
            raise StopSource("This is no address of the web. Check the address", url=self.redactor.url(url))
        return prepared

    def _tries(self, request: Outgoing, deadline: float) -> Receipt:
        def enough(state: tenacity.RetryCallState) -> bool:
            until = min(deadline, self._silent_until)
            return state.attempt_number >= self.limits.tries or self.clock() + state.upcoming_sleep > until

        try_ = 0
        try:
            for attempt in tenacity.Retrying(
                stop=enough,
                wait=self._pause,
                retry=tenacity.retry_if_exception_type(TryAgain),
                sleep=self.sleep,
                before_sleep=lambda state: self._say(request, state),
                reraise=True,
            ):
                with attempt:
                    try_ = attempt.retry_state.attempt_number
                    return self._follow(request, deadline, try_)
        except TryAgain as error:
            message = f"{error.why[:1].upper()}{error.why[1:]}. Collect again later"
            url = self.redactor.url(request.url)
            raise RetryLater(message, retry_after=error.wait_s, url=url, try_=try_, status=error.status) from None
        raise AssertionError("a try returns or raises")

    def _pause(self, state: tenacity.RetryCallState) -> float:
        """What the source asked for, else a pause that doubles; jitter keeps many from coming at once."""
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait_s if isinstance(error, TryAgain) else None
        if asked is not None:
            self._answered(then_wait_s=asked)
            return asked + random.uniform(0, 0.1 * self.limits.backoff_s)  # noqa: S311  # jitter, not a secret
        doubled = self.limits.backoff_s * 2.0 ** (state.attempt_number - 1)
        return min(self.limits.max_wait_s, doubled + random.uniform(0, self.limits.backoff_s))  # noqa: S311  # as above

    def _say(self, request: Outgoing, state: tenacity.RetryCallState) -> None:
        why = state.outcome.exception() if state.outcome else None
        url = self.redactor.url(request.url)
        log.info("%s: %s; asking again in %.1f s (%s)", self.source, why, state.upcoming_sleep, url)

    def _follow(self, request: Outgoing, deadline: float, try_: int) -> Receipt:
        for hop in range(self.limits.redirects + 1):
            receipt, location = self._ask(request, deadline, try_, repeats=try_ > 1 or hop > 0)
            if receipt.answer.status not in REDIRECTS:
                return receipt
            if request.content is not None and receipt.answer.status not in KEEPS_METHOD:
                message = "A redirect would lose the query that was sent. Check the address"
                raise StopSource(message, url=self.redactor.url(request.url), try_=try_, status=receipt.answer.status)
            request = self._redirected(request, location, try_)
        message = f"More than {self.limits.redirects} redirects. Check the address"
        raise StopSource(message, url=self.redactor.url(request.url), try_=try_)

    def _redirected(self, request: Outgoing, location: str | None, try_: int) -> Outgoing:
        try:
            target = next_address(request.url, location)
            if self.redactor.holds_secret(target) and not same_origin(request.url, target):
                raise ValueError("it would hand a secret to another host")
        except ValueError as error:
            message = f"A redirect is not followed: {self.redactor.text(str(error))}. Check the address"
            raise StopSource(message, url=self.redactor.url(request.url), try_=try_) from None
        return request.at(target, secrets=same_origin(request.url, target))

    def _ask(self, request: Outgoing, deadline: float, try_: int, *, repeats: bool) -> tuple[Receipt, str | None]:
        """Send one request, keep the answer, and judge it; gives also where a redirect leads."""
        self._pacer.wait()
        url = self.redactor.url(request.url)
        known = self.keeper.known(url) if request.content is None else None
        self.sent += 1
        self.again += repeats
        with self._cut_off.within(deadline - self.clock()), self._send(request, known, deadline) as response:
            if self.clock() >= deadline:  # headers that were cut off look like headers that ended
                raise TryAgain("no answer in time", status=response.status_code)
            receipt = self._keep(request, response, known, deadline, try_)
            if response.status_code == 304 and known is None:
                raise StopSource("Nothing changed, says the source, but nothing was known of it", url=url, try_=try_)
            if response.status_code not in REDIRECTS | request.accept:
                asked = Asked(url, try_, receipt.answer.fetched_at, receipt.body)
                if response.status_code < 500:
                    self._answered()
                check_status(response.status_code, response.headers, asked, self.limits.max_wait_s)
            return receipt, response.headers.get("Location")

    def _send(self, request: Outgoing, known: Known | None, deadline: float) -> requests.Response:
        headers = {**request.headers, **validators(known), **request.secret.headers}
        left = max(1.0, self._silent_until - self.clock())
        timeout = (min(left, self.limits.connect_s), max(0.1, min(self.limits.read_s, deadline - self.clock())))
        try:
            return self._session.request(
                request.method,
                request.url,
                params=request.secret.params,
                data=request.content,
                headers=headers,
                timeout=timeout,
                stream=True,
                allow_redirects=False,
            )
        except requests.exceptions.SSLError as error:
            if broke_off(error):
                raise TryAgain(f"no connection or no answer in time ({root_cause(error)})") from None
            why = f"The secure connection failed ({root_cause(error)}). Check the certificates and the clock"
        except (requests.exceptions.ConnectionError, requests.exceptions.Timeout) as error:
            raise TryAgain(f"no connection or no answer in time ({root_cause(error)})") from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
            why = f"The request cannot be sent ({type(error).__name__}). Check the address"
        # outside the handlers, so that no cause with the headers or the full address hangs on it
        raise StopSource(why, url=self.redactor.url(request.url))

    def _keep(
        self, request: Outgoing, response: requests.Response, known: Known | None, deadline: float, try_: int
    ) -> Receipt:
        unchanged = response.status_code == 304 and known is not None
        headers = kept_headers(response.headers, self.redactor)
        answer = Answer(
            url=self.redactor.url(request.url),
            status=response.status_code,
            fetched_at=clock.now(),
            headers=headers,
            body=known.body if unchanged and known else self._body(request, response, deadline, try_),
            request={**self.about, **request.kept(self.redactor), **quota_said(headers)},
            method=request.method,
        )
        return self._stored(answer, unchanged=unchanged)

    def _stored(self, answer: Answer, *, unchanged: bool) -> Receipt:
        receipt_id, sha256 = self.keeper.keep(answer)
        self.kept += 1
        return Receipt(receipt_id, sha256, answer, unchanged)

    def _body(self, request: Outgoing, response: requests.Response, deadline: float, try_: int) -> bytes:
        if response.status_code != 200:
            excerpt = read_excerpt(response, self.limits.max_error_bytes, deadline, self.clock)
            return self.redactor.body(excerpt)
        try:
            return self.redactor.body(read_body(response, request.max_bytes, deadline, self.clock))
        except TooLarge:
            message = f"The answer is larger than {request.max_bytes:,} bytes and was not read to its end"
            raise SkipItem(message, url=self.redactor.url(request.url), try_=try_, status=200) from None
        except UnknownCoding as error:
            message = f"The answer is compressed in a way that was not asked for ({str(error)!r}). Look for a proxy"
            raise StopSource(message, url=self.redactor.url(request.url), try_=try_, status=200) from None


def _no_login(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Stand in for a login, so that none is taken from a .netrc file."""
    return request
