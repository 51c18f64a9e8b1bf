"""Whatever is asked of the API, made up from its description or hostile: an answer it describes, never a failure."""

from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.served.api import made
from tests.dashboard.served.conftest import client

DESCRIBED = made().openapi()
ODD = st.one_of(
    st.sampled_from(
        ["", "0", "-1", "NaN", "1e999", "null", "../../etc/passwd", "' OR 1=1 --", "<script>", "\u202e", "%00"]
    ),
    st.text(max_size=40),
    st.integers(-(2**70), 2**70).map(str),
    st.dates().map(str),
)


@st.composite
def requests_of(draw: Any) -> tuple[str, str, dict[str, list[str]]]:
    """A described path, and parameters that its description names, with values in it and out of it."""
    path = draw(st.sampled_from(sorted(DESCRIBED["paths"])))
    told: dict[str, list[str]] = {}
    asked = path
    for one in DESCRIBED["paths"][path]["get"].get("parameters", []):
        known = st.sampled_from(["stars", "pytorch", "holds", "csv", "json", "5", "2024-01-01", "queued"])
        value = draw(st.one_of(known, ODD))
        if one["in"] == "path":
            asked = asked.replace(f"{{{one['name']}}}", quote(value, safe="") or "x")
        elif draw(st.integers(0, 3)) == 0:
            told[one["name"]] = [value]
    return path, asked, told


@settings(
    max_examples=80, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(wanted=requests_of())
def test_whatever_is_asked_is_answered_as_described(
    served_site: str, wanted: tuple[str, str, dict[str, list[str]]]
) -> None:
    path, asked, told = wanted
    answer = client(served_site)(f"/api/v1{asked}", **told)
    described = DESCRIBED["paths"][path]["get"]["responses"]
    # a slash or a dot in a path names another path, which is none
    assert str(answer.status_code) in {*described, "400", "404", "307"}, answer.text
    if answer.status_code >= 400 and answer.status_code != 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
    assert len(answer.content) < 5_000_000
