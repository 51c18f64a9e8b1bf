"""Real databases for the site's tests: one with the bundled figures, one that is new, and a measured run to add."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from filelock import FileLock
from streamlit.testing.v1 import AppTest

from collectors.history import load_bundled
from db import write
from db.engine import open_database, writing
from db.receipts import ReceiptStore

ROOT = Path(__file__).resolve().parents[2]
Opened = Callable[..., AppTest]


@pytest.fixture(scope="session")
def bundled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the catalogue and the bundled figures; tests read it and add to copies.

    Made once for all processes of a run: each has a copy, in which the site may keep what it likes.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    made = shared / "bundled-for-all"
    with FileLock(shared / "bundled-for-all.lock"):
        if not made.exists():
            half_made = tmp_path_factory.mktemp("half-made")
            engine = open_database(f"sqlite:///{half_made / 'framescope.db'}", create=True)
            load_bundled(engine, ReceiptStore(half_made / "receipts"))
            engine.dispose()
            half_made.rename(made)
    return Path(shutil.copytree(made, tmp_path_factory.mktemp("bundled") / "home"))


@pytest.fixture
def new_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with an empty database of the current revision, in use."""
    home = tmp_path / "new"
    monkeypatch.setenv("FRAMESCOPE_HOME", str(home))
    open_database(create=True).dispose()
    return home


@pytest.fixture
def bundled(bundled_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home with the bundled figures, in use; for tests that only read."""
    monkeypatch.setenv("FRAMESCOPE_HOME", str(bundled_home))
    return bundled_home


@pytest.fixture
def own_home(bundled_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the bundled home that a test may write to."""
    home = tmp_path / "own"
    shutil.copytree(bundled_home, home)
    monkeypatch.setenv("FRAMESCOPE_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def full_home(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled figures with a measured run and probes, so that every page has its controls."""
    from tests.dashboard.test_capability_views import RESULTS, kept  # it imports from here

    home = tmp_path_factory.mktemp("full") / "home"
    shutil.copytree(bundled_home, home)
    measured(home)
    engine = open_database(f"sqlite:///{home / 'framescope.db'}")
    kept(engine, RESULTS)
    engine.dispose()
    return home


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """``site("adoption", metric="stars")`` opens the page in the whole app, as for a visitor who comes by its link.

    In English alone, so that no link names a language, unless the test has set the languages before.
    """
    monkeypatch.setenv("FRAMESCOPE_SITE_ADDRESS", "127.0.0.1")
    if "FRAMESCOPE_LANGUAGES" not in os.environ:
        monkeypatch.setenv("FRAMESCOPE_LANGUAGES", "en")
    st.cache_data.clear()
    st.cache_resource.clear()

    def opened(page: str, /, **query: str | list[str]) -> AppTest:
        app = AppTest.from_file(str(ROOT / "dashboard/app.py"), default_timeout=60)
        for name, value in query.items():
            app.query_params[name] = value
        return app.switch_page(f"views/{page}.py").run()

    yield opened
    st.cache_data.clear()
    st.cache_resource.clear()


def typed(app: AppTest) -> list[str]:
    """What stands in a page's blocks of code, and after them the lines to type."""
    lines = [line.strip() for block in app.markdown for line in str(block.value).splitlines()]
    return [str(block.value) for block in app.code] + [line[1:-1] for line in lines if re.fullmatch("`[^`]+`", line)]


def result(workload: str, variant: str, seconds: float | None, **more: Any) -> dict[str, Any]:
    """A result as ``bench run`` writes it; without seconds it is a wrong one."""
    spread = {"median": seconds, "low": seconds, "high": seconds, "samples": 3} if seconds else None
    return {
        "workload": workload,
        "size": "small",
        "variant": variant,
        "device": "cpu",
        "preset": "matched",
        "status": "ok" if seconds else "wrong",
        "message": "" if seconds else "0.3 off the reference",
        "latency_s": spread,
        "throughput_s": spread,
        "first_call_s": 0.5 if seconds else None,
        "peak_bytes": 400_000_000,
        "relative_error": 1e-7 if seconds else 0.3,
        "tolerance": 1e-5,
        "share_of_ceiling": None,
        "passport": {"version": "2.13.0", "jit": {"on": False}},
        "samples": {"latency": [seconds] * 3, "throughput": [seconds] * 3} if seconds else None,
    } | more


def comparison(workload: str, variant: str, ratio: float | None, verdict: str, **more: Any) -> dict[str, Any]:
    """A comparison with torch.eager as ``bench run`` writes it."""
    low, high = (ratio * 0.9, ratio * 1.1) if ratio else (None, None)
    names = {"workload": workload, "size": "small", "baseline": "torch.eager", "variant": variant}
    return names | {"ratio": ratio, "low": low, "high": high, "verdict": verdict, "floor": 0.03, "why": ""} | more


def measured(home: Path) -> int:
    """Write a run with a slower, a wrong and a not comparable variant into a home; gives its number."""
    document = {
        "machine": {"processor": "A <b>bold</b> processor", "processors": 2},
        "preset": "matched",
        "device": "cpu",
        "seconds": 10.0,
        "rounds": 3,
        "stopped_because": "the budget is spent",
        "results": [
            result("lstm", "torch.eager", 0.010),
            result("lstm", "tensorflow.function", 0.021),
            result("lstm", "tensorflow.xla", None),
        ],
        "comparisons": [
            comparison("lstm", "tensorflow.function", 2.1, "slower"),
            comparison("lstm", "tensorflow.xla", None, "not comparable", why="tensorflow.xla is wrong"),
        ],
    }
    engine = open_database(f"sqlite:///{home / 'framescope.db'}")
    with writing(engine) as session:
        run = write.start_run(session, kind="benchmark", source="benchmark")
        write.bench_run(session, run, document)
        write.finish_run(session, run, status="ok", new=3)
    engine.dispose()
    return run
