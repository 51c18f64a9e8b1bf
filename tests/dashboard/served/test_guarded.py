"""The names a site answers to, and the headers of what it answers: pages, API, files, and the pages' own connection."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from collectors.settings import SettingsError
from dashboard.served import address, headers, hosts
from db.engine import open_database
from tests.dashboard.running import running
from tests.dashboard.served.conftest import Ask
from tests.framescope.test_cli import framescope

STREAM = "/_stcore/stream"
SPOKEN = [Subprotocol("streamlit")]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., frozenset[str]]]:
    """`told(bound, public_url=…, allowed_hosts=…)` gives the names of a site that is set up so."""

    def names(bound: str, **settings: str) -> frozenset[str]:
        monkeypatch.setenv("FRAMESCOPE_SITE_ADDRESS", bound)
        for name, value in settings.items():
            monkeypatch.setenv(f"FRAMESCOPE_{name.upper()}", value)
        address._set.cache_clear()
        return hosts.names()

    yield names
    monkeypatch.undo()
    address._set.cache_clear()


def test_a_site_of_this_machine_answers_to_the_loopback_alone(told: Callable[..., frozenset[str]]) -> None:
    own = told("127.0.0.1")
    assert own == {"localhost", "127.0.0.1"}
    for host in (
        "localhost",
        "LocalHost:8501",
        "localhost.",
        "127.0.0.1:8501",
        "[::1]:8501",
        "192.0.2.7",
        "[2001:db8::1]",
    ):
        assert hosts.is_own(host, own), host
    odd = ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8501", "evil@localhost", "localhost/..")
    for host in (
        *odd,
        "",
        "localhost:x",
        "localhost:123456",
        "[::1",
        "a\x00b",
        "localhost\n",
        "*",
        "2130706433.example",
    ):
        assert not hosts.is_own(host, own), host


def test_names_are_added_by_the_settings_and_by_being_public(told: Callable[..., frozenset[str]]) -> None:
    own = told("192.0.2.7", public_url="https://Framescope.example.org:8443/x", allowed_hosts="site, Other.example")
    machine = socket.gethostname().lower()
    assert own == {"localhost", "192.0.2.7", machine, "framescope.example.org", "site", "other.example"}
    assert hosts.is_own("framescope.example.org", own)
    assert hosts.is_own("SITE:8501", own)
    assert not hosts.is_own("example.org", own)
    assert not hosts.is_own("a.framescope.example.org", own)
    assert hosts.is_own("anything.example", told("127.0.0.1", allowed_hosts="*"))


@pytest.mark.parametrize(
    "names", ["https://a.example", "a.example:80", "a b", "*.example.org", "-a", ",".join("a" * 101)]
)
def test_what_cannot_be_names_is_refused_with_what_they_must_be(
    told: Callable[..., frozenset[str]], names: str
) -> None:
    with pytest.raises(SettingsError, match="must be names without ports"):
        told("127.0.0.1", allowed_hosts=names)


@pytest.mark.parametrize(
    "path", ["/", "/speed", "/api/v1/series", "/badge/stars/pytorch.svg", "/_stcore/health", "/media/x", "/static/x"]
)
def test_a_name_that_leads_here_by_chance_gets_nothing(ask: Ask, path: str) -> None:
    answer = ask(path, headers={"Host": "evil.example"})
    assert answer.status_code == 421
    assert "evil" not in answer.text
    assert "FRAMESCOPE_ALLOWED_HOSTS" in answer.json()["do"]


@pytest.mark.parametrize(
    ("name", "origin", "opened"),
    [
        ("127.0.0.1", "http://127.0.0.1:{port}", True),
        ("localhost", "http://localhost:{port}", True),
        ("127.0.0.1", None, True),
        ("127.0.0.1", "http://localhost:{port}", False),
        ("127.0.0.1", "http://127.0.0.1:1", False),
        ("127.0.0.1", "https://evil.example", False),
        ("127.0.0.1", "null", False),
        ("evil.example", "http://evil.example:{port}", False),
        ("evil.example", None, False),
    ],
)
def test_messages_go_to_a_page_of_this_site_alone(
    served_site: str, name: str, origin: str | None, opened: bool
) -> None:
    port = urlsplit(served_site).port or 0
    asked = Origin(origin.format(port=port)) if origin else None
    refused: AbstractContextManager[object] = (
        nullcontext() if opened else pytest.raises(InvalidStatus, match="HTTP 403")
    )
    with refused, socket.create_connection(("127.0.0.1", port)) as own:
        address = f"ws://{name}:{port}{STREAM}"
        with connect(address, sock=own, origin=asked, subprotocols=SPOKEN, open_timeout=60):
            pass


def test_what_is_no_page_is_given_no_script_and_no_frame(ask: Ask) -> None:
    for path in (
        "/api/v1/series",
        "/badge/stars/pytorch.svg",
        "/feed.xml",
        "/metrics",
        "/health",
        "/api/none",
        "/media/x",
    ):
        answer = ask(path)
        assert answer.headers["content-security-policy"] == headers.FILE, path
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert ask("/badge/stars/pytorch.svg").headers["cross-origin-resource-policy"] == "cross-origin"
    assert ask("/api/v1/series").headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/speed", "/no/such/page", "/apiary", "/static/js/none.js"])
def test_a_page_runs_the_scripts_of_the_site_alone(ask: Ask, path: str) -> None:
    answer = ask(path)
    told = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    inline = re.findall(r"<script>(.*?)</script>", answer.text, flags=re.DOTALL)
    known = {f"'sha256-{headers.hashed(script.encode())}'" for script in inline}
    assert known <= set(told["script-src"].split())
    words = [word for word in told["script-src"].split() if not word.startswith("'sha256-")]
    assert words == ["'self'", "'wasm-unsafe-eval'"]
    assert (told["object-src"], told["frame-ancestors"], told["base-uri"]) == ("'none'", "'self'", "'none'")


@pytest.mark.parametrize(
    ("query", "anywhere"),
    [("embed=true", True), ("metric=stars&embed=True", True), ("embed=false", False), ("embed_options=true", False)],
)
def test_only_what_is_embedded_stands_in_other_pages(ask: Ask, query: str, anywhere: bool) -> None:
    assert ("frame-ancestors" not in ask(f"/adoption?{query}").headers["content-security-policy"]) is anywhere


def test_what_is_known_already_is_told_with_the_same_headers(ask: Ask) -> None:
    known = ask("/speed", headers={"If-None-Match": ask("/speed").headers["etag"]})
    assert known.status_code == 304
    assert known.headers["content-security-policy"] == headers.policy("/speed", "")


def test_programs_cannot_drive_the_pages(ask: Ask) -> None:
    """Streamlit's interface for agents would be a second door to what visitors may do; it stays shut."""
    for path, asked in (("interact", "{}"), ("mcp", '{"jsonrpc": "2.0", "id": 1, "method": "initialize"}')):
        sent = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        answer = ask(f"/_stcore/agent/{path}", method="POST", headers=sent, body=asked)
        assert answer.status_code in (400, 403)
        assert "not_available" in answer.text


def test_a_listed_name_reaches_the_running_site(tmp_path: Path, free_ports: Callable[[], int]) -> None:
    port = free_ports()
    with running(tmp_path / "home", port, FRAMESCOPE_ALLOWED_HOSTS="framescope.test"):
        for name, status in (("framescope.test", 200), (f"framescope.test:{port}", 200), ("other.test", 421)):
            told = requests.get(f"http://127.0.0.1:{port}/robots.txt", headers={"Host": name}, timeout=60)
            assert told.status_code == status


def test_names_that_cannot_be_are_told_before_the_site_starts(tmp_path: Path) -> None:
    open_database(f"sqlite:///{tmp_path / 'framescope.db'}", create=True).dispose()
    done = framescope(tmp_path, "serve", "--port", "0", FRAMESCOPE_ALLOWED_HOSTS="https://a.example")
    assert done.returncode == 1
    assert done.stderr.startswith("framescope: FRAMESCOPE_ALLOWED_HOSTS must be names without ports")
    assert len(done.stderr.splitlines()) == 1
