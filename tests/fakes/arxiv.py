"""arXiv's query interface on the loopback: Atom with three vocabularies, and refusals, errors and gaps like its own."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

HEAD = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" '
    'xmlns="http://www.w3.org/2005/Atom">\n'
)
WINDOW = re.compile(r"submittedDate:\[(\d{8})0000 TO (\d{8})2359\]")


@dataclass(frozen=True)
class Paper:
    """A paper; its first version was submitted at ``published`` (ISO, UTC)."""

    id: str
    published: str
    title: str
    summary: str = "We study\n  something."
    comment: str = ""
    author: str = "A. Author"
    categories: tuple[str, ...] = ("cs.LG",)

    def xml(self) -> str:
        """As an entry."""
        comment = f"<arxiv:comment>{escape(self.comment)}</arxiv:comment>" if self.comment else ""
        terms = "".join(f'<category term="{each}" scheme="http://arxiv.org/schemas/atom"/>' for each in self.categories)
        return (
            f"<entry><id>http://arxiv.org/abs/{self.id}v2</id><title>{escape(self.title)}</title>"
            f"<updated>2026-01-01T00:00:00Z</updated><summary>  {escape(self.summary)}</summary>{terms}"
            f"<published>{self.published}</published>{comment}<author><name>{escape(self.author)}</name></author></entry>"
        )


def feed(papers: list[Paper], total: int, start: int = 0, size: int = 10) -> str:
    """A page of results."""
    counts = {"itemsPerPage": size, "totalResults": total, "startIndex": start}
    told = "".join(f"<opensearch:{name}>{count}</opensearch:{name}>" for name, count in counts.items())
    return f"{HEAD}<title>arXiv Query</title>{told}{''.join(paper.xml() for paper in papers)}</feed>"


def error(message: str, status: int = 400) -> Response:
    """An error: a feed with one entry, said to be one result."""
    entry = (
        f"<entry><id>https://arxiv.org/api/errors#{message.replace(' ', '_')}</id><title>Error</title>"
        f"<updated>2026-04-12T22:59:06Z</updated><summary>{message}</summary></entry>"
    )
    return atom(feed([], 1).replace("</feed>", f"{entry}</feed>"), status)


def atom(body: str, status: int = 200) -> Response:
    """A body as Atom."""
    return Response(body, status, content_type="application/atom+xml; charset=utf-8")


def refused() -> Response:
    """Turned away, without a word on for how long."""
    return Response("Rate exceeded.", 429, content_type="text/plain")


@dataclass
class Arxiv:
    """Papers; ``scripted`` answers come first, None letting one request through; ``spacing_s`` is enforced."""

    server: HTTPServer
    papers: list[Paper] = field(default_factory=list)
    scripted: list[Response | None] = field(default_factory=list)
    always: Response | None = None
    most: int = 2_000
    spacing_s: float = 0.0
    seen: list[Request] = field(default_factory=list)
    last: float = float("-inf")

    def __post_init__(self) -> None:
        self.server.expect_request("/api/query").respond_with_handler(self._answer)

    @property
    def url(self) -> str:
        return self.server.url_for("/api/")

    def queries(self) -> list[str]:
        return [request.args["search_query"] for request in self.seen]

    def _answer(self, request: Request) -> Response:
        self.seen.append(request)
        early, self.last = time.monotonic() - self.last < self.spacing_s, time.monotonic()
        if early:
            return refused()
        if self.always is not None:
            return self.always
        if self.scripted and (answer := self.scripted.pop(0)) is not None:
            return answer
        start, size = int(request.args.get("start", "0")), int(request.args.get("max_results", "10"))
        if start + size > 30_000:
            return error("max_results must be at most 30000")
        found = self._found(request.args["search_query"])
        return atom(feed(found[start : start + min(size, self.most)], len(found), start, size))

    def _found(self, query: str) -> list[Paper]:
        window = WINDOW.search(query)
        assert window, query
        terms = [term.lower() for term in re.findall(r'ti:"([^"]+)"', query)]
        category = re.match(r"cat:(\S+)", query)
        found = []
        for paper in sorted(self.papers, key=lambda paper: paper.published):
            text = f"{paper.title} {paper.summary} {paper.comment}".lower()
            fits = (
                category[1] in paper.categories if category else any(re.search(rf"\b{term}\b", text) for term in terms)
            )
            day = datetime.fromisoformat(paper.published).strftime("%Y%m%d")
            found += [paper] if fits and window[1] <= day <= window[2] else []
        return found
