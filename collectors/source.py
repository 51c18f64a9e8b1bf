"""What a source is: how it is asked, how its answers are read, and what it costs; see docs/adding-a-source.md."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError

from catalog.models import System
from collectors.body import Limits
from collectors.budget import Calls
from collectors.errors import StopSource, Unreadable
from collectors.http import HttpClient
from collectors.receipt import Receipt
from db.records import Observation, Release

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a source is asked about, written whole or not at all; ``detail`` is what `parse` needs to know."""

    name: str
    system: str
    detail: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As it stands in a receipt, for a replay."""
        return {**asdict(self), "detail": dict(self.detail)}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Item:
        """As a receipt has it."""
        return cls(str(kept["name"]), str(kept["system"]), dict(kept.get("detail") or {}))


@dataclass(frozen=True, slots=True)
class Request:
    """What a run wants: from where, of which systems, since when; ``cursor(key)`` is where an earlier run left off.

    ``folder`` is the directory to read, for a source that has one.
    """

    base_url: str
    systems: Sequence[System]
    since: date | None = None
    secret: SecretStr | None = None
    cursor: Callable[[str], str | None] = lambda _key: None
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """All that `parse` may know beside the body: what was asked for, where, and when the answer came (UTC).

    ``quota`` holds the answer's headers about a quota, by their names in lower case; a receipt has them under
    ``request["quota"]``. They may go into a cursor, never into a figure.
    """

    item: Item
    url: str
    fetched_at: datetime
    quota: Mapping[str, str] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """The UTC day the answer came on."""
        return self.fetched_at.astimezone(UTC).date()


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one body says; ``cursors`` are written in the transaction of the rest.

    ``missing`` names what the body should have told and did not, with the reason: the rest is written, and the run is
    ``partial``. ``notes`` are for the run's message and change nothing else. Where ``takes_over``, its primary series
    replace the source's earlier ones of the same metrics and systems as those that a chart shows first.
    """

    observations: tuple[Observation, ...] = ()
    releases: tuple[Release, ...] = ()
    cursors: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    takes_over: bool = False

    def joined(self, other: Parsed) -> Parsed:
        """What two parts of one body say together."""
        return Parsed(
            self.observations + other.observations,
            self.releases + other.releases,
            {**self.cursors, **other.cursors},
            {**self.missing, **other.missing},
            self.notes + other.notes,
            self.takes_over or other.takes_over,
        )


@dataclass(frozen=True, slots=True)
class Source:
    """A source by its stable name, with its cost in requests and its three functions.

    ``plan`` lists the items of a run, without asking anybody. ``fetch`` asks for one item, through the client it is
    given and nothing else. ``parse`` is pure; it raises `StopSource` for a form it does not know and `SkipItem` for
    one item that cannot be true. ``secret`` names the field of the settings that holds the key.

    Where an item takes several requests whose answers only mean something together (the pages of a list, the parts of
    a sum), ``parse_all`` is given all of them, in the order asked, instead of ``parse`` one by one; it is pure too, and
    raises `SkipItem` where some are missing. ``limits`` are for a source that needs others than the usual ones.

    ``calls`` predicts the requests of an item that takes other than one. ``lag_days`` is how old the newest period
    usually gets, in days after its end, before the source tells a newer one; None where it tells of periods only when
    something happened, so that old ones say nothing.

    A source that reads a directory of this machine names in ``folder`` the field of the settings that holds it, and
    keeps what it read with `HttpClient.keep`; it is disabled where that is not set.

    ``progress`` tells the cursors that say "all up to here was read": of a run that was told since when, they would say
    it wrongly, and are not kept.

    A source with ``imported`` is fed by hand, by ``framescope import`` or another ``command``; it is asked only where
    the setting named by ``live`` is on, if there is one. ``cookies`` lets the server set some, which are forgotten with
    the run.
    """

    name: str
    title: str
    metrics: tuple[str, ...]
    cadence_hours: float
    licence: str
    docs: str
    calls_backfill: int
    calls_daily: int
    interval_s: float
    base_url: Callable[[], str]
    plan: Callable[[Request], Sequence[Item]]
    fetch: Callable[[HttpClient, Request, Item], Iterator[Receipt]]
    parse: Callable[[bytes, Context], Parsed]
    key: Literal["none", "optional", "required"] = "none"
    secret: str | None = None
    parse_all: Callable[[Sequence[tuple[bytes, Context]]], Parsed] | None = None
    limits: Limits | None = None
    calls: Callable[[Item], Calls] | None = None
    progress: Callable[[str], bool] | None = None
    lag_days: float | None = None
    folder: str | None = None
    imported: bool = False
    command: str = "import FILE"
    live: str | None = None
    cookies: bool = False

    def read(self, answers: Sequence[tuple[bytes, Context]], *, since: bool = False) -> list[Parsed]:
        """What the answers of one item say, one result each; said together, it stands with the last of them.

        ``since`` is whether the run was told since when to read.
        """
        if self.parse_all is None or not answers:
            read = [self.parse(body, context) for body, context in answers]
        else:
            read = [*(Parsed() for _ in answers[1:]), self.parse_all(answers)]
        if not since or self.progress is None:
            return read
        return [replace(one, cursors={k: v for k, v in one.cursors.items() if not self.progress(k)}) for one in read]


def read_json(model: type[Model], body: bytes, context: Context) -> Model:
    """Read a JSON body into a model of what is expected.

    Raises `StopSource` saying what came instead, and `Unreadable` for a body that is no JSON or contradicts itself.
    """
    body = body.removeprefix(BOM_UTF8)
    try:
        found = model.model_validate_json(body)
        json.loads(body, object_pairs_hook=_once)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "json_invalid" and body.lstrip()[:1] != b"<":
            why = "The answer is not valid JSON. Nothing of it was kept; look at its receipt"
            raise Unreadable(why, url=context.url) from None
        if first["type"] == "json_invalid":
            why = "A web page came instead of JSON, perhaps of a login or of maintenance. Open the address and look"
        else:
            where = ".".join(str(part)[:80] for part in first["loc"]) or "the whole"
            why = f"The answer has an unknown form at {where} ({first['msg']}). The interface may have changed"
        raise StopSource(why, url=context.url) from None
    except (ValueError, RecursionError) as error:
        why = f"The answer can be read in two ways ({error}). Nothing of it was kept; look at its receipt"
        raise Unreadable(why, url=context.url) from None
    return found


def _once(pairs: list[tuple[str, Any]]) -> None:
    """Refuse an object that says two things under one name: which of them is meant, nobody knows (RFC 8259, 4)."""
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:80]!r} is there twice")
