"""GitHub on the loopback: REST and GraphQL, quotas, renames, closed lists, and a star history that can shrink."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from db import clock

TOKEN = "ghp_faketoken0123456789"
_FIELD = re.compile(
    r'(\w+): repository\(owner: "([^"]*)", name: "([^"]*)"\) \{ (releases\(first: 100(?:, after: "(\w+)")?)?'
)


def week_of(day: datetime) -> datetime:
    """The Sunday a day's week begins with."""
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=(midnight.weekday() + 1) % 7)


def history(weeks: int, *, per_day: int = 2, now: datetime | None = None) -> list[dict[str, Any]]:
    """So many weeks, the newest first; the days of the running one that have not come are 0."""
    now = now or clock.now()
    start = week_of(now)
    rows = []
    for number in range(weeks):
        begin = start - timedelta(weeks=number)
        days = [per_day if begin + timedelta(days=day) <= now else 0 for day in range(7)]
        rows.append({"week": int(begin.timestamp()), "total": sum(days), "days": days})
    return rows


def release(
    tag: str, published: str, *, created: str = "", prerelease: bool = False, draft: bool = False
) -> dict[str, Any]:
    """A release as the REST interface lists it."""
    at = None if draft else published
    return {
        "tag_name": tag,
        "created_at": created or published,
        "published_at": at,
        "prerelease": prerelease,
        "draft": draft,
    }


@dataclass
class Repo:
    """A repository as the fake keeps it."""

    name: str
    id: int = 1
    stars: int = 1_000
    forks: int = 10
    watchers: int = 5
    open_issues: int = 7
    open_pulls: int = 3
    archived: bool = False
    pushed_at: str | None = "2026-11-01T00:00:00Z"
    weeks: list[dict[str, Any]] = field(default_factory=lambda: history(2))
    releases: list[dict[str, Any]] = field(default_factory=list)

    def rest(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "full_name": self.name,
            "stargazers_count": self.stars,
            "watchers_count": self.stars,
            "subscribers_count": self.watchers,
            "forks_count": self.forks,
            "open_issues_count": self.open_issues + self.open_pulls,
            "archived": self.archived,
            "pushed_at": self.pushed_at,
        }

    def node(self, after: str | None) -> dict[str, Any]:
        start = int(after.removeprefix("at")) if after else 0
        page = self.releases[start : start + 100]
        more = start + 100 < len(self.releases)
        return {
            "databaseId": self.id,
            "nameWithOwner": self.name,
            "isArchived": self.archived,
            "pushedAt": self.pushed_at,
            "stargazerCount": self.stars,
            "forkCount": self.forks,
            "watchers": {"totalCount": self.watchers},
            "open": {"totalCount": self.open_issues},
            "closed": {"totalCount": 90},
            "pullRequests": {"totalCount": 60},
            "stargazers": {"edges": []},
            "releases": {
                "totalCount": len(self.releases),
                "pageInfo": {"hasNextPage": more, "endCursor": f"at{start + 100}" if page else None},
                "nodes": [_camel(each) for each in page],
            },
        }


def _camel(listed: dict[str, Any]) -> dict[str, Any]:
    return {
        "tagName": listed["tag_name"],
        "createdAt": listed["created_at"],
        "publishedAt": listed["published_at"],
        "isPrerelease": listed["prerelease"],
        "isDraft": listed["draft"],
    }


@dataclass
class GitHub:
    """Repositories by name; ``scripted`` answers come first; ``remaining`` is what is left of the quota."""

    server: HTTPServer
    repositories: dict[str, Repo] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    scripted: list[Response] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)
    remaining: int = 5_000
    primary_status: int = 403

    def __post_init__(self) -> None:
        self.server.expect_request(re.compile("/.*")).respond_with_handler(self._answer)

    @property
    def url(self) -> str:
        return self.server.url_for("/")

    @property
    def paths(self) -> list[str]:
        return [request.full_path.rstrip("?") for request in self.seen]

    def add(self, name: str, **given: Any) -> Repo:
        self.repositories[name] = Repo(name, id=len(self.repositories) + 1, **given)
        return self.repositories[name]

    def _answer(self, request: Request) -> Response:
        self.seen.append(request)
        if self.scripted:
            return self._stamped(self.scripted.pop(0))
        given = request.headers.get("Authorization")
        if given not in (None, f"Bearer {TOKEN}"):
            return _said("Bad credentials", 401)
        if self.remaining <= 0:
            return self._used_up(request)
        response = self._of(request, known=given is not None)
        if not (response.status_code == 304 and given):
            self.remaining -= 1
        return self._stamped(response)

    def _stamped(self, response: Response) -> Response:
        response.headers.setdefault("X-RateLimit-Remaining", str(self.remaining))
        response.headers.setdefault("X-RateLimit-Reset", str(int(clock.now().timestamp()) + 1_800))
        return response

    def _used_up(self, request: Request) -> Response:
        if request.path == "/graphql":
            error = {"type": "RATE_LIMITED", "message": "API rate limit already exceeded"}
            return self._stamped(_json({"errors": [error]}))
        return self._stamped(_said("API rate limit exceeded", self.primary_status))

    def _of(self, request: Request, *, known: bool) -> Response:
        if request.path == "/graphql":
            return self._graphql(request) if known else _said("Requires authentication", 401)
        _, kind, *rest = request.path.split("/")
        if kind == "repositories":
            name = next(repo.name for repo in self.repositories.values() if str(repo.id) == rest[0])
            rest = [*name.split("/"), *rest[1:]]
        name, below = "/".join(rest[:2]), "/".join(rest[2:])
        if name in self.renamed:
            to = self.repositories[self.renamed[name]]
            path = "/".join(["/repositories", str(to.id), *rest[2:]])
            query = request.query_string.decode()
            return Response(
                status=301, headers={"Location": self.server.url_for(path) + (f"?{query}" if query else "")}
            )
        repo = self.repositories.get(name)
        if repo is None:
            return _said("Not Found", 404)
        if below in ("stargazers", "subscribers"):
            return _said("Not Found", 404) if known else _said("Requires authentication", 401)
        return _conditional(request, self._rest(repo, below, request))

    def _rest(self, repo: Repo, below: str, request: Request) -> Response:
        page = int(request.args.get("page", "1"))
        if below == "stargazers/history":
            size = min(30, int(request.args.get("per_page", "30")))
            return _json(repo.weeks[(page - 1) * size : page * size])
        if below == "releases":
            return _json(repo.releases[(page - 1) * 100 : page * 100])
        return _json(repo.rest()) if not below else _said("Not Found", 404)

    def _graphql(self, request: Request) -> Response:
        query = json.loads(request.data)["query"]
        data: dict[str, Any] = {
            "rateLimit": {"cost": 1, "remaining": self.remaining, "resetAt": "2026-11-21T00:00:00Z"}
        }
        errors = []
        for alias, owner, short, _, after in _FIELD.findall(query):
            name = f"{owner}/{short}"
            repo = self.repositories.get(self.renamed.get(name, name))
            data[alias] = repo.node(after or None) if repo else None
            if repo is None:
                message = f"Could not resolve to a Repository with the name '{name}'."
                errors.append({"type": "NOT_FOUND", "path": [alias], "message": message})
        return _json({"data": data, **({"errors": errors} if errors else {})})


def _json(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json; charset=utf-8")


def _said(message: str, status: int) -> Response:
    return _json({"message": message, "documentation_url": "https://docs.github.com/rest"}, status)


def secondary(*headers: tuple[str, str]) -> Response:
    """The secondary limit, with or without a word on how long."""
    response = _said("You have exceeded a secondary rate limit. Please wait a few minutes before you try again.", 403)
    response.headers.extend(headers)
    return response


def graphql_errors(errors: Sequence[dict[str, Any]], data: Any = None) -> Response:
    """An answer with status 200 that is none."""
    return _json({"data": data, "errors": list(errors)})


def _conditional(request: Request, response: Response) -> Response:
    etag = f'W/"{hashlib.sha256(response.get_data()).hexdigest()[:16]}"'
    if request.headers.get("If-None-Match") == etag:
        return Response(status=304, headers={"ETag": etag})
    response.headers["ETag"] = etag
    return response
