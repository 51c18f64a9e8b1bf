"""The source that the documentation shows is run as it stands there."""

import re
from pathlib import Path

from pytest_httpserver import HTTPServer

from collectors.body import Limits
from collectors.run import collect
from collectors.settings import Settings
from collectors.source import Source
from db import read
from db.engine import Engine, reading

PAGE = Path(__file__).resolve().parents[2] / "docs" / "adding-a-source.md"


def test_the_source_of_the_documentation_collects(httpserver: HTTPServer, store: Engine, home: Path) -> None:
    code = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)[0]
    module: dict[str, object] = {"__name__": "example"}
    exec(compile(code, str(PAGE), "exec"), module)  # noqa: S102  # our own page
    source = module["SOURCE"]
    assert isinstance(source, Source)
    httpserver.expect_request("/repos/pytorch/pytorch").respond_with_json({"stars": 12})
    settings = Settings(home=home, source_urls={"example": httpserver.url_for("/")}, source_intervals={"example": 0})
    (report,) = collect(["example"], engine=store, settings=settings, systems=["pytorch"], registered=[source])
    assert (report.status, report.new) == ("ok", 1)
    with reading(store) as session:
        assert [row.value for row in read.observations(session, sources=["example"])] == [12]


def test_the_page_names_the_limits_there_are() -> None:
    limits, page = Limits(), PAGE.read_text(encoding="utf-8")
    assert f"{limits.connect_s:.0f} s, {limits.read_s:.0f} s, {limits.total_s:.0f} s" in page
    assert f"tries of one request | {limits.tries}," in page
    assert f"no answer at all | {limits.silence_s:.0f} s," in page
    assert f"is waited for | {limits.max_wait_s:.0f} s" in page
    assert f"decompression | {limits.max_bytes // 2**20} MiB" in page
    assert f"redirects | {limits.redirects};" in page
