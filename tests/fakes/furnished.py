"""Fills each fake with something to say of every system of the catalogue, the same for the same day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from packaging.utils import canonicalize_name
from pytest_httpserver import HTTPServer

from catalog.load import load_catalog
from catalog.models import System
from collectors.periods import following_month
from db import clock
from tests.fakes import conda, conda_monthly, dockerhub, ecosystems
from tests.fakes.arxiv import Arxiv, Paper
from tests.fakes.clickpy import ClickPy
from tests.fakes.github import GitHub, history, release
from tests.fakes.github_search import Search
from tests.fakes.hackernews import HackerNews
from tests.fakes.huggingface import Hub
from tests.fakes.openalex import OpenAlex
from tests.fakes.package_index import PackageIndex
from tests.fakes.pypistats import PyPIStats
from tests.fakes.stackexchange import StackExchange
from tests.fakes.wikimedia import Wikimedia, days

NO_LIMIT = 10**9
DAY = timedelta(days=1)


def systems() -> Sequence[System]:
    """Everything that is tracked."""
    return tuple(load_catalog().systems.values())


def today() -> date:
    """The UTC day."""
    return clock.today()


def months(first: date) -> list[date]:
    """The months from one on until the running one."""
    found = [first]
    while following_month(found[-1]) <= today():
        found.append(following_month(found[-1]))
    return found


def packages(system: System) -> tuple[str, ...]:
    """Every package of a system, as the index writes it."""
    return tuple(canonicalize_name(name) for name in (*system.pypi, *system.former_pypi))


def arxiv(server: HTTPServer) -> Arxiv:
    """A paper a month that names nothing, and one of every system in each spring."""
    every = months(date(2015, 1, 1))
    papers = [Paper(f"{month:%y%m}.00001", f"{month}T12:00:00Z", "A study") for month in every]
    for number, system in enumerate(system for system in systems() if system.arxiv):
        title = f"{system.name}, or {system.arxiv[0]}: a library"
        papers += [
            Paper(f"{month:%y%m}.{100 + number:05d}", f"{month}T13:00:00Z", title) for month in every if month.month < 4
        ]
    return Arxiv(server, papers)


def clickpy(server: HTTPServer) -> ClickPy:
    """Forty days of every package, each day in two parts."""
    fake = ClickPy(server)
    for number, name in enumerate(name for system in systems() for name in packages(system)):
        for part in (3, 4):
            fake.fill(name, today() - 40 * DAY, *(part * 100 + number + day for day in range(39)))
    return fake


def conda_org(server: HTTPServer) -> conda.AnacondaOrg:
    """Three files a package."""
    names = [name for system in systems() for name in system.conda]
    return conda.AnacondaOrg(server, {name: conda.package(name, 5, 60, 700 + n) for n, name in enumerate(names)})


def monthly(server: HTTPServer) -> conda_monthly.Bucket:
    """The files of two years; the default channel has some of the packages."""
    names = [name.partition("/") for system in systems() for name in system.conda]
    rows = [(channel, name, 1_000 + number) for number, (channel, _, name) in enumerate(names)]
    rows += [("anaconda", name, 10 + number) for number, (_, _, name) in enumerate(names[:3])]
    past = months(date(today().year - 3, 1, 1))[:-1]
    return conda_monthly.Bucket(server, {f"{m:%Y-%m}": conda_monthly.file(f"{m:%Y-%m}", *rows) for m in past})


def images(server: HTTPServer) -> dockerhub.DockerHub:
    """A total for each image."""
    names = [name for system in systems() for name in system.docker]
    return dockerhub.DockerHub(
        server, {name: dockerhub.repository(name, 9_000 + number) for number, name in enumerate(names)}
    )


def dependents(server: HTTPServer) -> ecosystems.Ecosystems:
    """Counts of each package, all looked at yesterday."""
    looked = datetime.combine(today() - DAY, time(8), UTC).isoformat()
    names = [name for system in systems() for name in packages(system)]
    made = {name: ecosystems.package(name, 500 + n, 40 + n, looked) for n, name in enumerate(names)}
    return ecosystems.Ecosystems(server, made)


def github(server: HTTPServer) -> GitHub:
    """Every repository with 70 weeks of stars and three releases."""
    fake = GitHub(server, remaining=NO_LIMIT)
    releases = [release(f"v{n}", f"{today() - n * 50 * DAY}T10:00:00Z") for n in range(1, 4)]
    for system in systems():
        for name in system.github:
            fake.add(name, stars=1_000 + len(fake.repositories), weeks=history(70), releases=releases)
    return fake


def search(server: HTTPServer) -> Search:
    """Eight hundred repositories a topic and month."""
    return Search(server, remaining=NO_LIMIT)


def stories(server: HTTPServer) -> HackerNews:
    """Two stories of each system in each spring."""
    fake = HackerNews(server)
    for month in months(date(2015, 1, 1)):
        for system in systems():
            if system.hackernews and month.month < 4:
                fake.add(f"{system.hackernews} is here", f"{month}T09:00:00", 2)
    return fake


def models(server: HTTPServer) -> Hub:
    """A total of each label, and a model of it every other day."""
    labels = [label for system in systems() for label in system.huggingface]
    totals = {"": 2_000_000, **{label: 5_000 + number for number, label in enumerate(labels)}}
    noon = datetime.combine(today() - DAY, time(12), UTC)
    created = {label: [noon - 2 * number * DAY for number in range(20)] for label in labels}
    return Hub(server, totals, created, left=NO_LIMIT, page=8)


def works(server: HTTPServer) -> OpenAlex:
    """As many works in any month, for nothing: a soak asks more often than a day's allowance pays for."""
    return OpenAlex(server, price=0)


def index(server: HTTPServer) -> PackageIndex:
    """Any package, with two releases."""
    return PackageIndex(server, default=True)


def recent(server: HTTPServer) -> PyPIStats:
    """Twenty days of every package."""
    fake = PyPIStats(server, today(), a_minute=NO_LIMIT)
    for number, name in enumerate(name for system in systems() for name in packages(system)):
        fake.fill(name, today() - 20 * DAY, *(50 + number + day for day in range(20)))
    return fake


def questions(server: HTTPServer) -> StackExchange:
    """Every tag, with as many questions in any month."""
    tags: dict[str, Any] = {tag: 900 + n for n, tag in enumerate(t for s in systems() for t in s.stackoverflow)}
    return StackExchange(server, tags=tags, left=NO_LIMIT)


def articles(server: HTTPServer) -> Wikimedia:
    """Twenty days of every title, the former ones included."""
    fake = Wikimedia(server, a_minute=NO_LIMIT, a_minute_unnamed=NO_LIMIT)
    titles = [title for system in systems() for title in (*system.wikipedia, *system.former_wikipedia)]
    for number, title in enumerate(titles):
        fake.views[title.replace(" ", "_")] = days(today() - 20 * DAY, *range(100 + number, 120 + number))
    return fake
