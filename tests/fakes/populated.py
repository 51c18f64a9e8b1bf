"""Every source's server on the loopback at once, with something to say about everything in the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from packaging.utils import canonicalize_name
from pytest_httpserver import HTTPServer

from catalog.load import load_catalog
from catalog.models import System
from db import clock
from tests.fakes.arxiv import Arxiv, Paper
from tests.fakes.clickpy import ClickPy
from tests.fakes.conda import AnacondaOrg
from tests.fakes.conda import package as conda_package
from tests.fakes.conda_monthly import Bucket
from tests.fakes.conda_monthly import file as month_file
from tests.fakes.dockerhub import DockerHub
from tests.fakes.dockerhub import repository as image
from tests.fakes.ecosystems import Ecosystems
from tests.fakes.ecosystems import package as looked_at
from tests.fakes.github import GitHub, history, release
from tests.fakes.github_search import Search
from tests.fakes.hackernews import HackerNews
from tests.fakes.huggingface import Hub
from tests.fakes.openalex import OpenAlex
from tests.fakes.package_index import PackageIndex
from tests.fakes.pypistats import PyPIStats
from tests.fakes.stackexchange import StackExchange
from tests.fakes.wikimedia import Wikimedia, days

CREATED = {  # the day each followed repository was made on: its history of stars goes back to that week
    "pytorch/pytorch": date(2016, 8, 13),
    "tensorflow/tensorflow": date(2015, 11, 7),
    "keras-team/keras": date(2015, 3, 28),
    "jax-ml/jax": date(2018, 10, 25),
    "google/flax": date(2020, 1, 10),
}
RELEASES = {"tensorflow/tensorflow": 210, "pytorch/pytorch": 70, "jax-ml/jax": 150}
NEW_MODELS_A_DAY = {"pytorch": 150, "transformers": 400}
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class World:
    """The servers by the name of their source; each has ``url`` and ``seen``."""

    servers: dict[str, Any]

    @property
    def urls(self) -> dict[str, str]:
        """Where each source is to be asked."""
        return {name: server.url for name, server in self.servers.items()}

    def new_day(self) -> None:
        """Renew what is counted by the day."""
        for name in ("openalex", "stackexchange"):
            self.servers[name].used = 0

    def asked(self) -> dict[str, int]:
        """How many requests each server has seen."""
        return {name: len(server.seen) for name, server in self.servers.items()}


@contextmanager
def world(now: datetime | None = None) -> Iterator[World]:
    """Start them all; they know the catalogue up to ``now``."""
    today = (now or clock.now()).date()
    systems = list(load_catalog().systems.values())
    with ExitStack() as stack:
        servers: dict[str, Any] = {}
        for name, make in _MAKERS.items():
            server = stack.enter_context(HTTPServer(threaded=True))
            servers[name] = make(server, systems, today)
        yield World(servers)


def _arxiv(server: HTTPServer, systems: list[System], today: date) -> Arxiv:
    months = [date(year, month, 1) for year in range(2015, today.year + 1) for month in range(1, 13)]
    months += [date(today.year + 1, month, 1) for month in range(1, 4)]  # days may pass while the servers run
    papers = [Paper(f"{day:%y%m}.{number:05}", f"{day}T10:00:00Z", "Nothing") for number, day in enumerate(months)]
    for place, system in enumerate((system for system in systems if system.arxiv), 1):
        title = f"On {system.arxiv[0]}"
        papers += [
            Paper(f"{day:%y%m}.{place:02}{number:03}", f"{day}T10:00:00Z", title)
            for number, day in enumerate(months[6::12])
        ]
    return Arxiv(server, papers)


def _clickpy(server: HTTPServer, systems: list[System], today: date) -> ClickPy:
    fake = ClickPy(server)
    for package in _packages(systems):
        fake.fill(canonicalize_name(package), today - 3 * _DAY, 5, 6, 7)
    return fake


def _conda(server: HTTPServer, systems: list[System], today: date) -> AnacondaOrg:
    return AnacondaOrg(server, {name: conda_package(name, 5, 6) for system in systems for name in system.conda})


def _conda_monthly(server: HTTPServer, systems: list[System], today: date) -> Bucket:
    months = {f"{today - number * _DAY:%Y-%m}" for number in range(31, 800)}
    rows = [name.split("/", 1) for system in systems for name in system.conda]
    return Bucket(
        server,
        {month: month_file(month, *((channel, name, 5) for channel, name in rows), filler=2) for month in months},
    )


def _dockerhub(server: HTTPServer, systems: list[System], today: date) -> DockerHub:
    return DockerHub(server, {name: image(name, 5) for system in systems for name in system.docker})


def _ecosystems(server: HTTPServer, systems: list[System], today: date) -> Ecosystems:
    packages: dict[str, Any] = {
        canonicalize_name(name): looked_at(name, looked=f"{today - _DAY}T08:00:00Z") for name in _packages(systems)
    }
    return Ecosystems(server, packages)


def _github(server: HTTPServer, systems: list[System], today: date) -> GitHub:
    fake = GitHub(server, remaining=10**9)
    for name in {name for system in systems for name in system.github}:
        weeks = (today - CREATED[name]).days // 7 + 1 if name in CREATED else 2
        first = today - 365 * _DAY
        listed = [release(f"v{number}", f"{first}T10:00:00Z") for number in range(RELEASES.get(name, 3))]
        fake.add(name, weeks=history(weeks), releases=listed)
    return fake


def _github_search(server: HTTPServer, systems: list[System], today: date) -> Search:
    return Search(server, jitter=0.005)


def _hackernews(server: HTTPServer, systems: list[System], today: date) -> HackerNews:
    fake = HackerNews(server)
    for system in systems:
        for year in range(2015, today.year if system.hackernews else 0):
            fake.add(f"{system.hackernews} is out", f"{year}-03-03", times=20)
    return fake


def _huggingface(server: HTTPServer, systems: list[System], today: date) -> Hub:
    labels = {label for system in systems for label in system.huggingface}
    midnight = datetime(today.year, today.month, today.day, tzinfo=UTC)
    created = {
        label: [midnight - number * _DAY for number in range(40) for _ in range(NEW_MODELS_A_DAY.get(label, 5))]
        for label in labels
    }
    return Hub(server, {"": 2_000_000} | dict.fromkeys(labels, 9_000), created, left=10**9, page=1_000)


def _openalex(server: HTTPServer, systems: list[System], today: date) -> OpenAlex:
    return OpenAlex(server)


def _package_index(server: HTTPServer, systems: list[System], today: date) -> PackageIndex:
    return PackageIndex(server, default=True)


def _pypistats(server: HTTPServer, systems: list[System], today: date) -> PyPIStats:
    fake = PyPIStats(server, today, a_minute=10**9)
    for package in _packages(systems):
        fake.fill(canonicalize_name(package), today - 3 * _DAY, 5, 6, 7)
    return fake


def _stackexchange(server: HTTPServer, systems: list[System], today: date) -> StackExchange:
    return StackExchange(server, tags={tag: 900 for system in systems for tag in system.stackoverflow})


class _Patient(Wikimedia):
    """One that does not count how often it is asked."""

    def _answer(self, request: Any) -> Any:
        self.by_client.clear()
        return super()._answer(request)


def _wikimedia(server: HTTPServer, systems: list[System], today: date) -> Wikimedia:
    titles = [title for system in systems for title in (*system.wikipedia, *system.former_wikipedia)]
    seen = days(today - 40 * _DAY, *([7] * 80))
    return _Patient(server, {title.replace(" ", "_"): dict(seen) for title in titles})


def _packages(systems: list[System]) -> list[str]:
    return [name for system in systems for name in (*system.pypi, *system.former_pypi)]


NOT_ASKED = {
    "git": "reads a directory: set FRAMESCOPE_GIT_CLONES",
    "google_trends": "imported by hand",
    "papers_with_code": "imported by hand",
    "wheels": "imported by hand",
}
"""Sources without a server, each with the beginning of what its run says where nothing is set."""

_MAKERS = {
    "arxiv": _arxiv,
    "clickpy": _clickpy,
    "conda": _conda,
    "conda_monthly": _conda_monthly,
    "dockerhub": _dockerhub,
    "ecosystems": _ecosystems,
    "github": _github,
    "github_search": _github_search,
    "hackernews": _hackernews,
    "huggingface": _huggingface,
    "openalex": _openalex,
    "package_index": _package_index,
    "pypistats": _pypistats,
    "stackexchange": _stackexchange,
    "wikimedia": _wikimedia,
}
