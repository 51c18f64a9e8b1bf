"""The lines of docs/api.md, made from the API's own description."""

from collections.abc import Iterable, Iterator
from typing import Any

from dashboard.served.api import ABOUT, PREFIX, made

HEAD = f"""\
`framescope serve` and `up` answer these beside the pages, in the same process. The whole description, for programs, is
at `{PREFIX}/openapi.json` (OpenAPI 3.1).

```sh
curl 'http://127.0.0.1:8501{PREFIX}/series?metric=downloads&system=pytorch&since=2024-01-01'
curl 'http://127.0.0.1:8501{PREFIX}/series?metric=stars&format=csv'
```

The page Data leads here: it shows a request for each kind of list, both badges of a signal with their Markdown, and the
feed; every page ends with the way there. The head of each page names the description (`<link rel="service-desc">`).

An error is a problem document (RFC 9457, `application/problem+json`) with `title`, `status`, `detail`, `instance`, the
address that was asked, and `do`, what to do. A parameter that is not known is refused, not passed over.
"""
AROUND = """\
## Beside the API

| address | gives |
|---|---|
| `/badge/<metric>/<system>.svg` | PyTorch's or TensorFlow's share of both in a signal; *no data* where there is none |
| `/feed.xml` | RSS 2.0: crossovers, verdicts of claims that changed, breaks of sources, each a sentence; the ids stay |
| `/health` | 200 with the store's revision, and when a worker last took a job; 503 with the reason |
| `/metrics` | OpenMetrics: Streamlit's own, jobs by state, runs by outcome, age and state of each source |
| `/seen/<mark>.svg` | an empty picture: a visitor's browser asks for it when it has drawn a chart's first picture |
| `/robots.txt` | pages may be read by robots, the API not |

```markdown
![PyTorch's share of downloads](https://framescope.example.org/badge/downloads/pytorch.svg)
```

A badge's number stands in `/adoption?metric=…&system=pytorch&system=tensorflow&view=share`: there lead the Markdown of
the page Data and the crossovers of the feed.

Requests are counted by the client's address; of IPv6 by its network of 64 bits. Behind a proxy on the same machine it
is the address that the proxy names in `X-Forwarded-For`; a proxy on another machine is one client, and has to limit by
itself.
`/health` is not counted. A store that cannot be read, or is of another revision than this Framescope, is answered with
503 everywhere. Links in the feed begin with `FRAMESCOPE_PUBLIC_URL`, or else with the host that was asked.
"""


def lines() -> Iterator[str]:
    """Give the lines below the page's title."""
    described = made().openapi()
    yield from (ABOUT, HEAD)
    for path, methods in described["paths"].items():
        asked = methods["get"]
        answer = asked["responses"]["200"]["content"]
        yield from (f"## {path}", "", asked["description"], "")
        yield from _table(("parameter", "is", "means"), (_parameter(one) for one in asked.get("parameters", [])))
        kind = "A list, as JSON or CSV. Each row:" if "text/csv" in answer else "One document:"
        yield from (kind, "")
        yield from _table(("field", "is", "means"), _fields(answer["application/json"]["schema"], described))
    yield AROUND


def _parameter(one: dict[str, Any]) -> tuple[str, str, str]:
    schema = one["schema"]
    default = schema.get("default")
    kind = _kind(schema) + (f", {default} by default" if default not in (None, []) else "")
    return f"`{one['name']}`", kind, one.get("description", schema.get("description", ""))


def _fields(schema: dict[str, Any], described: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    whole = _of(schema, described)
    if "rows" in whole["properties"]:
        whole = _of(whole["properties"]["rows"]["items"], described)
    for name, field in whole["properties"].items():
        yield f"`{name}`", _kind(field), field.get("description", "")


def _of(schema: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return found


def _kind(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"`{one}`" for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    return str(schema.get("format") or schema.get("type", "object"))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    told = list(rows)
    if told:
        for cells in (head, ("---",) * len(head), *told):
            yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
        yield ""
