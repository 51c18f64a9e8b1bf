"""A scene for every source: what is said first, by its fake server or on this machine, and what has changed later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pytest_httpserver import HTTPServer

from collectors.imports.run import ImportReport, import_files
from collectors.report import RunReport
from collectors.run import collect
from collectors.settings import Settings
from db.engine import Engine
from tests.fakes import conda, conda_monthly, dockerhub, ecosystems, held, package_index
from tests.fakes.arxiv import Arxiv, Paper
from tests.fakes.clickpy import ClickPy
from tests.fakes.github import GitHub, history
from tests.fakes.github import release as github_release
from tests.fakes.github_search import Search
from tests.fakes.hackernews import HackerNews
from tests.fakes.huggingface import Hub
from tests.fakes.openalex import OpenAlex
from tests.fakes.papers_with_code import link, packed
from tests.fakes.pypistats import PyPIStats
from tests.fakes.repository import Repository
from tests.fakes.stackexchange import StackExchange
from tests.fakes.wikimedia import Wikimedia, days

NOW = held.NOON
TODAY = NOW.date()
DAY = timedelta(days=1)
LAST_MONTH = (TODAY.replace(day=1) - DAY).replace(day=1)
FORGE = "conda-forge/pytorch"


@dataclass(frozen=True)
class Scene:
    """A fake as it is made, what changes there between two collections, and what both of them ask for."""

    make: Callable[[HTTPServer], Any]
    change: Callable[[Any], None]
    systems: tuple[str, ...] = ("pytorch",)
    later_systems: tuple[str, ...] | None = None
    since: date | None = None


def _month(back: int) -> str:
    number = TODAY.year * 12 + TODAY.month - 1 - back
    return f"{number // 12}-{number % 12 + 1:02d}"


def _index(server: HTTPServer) -> package_index.PackageIndex:
    return package_index.PackageIndex(server, {"torch": package_index.simple("torch")})


def _moved_release(index: package_index.PackageIndex) -> None:
    changed = package_index.simple("torch")
    changed["releases"]["1.1"][0]["upload_time_iso_8601"] = "2024-02-05T10:00:00Z"
    index.packages["torch"] = changed


def _paper(number: int, when: date) -> Paper:
    return Paper(f"{when:%y%m}.{number:05d}", f"{when.isoformat()}T12:00:00Z", "A PyTorch library")


def _clickpy(server: HTTPServer) -> ClickPy:
    return ClickPy(server, parts=[("torch", TODAY - n * DAY, 100 + n) for n in range(1, 40)])


def _bucket(server: HTTPServer) -> conda_monthly.Bucket:
    made = conda_monthly.Bucket(server)
    for back in range(1, 25):
        made.files[_month(back)] = conda_monthly.file(_month(back), ("conda-forge", "pytorch", 100 + back))
    return made


def _later_bucket(bucket: conda_monthly.Bucket) -> None:
    bucket.files[_month(2)] = conda_monthly.file(_month(2), ("conda-forge", "pytorch", 5_000))


def _github(server: HTTPServer) -> GitHub:
    hub = GitHub(server)
    releases = [github_release("v2.0", "2023-03-15T10:00:00Z"), github_release("v1.0", "2018-12-07T10:00:00Z")]
    hub.add("pytorch/pytorch", stars=90_000, weeks=history(70), releases=releases)
    hub.add("tensorflow/tensorflow", stars=180_000, weeks=history(40))
    return hub


def _more_stars(hub: GitHub) -> None:
    hub.repositories["pytorch/pytorch"].stars += 17
    hub.repositories["pytorch/pytorch"].releases.insert(0, github_release("v2.1", "2023-10-04T10:00:00Z"))


def _pypistats(server: HTTPServer) -> PyPIStats:
    made = PyPIStats(server, TODAY)
    made.fill("torch", TODAY - 30 * DAY, *range(500, 530))
    return made


def _news(server: HTTPServer) -> HackerNews:
    made = HackerNews(server)
    made.add("PyTorch 2.0 is out", f"{TODAY.replace(day=1)}")
    return made


def _hub(server: HTTPServer) -> Hub:
    made = Hub(server, totals={"": 2_000_000, "jax": 9_000, "safetensors": 900_000})
    made.created = {"jax": [NOW - n * DAY for n in (0, 0, 1, 1, 3, 4, 40, 41, 42)]}
    return made


SCENES = {
    "package_index": Scene(_index, _moved_release),
    "arxiv": Scene(
        lambda server: Arxiv(server, [_paper(1, LAST_MONTH), _paper(2, LAST_MONTH)]),
        lambda arxiv: arxiv.papers.append(_paper(3, LAST_MONTH)),
        since=LAST_MONTH,
    ),
    "clickpy": Scene(_clickpy, lambda database: database.parts.append(("torch", TODAY - 3 * DAY, 7))),
    "conda": Scene(
        lambda server: conda.AnacondaOrg(server, {FORGE: conda.package(FORGE, 5, 6)}),
        lambda channels: channels.packages.update({FORGE: conda.package(FORGE, 50, 6)}),
    ),
    "conda_monthly": Scene(_bucket, _later_bucket),
    "dockerhub": Scene(
        lambda server: dockerhub.DockerHub(server, {"pytorch/pytorch": dockerhub.repository("pytorch/pytorch", 100)}),
        lambda hub: hub.images.update({"pytorch/pytorch": dockerhub.repository("pytorch/pytorch", 130)}),
    ),
    "ecosystems": Scene(
        lambda server: ecosystems.Ecosystems(server, {"torch": ecosystems.package("torch")}),
        lambda service: service.packages.update({"torch": ecosystems.package("torch", 600)}),
    ),
    "github": Scene(_github, _more_stars, later_systems=("pytorch", "tensorflow")),
    "github_search": Scene(
        lambda server: Search(server, jitter=0.003, zeros=0.1, seed=5), lambda search: setattr(search, "total", 900)
    ),
    "hackernews": Scene(
        _news, lambda news: news.add("A PyTorch story", f"{TODAY.replace(day=1)}"), since=TODAY.replace(day=1)
    ),
    "huggingface": Scene(_hub, lambda hub: hub.totals.update(jax=9_100), systems=("all", "jax")),
    "openalex": Scene(OpenAlex, lambda works: setattr(works, "default", 45), since=LAST_MONTH),
    "pypistats": Scene(_pypistats, lambda stats: stats.fill("torch", TODAY - 2 * DAY, 700)),
    "stackexchange": Scene(
        lambda server: StackExchange(server, tags={"pytorch": 23_000}),
        lambda site: site.questions.update({("pytorch", f"{LAST_MONTH:%Y-%m}"): (400, 150)}),
        since=LAST_MONTH,
    ),
    "wikimedia": Scene(
        lambda server: Wikimedia(server, {"PyTorch": days(TODAY - 9 * DAY, 1, 2, 3, 4, 5, 6, 7, 8)}),
        lambda wiki: wiki.views["PyTorch"].update(days(TODAY - 3 * DAY, 90, 91)),
    ),
}


@dataclass(frozen=True)
class Here:
    """The store, and a directory of this machine to put something into and read it from."""

    home: Path
    store: Engine
    folder: Path

    def cloned(self, *commits: tuple[str, str]) -> RunReport:
        """Commit, each a day and who, in a repository that lies where a clone is looked for; then read it."""
        path = self.folder / "pytorch" / "pytorch"
        repository = Repository(path) if path.exists() else Repository.made(path)
        for day, who in commits:
            repository.commit(f"{day}T12:00:00+0000", who)
        given = Settings(home=self.home, git_clones=self.folder)
        (report,) = collect(["git"], engine=self.store, settings=given, systems=["pytorch"])
        return report

    def imported(self, body: bytes) -> ImportReport:
        """Import a file that has these bytes."""
        path = self.folder / "file"
        path.write_bytes(body)
        (report,) = import_files([str(path)], engine=self.store, settings=Settings(home=self.home))
        return report


def _interest(*values: object) -> bytes:
    weeks = [date(2026, 10, 4) + 7 * number * DAY for number in range(len(values))]
    rows = "".join(f"{week},{value},100\n" for week, value in zip(weeks, values, strict=True))
    head = "Category: All categories\n\nWeek,PyTorch: (Worldwide),TensorFlow: (Worldwide)\n"
    return (head + rows).encode()


_LINKS = [link("2505.00001", "pytorch"), link("2506.00001", "tf", "x/y"), link("2507.00001", "torch", "x/z")]
HERE: dict[str, tuple[Callable[[Here], RunReport | ImportReport], ...]] = {
    "git": (
        lambda here: here.cloned(("2024-03-01", "ada"), ("2024-05-02", "bob")),
        lambda here: here.cloned(("2024-05-30", "cyd"), ("2024-06-01", "ada")),
    ),
    "google_trends": (
        lambda here: here.imported(_interest(50, "<1", 0, 70)),
        lambda here: here.imported(_interest(48, 1, "<1", 72, 80)),
    ),
    "papers_with_code": (
        lambda here: here.imported(packed(*_LINKS)),
        lambda here: here.imported(packed(*_LINKS, link("2506.00002", "pytorch", "x/new"))),
    ),
}
"""Sources that ask nobody: what is read first, and what later."""
