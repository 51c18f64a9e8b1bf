"""Packages read by ``framescope api``, ``models`` and ``cuda``: an interface's size, kernels, models, CUDA versions.

What the numbers mean. ``public_names`` counts names in public namespaces by the typing specification's rule, read from
the files of the installed package, or from a wheel without installing it: a wheel's figure stands at the day it was
uploaded. ``kernels`` counts operators that have an implementation for the processor, as the installed framework itself
lists them. ``models_shipped`` counts models by each library's own rule, which the receipt names.

What they do not mean. An alias counts as often as it is offered: TensorFlow repeats its whole interface beneath
tf.compat, which is why the interface without it is a series of its own. Members of classes are not counted. Names that
are bound while a package is imported are seen only where a stub lists them: such counts are ``lower_bound``.

Nothing is asked here: the commands ask the package index, and keep what they read as receipts of this source.
Documentation: https://typing.python.org/en/latest/spec/distributing.html (public and private symbols).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from catalog.kernels import HEADLINES
from collectors.http import HttpClient
from collectors.receipt import Receipt
from collectors.source import Context, Item, Parsed, Request, Source, read_json
from db.records import Observation, Status

NAME = "wheels"
Count = Annotated[int, Field(ge=0, le=10_000_000)]


class _Reading(BaseModel):
    """One document; what is not needed for a figure is left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    kind: Literal["names", "kernels", "models", "cuda"]
    framework: str
    version: str
    package: str = ""
    origin: str = "installed"
    released: date | None = None
    names: dict[str, list[str]] = {}
    apart: tuple[str, ...] = ()
    missing: str = ""
    dynamic: dict[str, list[str]] = {}
    counts: dict[str, Count] = {}
    models: dict[str, str] = {}


def base_url() -> str:
    """Where the rule of counting is written; nothing is asked there."""
    return "https://typing.python.org/en/latest/spec/distributing.html"


def plan(request: Request) -> Sequence[Item]:  # noqa: ARG001  # the form of every source
    """Nothing: packages are read by the commands."""
    return ()


def fetch(http: HttpClient, request: Request, item: Item) -> Iterator[Receipt]:  # noqa: ARG001  # as above
    """Nothing is asked for."""
    return iter(())


def parse(body: bytes, context: Context) -> Parsed:
    """Read one document of a reading; pure."""
    reading = read_json(_Reading, body, context)
    installed = reading.origin == "installed"
    day = context.day if installed or reading.released is None else reading.released
    if reading.kind == "cuda":
        return Parsed(())  # versions are no figures: they stay in the document
    figures = {"names": _names, "kernels": _kernels, "models": _models}[reading.kind](reading)
    where = "installed here" if installed else "at release"
    return Parsed(
        tuple(
            Observation(
                metric={"names": "public_names", "kernels": "kernels", "models": "models_shipped"}[reading.kind],
                system=context.item.system,
                period_start=day,
                period_end=day + timedelta(days=1),
                value=float(value),
                status=status,
                definition=f"{what}, {where}",
                primary=primary and installed,
            )
            for what, value, status, primary in figures
        )
    )


_Figure = tuple[str, int, Status, bool]


def _names(reading: _Reading) -> list[_Figure]:
    status: Status = "lower_bound" if reading.missing or reading.dynamic else "ok"
    sizes = {namespace: len(names) for namespace, names in reading.names.items()}
    figures: list[_Figure] = [(f"{reading.package}, all namespaces", sum(sizes.values()), status, True)]
    if reading.apart:
        rest = sum(size for namespace, size in sizes.items() if not _within(namespace, reading.apart))
        figures.append((f"{reading.package}, without {' and '.join(reading.apart)}", rest, status, False))
    return figures


def _within(namespace: str, prefixes: tuple[str, ...]) -> bool:
    return any(namespace == prefix or namespace.startswith(f"{prefix}.") for prefix in prefixes)


def _kernels(reading: _Reading) -> list[_Figure]:
    return [(what, count, "ok", what in HEADLINES) for what, count in reading.counts.items()]


def _models(reading: _Reading) -> list[_Figure]:
    return [(reading.package, len(reading.models), "ok", reading.package == "keras")]


SOURCE = Source(
    name=NAME,
    title="Packages read, installed or on the index",
    metrics=("public_names", "kernels", "models_shipped"),
    cadence_hours=24,
    licence="facts; each project's own licence",
    docs="https://typing.python.org/en/latest/spec/distributing.html",
    calls_backfill=0,
    calls_daily=0,
    interval_s=0.1,
    base_url=base_url,
    plan=plan,
    fetch=fetch,
    parse=parse,
    imported=True,
    command="api, framescope models",
)
