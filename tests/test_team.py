"""The set-up for a team in contrib/: what compose starts runs, and the proxy compresses, upgrades and hides."""

import gzip
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from postgresql_server import Server, find_binaries
from typer.testing import CliRunner

from catalog.load import load_catalog
from collectors.history import LoadReport
from db import write
from db.engine import open_database, writing
from framescope.cli import app
from tests.conftest import find_free_port
from tests.test_contrib import CONTRIB, compose, environment, for_sources

WAIT_S = 60.0
OURS = ("init", "site", "worker", "scheduler")


def team() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((CONTRIB / "compose.team.yaml").read_text(encoding="utf-8"))
    return loaded


def test_every_service_waits_for_what_it_needs_and_says_how_it_is() -> None:
    services = team()["services"]
    assert set(services) == {"database", "proxy", *OURS}
    assert services["init"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    for name in ("site", "worker", "scheduler"):
        assert services[name]["depends_on"] == {"init": {"condition": "service_completed_successfully"}}
    assert services["proxy"]["depends_on"] == {"site": {"condition": "service_healthy"}}
    assert all("healthcheck" in service for service in services.values())
    assert all(service["healthcheck"]["test"][0] == "CMD" for name, service in services.items() if name != "init")


def test_only_the_proxy_can_be_reached_and_nothing_is_of_no_version() -> None:
    services = team()["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert all(port.startswith("127.0.0.1:") for port in services["proxy"]["ports"])
    for service in services.values():
        assert service["image"].startswith("framescope") or re.fullmatch(r"\w+:\d+(\.\d+)?-\w+", service["image"])
    mounted = services["proxy"]["volumes"][0].split(":")[0]
    assert (CONTRIB / mounted).is_file()
    built = {service["build"]["target"] for service in services.values() if "build" in service}
    assert built == {"site", "site-bench"}


def test_every_setting_of_a_source_reaches_every_service_and_no_password_is_written_down() -> None:
    for name in OURS:
        given = team()["services"][name]["environment"]
        assert for_sources() - {"FRAMESCOPE_GIT_CLONES"} <= set(given)
        secrets = [setting for setting in given if re.search("TOKEN|KEY", setting)]
        assert [given[setting] for setting in secrets] == [f"${{{setting}:-}}" for setting in secrets]
        assert ":${POSTGRES_PASSWORD:?" in given["FRAMESCOPE_DATABASE_URL"]


def test_the_commands_are_ones_there_are() -> None:
    for name in ("init", "site", "worker"):
        program, *words = team()["services"][name]["command"]
        assert program == "framescope"
        asked = CliRunner().invoke(app, [*words, "--help"])
        assert asked.exit_code == 0, asked.output
    assert team()["services"]["scheduler"]["command"] == compose()["services"]["collect"]["command"]


def test_the_health_checks_and_the_worker_run_on_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("NO POSTGRESQL: install the package postgresql; .ci/run does")
    server = Server(binaries)
    try:
        address = team()["services"]["init"]["environment"]["FRAMESCOPE_DATABASE_URL"]
        assert re.fullmatch(r"postgresql://framescope:\$\{[^}]+\}@database:5432/framescope", address)
        given = environment(tmp_path, FRAMESCOPE_DATABASE_URL=server.url(server.create()), FRAMESCOPE_LOG="json")
        monkeypatch.setenv("FRAMESCOPE_DATABASE_URL", given["FRAMESCOPE_DATABASE_URL"])
        bundled = LoadReport(new=0, revised=0, origins=())
        monkeypatch.setattr("collectors.history.load_bundled", lambda _engine, _store: bundled)  # it takes long
        made = CliRunner().invoke(app, team()["services"]["init"]["command"][1:])
        assert made.exit_code == 0, made.output
        for words in (
            team()["services"]["worker"]["healthcheck"]["test"][1:],
            [*team()["services"]["worker"]["command"], "--once"],
        ):
            command = [sys.executable, "-m", *words]
            done = subprocess.run(command, env=given, capture_output=True, text=True, timeout=240, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            assert all(json.loads(line) for line in done.stderr.splitlines()), "the log is JSON, every line of it"
    finally:
        server.close()


@pytest.fixture(scope="module")
def nginx() -> str:
    """The proxy's program; its tests are skipped, and say so, where the machine has none."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        pytest.skip("NO NGINX: install the package nginx to try contrib/nginx.conf")
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the proxy keeps what it writes, its access.log among it."""
    return tmp_path_factory.mktemp("proxy")


@pytest.fixture(scope="module")
def proxied(nginx: str, place: Path) -> Iterator[str]:
    """The address of a real site behind a real proxy, set up as contrib/nginx.conf says but for ports and places."""
    given, site, front = environment(place), find_free_port(), find_free_port()
    program = [sys.executable, "-m", "framescope"]
    with_catalog(Path(given["FRAMESCOPE_HOME"]) / "framescope.db")
    text = (CONTRIB / "nginx.conf").read_text(encoding="utf-8")
    for ours, here in (("site:8501", f"127.0.0.1:{site}"), ("listen 8080", f"listen 127.0.0.1:{front}")):
        assert ours in text
        text = text.replace(ours, here)
    conf = place / "nginx.conf"
    conf.write_text(text.replace("/tmp/", f"{place}/").replace("/dev/stdout", f"{place}/access.log"))  # noqa: S108  # what is replaced
    words = [nginx, "-p", str(place), "-c", str(conf), "-g", "daemon off;" + ("user root;" if os.getuid() == 0 else "")]
    tried = subprocess.run([*words, "-t"], capture_output=True, text=True, timeout=30, check=False)
    assert tried.returncode == 0, tried.stderr
    serving = subprocess.Popen([*program, "serve", "--port", str(site)], env=given, stderr=subprocess.DEVNULL)
    running = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{front}/health")
        yield f"http://127.0.0.1:{front}"
    finally:
        for process in (running, serving):
            process.terminate()
            process.wait(30)


def with_catalog(path: Path) -> None:
    """Make a database that knows the systems and no figures."""
    engine = open_database(f"sqlite:///{path}", create=True)
    with writing(engine) as session:
        run = write.start_run(session, kind="catalog", source="catalog")
        write.catalog(session, run, load_catalog())
    engine.dispose()


def wait_for(url: str) -> None:
    until = time.monotonic() + WAIT_S
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310  # loopback
            return
        except OSError as error:
            if isinstance(error, urllib.error.HTTPError):  # the proxy is there before the site is
                error.close()
            assert time.monotonic() < until, url
            time.sleep(0.2)


def test_what_comes_through_the_proxy_is_compressed_by_one_of_the_two(proxied: str) -> None:
    with urllib.request.urlopen(f"{proxied}/", timeout=30) as page:  # noqa: S310  # loopback
        script = re.search(r'src="\./(static/[^"]+\.js)"', page.read().decode())
    assert script is not None
    asked = urllib.request.Request(f"{proxied}/{script[1]}", headers={"Accept-Encoding": "gzip"})  # noqa: S310  # as above
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310  # as above
        body = answer.read()
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in answer.headers["Vary"]
    assert len(body) < len(gzip.decompress(body)) / 2


def test_the_proxy_lets_a_page_keep_its_connection(proxied: str) -> None:
    host = proxied.removeprefix("http://")
    name, _, port = host.partition(":")
    lines = (
        "GET /_stcore/stream HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13", f"Origin: {proxied}", "", "",
    )  # fmt: skip
    with socket.create_connection((name, int(port)), timeout=30) as asked:
        asked.sendall("\r\n".join(lines).encode())
        assert asked.recv(4096).startswith(b"HTTP/1.1 101 ")


def test_the_proxy_hides_the_metrics_and_logs_in_json(proxied: str, place: Path) -> None:
    for address in ("/_stcore/metrics", "/metrics"):
        with pytest.raises(urllib.error.HTTPError) as told:
            urllib.request.urlopen(proxied + address, timeout=30)  # noqa: S310  # loopback
        with told.value as refused:
            assert refused.code == 404, address
    until, lines = time.monotonic() + WAIT_S, list[dict[str, str]]()
    while not any("/metrics" in line["event"] for line in lines):  # it is written once the answer is sent
        assert time.monotonic() < until, lines
        time.sleep(0.05)
        lines = [json.loads(line) for line in (place / "access.log").read_text(encoding="utf-8").splitlines()]
    assert {"time", "level", "event", "status"} <= set(lines[-1])
