"""A page of rows as a response: JSON or CSV, with a tag by which a client asks again at no cost."""

import base64
import binascii
import csv
import hashlib
import io
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, Literal, TypeVar, get_args

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from dashboard.served import store
from dashboard.served.problems import MEDIA_TYPE, Problem, Unusable
from dashboard.text import cell

R_ = TypeVar("R_", bound=BaseModel)
MOST_ROWS = 1_000
MOST_OFFSET = 1_000_000
FRESH = "public, max-age=60"
NEVER_KEPT = "no-store"
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
Names = Annotated[list[Name], Field(max_length=20)]
Number = Annotated[int, Field(ge=1, le=2**53)]


class Asked(BaseModel):
    """What every list can be asked for; a parameter that it does not know is refused."""

    model_config = ConfigDict(extra="forbid")
    limit: int = Field(200, ge=1, le=MOST_ROWS, description="Rows on a page.")
    cursor: str | None = Field(None, max_length=200, description="What `next` of the page before said.")
    format: Literal["json", "csv"] = Field("json", description="CSV has the rows alone; the header `Link` leads on.")


class Nothing(BaseModel):
    """No parameters; any is refused."""

    model_config = ConfigDict(extra="forbid")


class Page(BaseModel, Generic[R_]):
    """Some rows of a list, and how to go on."""

    rows: list[R_]
    next: str | None = Field(description="The `cursor` of the next page; null on the last.")


class Row(BaseModel):
    """What every row says of itself."""

    origin: str | None = Field(description="Where it comes from: an address, a citation, or what was run here.")
    receipt: int | None = Field(description="The receipt it was read from (`/receipts/{receipt}`); null without one.")


RESPONSES: dict[int | str, dict[str, Any]] = {
    304: {"description": "Nothing changed since the answer with the tag in If-None-Match."},
    **{
        status: {"description": words, "model": Problem, "content": {MEDIA_TYPE: {}}}
        for status, words in {
            404: "There is nothing by that name.",
            422: "A parameter cannot be used.",
            429: "Too many requests; Retry-After says how long to wait.",
            503: "The store cannot be read; the detail says why.",
        }.items()
    },
}


def answered(
    request: Request,
    stamped: str,
    make: Callable[[], BaseModel],
    *,
    as_csv: bool = False,
    caching: str = FRESH,
) -> Response:
    """The response to a request, made only where the client does not have it already.

    The tag is of the store's stamp and the address, so that it is known before anything is read for the answer.
    """
    headers = {"Cache-Control": caching, "X-Content-Type-Options": "nosniff"}
    if caching != NEVER_KEPT:
        headers["ETag"] = tag_of(stamped, str(request.url.path), request.url.query)
        if had(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
    made = make()
    if as_csv and isinstance(made, Page):
        if made.next:
            onward = request.url.include_query_params(cursor=made.next)
            headers["Link"] = f'<{onward.path}?{onward.query}>; rel="next"'
        return Response(csv_of(made), headers=headers, media_type="text/csv; charset=utf-8")
    return Response(made.model_dump_json(), headers=headers, media_type="application/json")


def tag_of(stamped: str, *parts: str) -> str:
    """A weak tag: the same rows may travel compressed or not."""
    whole = "\0".join((store.hourly(stamped), *parts))
    return f'W/"{hashlib.sha256(whole.encode()).hexdigest()[:32]}"'


def had(request: Request, tag: str) -> bool:
    """Whether the client says that it has the answer with this tag."""
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or tag.removeprefix("W/") in {
        one.strip().removeprefix("W/") for one in known.split(",")
    }


def csv_of(page: Page[Any]) -> str:
    """Rows as CSV under a head; what is nested is JSON in its cell, and no cell is a formula to a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    (row_type,) = get_args(type(page).model_fields["rows"].annotation)
    writer.writerow(row_type.model_fields)
    for row in page.rows:
        writer.writerow([cell(_flat(value)) for value in row.model_dump(mode="json").values()])
    return out.getvalue()


def offset_of(cursor: str | None) -> int:
    """Where a list is to go on. Raises `Unusable` for what `next` never said."""
    if cursor is None:
        return 0
    told = opened_cursor(cursor)
    if len(told) != 1 or not isinstance(told[0], int) or not 0 < told[0] <= MOST_OFFSET:
        raise Unusable("cursor: this is not what `next` of a page said")
    return told[0]


def cut(rows: Sequence[Any], asked: Asked) -> tuple[Sequence[Any], str | None]:
    """The page of a list that is asked for, and the cursor of the next."""
    first = offset_of(asked.cursor)
    last = first + asked.limit
    return rows[first:last], cursor_of(last) if len(rows) > last else None


def cursor_of(*parts: str | int) -> str:
    """A cursor that says where to go on."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def opened_cursor(cursor: str) -> list[Any]:
    """What a cursor says. Raises `Unusable` where it is none."""
    try:
        told = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        told = None
    if not isinstance(told, list) or any(isinstance(part, bool) for part in told):
        raise Unusable("cursor: this is not what `next` of a page said")
    return told


def _flat(value: Any) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
