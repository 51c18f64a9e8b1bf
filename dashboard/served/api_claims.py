"""The API's claims: what published comparisons said, with the verdict as of a day, and how verdicts changed."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Path, Query, Request
from pydantic import Field, WithJsonSchema
from starlette.responses import Response

from catalog.load import Catalog, load_catalog
from catalog.models import Article
from dashboard.served import store
from dashboard.served.answers import Asked, Name, Names, Page, Row, answered, cut
from dashboard.served.api_series import Day
from dashboard.served.naming import must_know
from dashboard.served.problems import Unusable
from db import clock, read
from db.engine import Session
from verdicts import ledger
from verdicts.judging import was_late
from verdicts.ledger import VERDICTS

FIRST = date(2000, 1, 1)
Known = Annotated[str, WithJsonSchema({"type": "string", "enum": list(VERDICTS)})]
"""A verdict: described as one of four, and answered with what was meant where it is none of them."""


class ClaimsAsked(Asked):
    """Which claims, and as of when."""

    as_of: Day | None = Field(
        None, description=f"Decide by what was there on this day, from {FIRST} to today; today without it."
    )
    claim: Names = Field([], description="Only these claims.")
    verdict: list[Known] = Field([], max_length=10, description=f"Only these verdicts: {', '.join(VERDICTS)}.")


class Claim(Row):
    """A claim with its verdict; `origin` is the article it was made in."""

    id: str
    article: str
    year: int
    topic: str
    says: str
    verdict: str
    outdated: bool = Field(description="It no longer holds and was out of date already when its article appeared.")
    as_of: date
    evidence: list[dict[str, Any]]
    note: str
    command: str = Field(description="What would find out, where it cannot be told; else empty.")
    would_change: str = Field(description="What would change the verdict.")


class VerdictChange(Row):
    """A verdict that came to differ from the one kept before; `before` is null for the first that was kept."""

    change: int
    run: int
    claim: str
    verdict: str
    outdated: bool = Field(description="It was out of date already when its article appeared.")
    before: str | None
    as_of: date
    decided_at: datetime
    says: str


def claims(request: Request, asked: Annotated[ClaimsAsked, Query()]) -> Response:
    """Every claim with its verdict as of a day, in the order of the catalogue."""
    at = asked.as_of or clock.today()
    if not FIRST <= at <= clock.today():
        raise Unusable(f"as_of: a day from {FIRST} to today")
    must_know("verdict", asked.verdict, VERDICTS)
    catalog = load_catalog()
    must_know("claim", asked.claim, catalog.claims)
    with store.opened() as (session, stamp):
        return answered(request, stamp, lambda: _page(session, stamp, at, asked, catalog), as_csv=asked.format == "csv")


def changes(request: Request, claim: Annotated[Name, Path()], asked: Annotated[Asked, Query()]) -> Response:
    """How the verdict of one claim changed, newest first."""
    catalog = load_catalog()
    must_know("claim", [claim], catalog.claims)
    with store.opened() as (session, stamp):
        return answered(request, stamp, lambda: _changes(session, claim, asked, catalog), as_csv=asked.format == "csv")


def _page(session: Session, stamp: str, at: date, asked: ClaimsAsked, catalog: Catalog) -> Page[Claim]:
    found = store.kept(
        store.hourly(stamp),
        f"claims {at}",
        lambda: [ledger.document(one, catalog) for one in ledger.ledger(session, at, (), catalog)],
    )
    kept = [
        one
        for one in found
        if (not asked.claim or one["id"] in asked.claim) and (not asked.verdict or one["verdict"] in asked.verdict)
    ]
    rows, onward = cut(kept, asked)
    return Page[Claim](rows=[_claim(one, catalog) for one in rows], next=onward)


def _claim(found: dict[str, Any], catalog: Catalog) -> Claim:
    told = {name: found[name] for name in Claim.model_fields if name not in ("origin", "receipt")}
    return Claim(origin=_cited(catalog.articles[found["article"]]), receipt=None, **told)


def _cited(article: Article) -> str:
    """The address of an article; one that has none by its author, title and year."""
    return article.url or f"{article.author}: {article.title}, {article.year}"


def _changes(session: Session, claim: str, asked: Asked, catalog: Catalog) -> Page[VerdictChange]:
    article = _cited(catalog.articles[catalog.claims[claim].article])
    rows, onward = cut(read.verdict_history(session, claim=claim), asked)
    told = [
        VerdictChange(
            origin=article,
            receipt=None,
            change=row.number,
            outdated=was_late(row.note),
            **{
                name: getattr(row, name)
                for name in ("run", "claim", "verdict", "before", "as_of", "decided_at", "says")
            },
        )
        for row in rows
    ]
    return Page[VerdictChange](rows=told, next=onward)
