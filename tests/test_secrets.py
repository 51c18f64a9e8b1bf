"""No secret gets out: each is planted, what may leak it is made to run, and everything that came of it is searched."""

import base64
import gzip
import json
import re
import threading
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
import requests
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol
from werkzeug import Request, Response

from collectors.run_rules import RunRules, SignIn
from collectors.settings import Settings
from dashboard.served.api import PATHS, PREFIX
from dashboard.served.head import PAGES
from db.engine import open_database
from tests.dashboard.running import running
from tests.framescope.test_cli import framescope

KEYED = ("github", "huggingface", "openalex", "stackexchange")
KEYS = ("GITHUB_TOKEN", "HUGGINGFACE_TOKEN", "OPENALEX_KEY", "STACKEXCHANGE_KEY")
NAMES = (*KEYS, "RUN_TOKEN", "SIGN_IN_SECRET", "SIGN_IN_COOKIE_SECRET")
SECRETS = {name: f"pl4nted-{name.lower()}/+=&%<'x" for name in NAMES}
PASSWORD = "pl4nted-p4ssword"  # looked for
AWAY = f"postgresql://me:{PASSWORD}@127.0.0.1:1/framescope"


@dataclass
class Found:
    """Everything that came out, by where."""

    home: Path
    heard: list[str] = field(default_factory=list)
    said: dict[str, bytes] = field(default_factory=dict)

    def of_command(self, name: str, *arguments: str, **settings: str) -> None:
        done = framescope(self.home, *arguments, **settings)
        self.said[name] = (done.stdout + done.stderr).encode()

    def of_site(self, name: str, address: str, pages: Iterable[str] = PAGES) -> None:
        """What a running site answers to whoever asks."""
        paths = ["/health", "/metrics", "/feed.xml", "/badge/stars/pytorch.svg", "/api/v1/openapi.json"]
        paths += [PREFIX + one.path.format(receipt=1, claim="x", result=1) for one in PATHS]
        for path in paths:
            answer = requests.get(address + path, timeout=60)
            self.said[f"{name} {path}"] = answer.content + repr(answer.headers).encode()
        for path in ("/auth/login?provider=x", "/oauth2callback?code=x&state=y", "/_stcore/host-config", "/none"):
            answer = requests.get(address + path, timeout=60, allow_redirects=False)
            self.said[f"{name} {path}"] = answer.content + repr(answer.headers).encode()
        for page in pages:
            self.said[f"{name} page {page}"] = drawn(address, page)


def planted() -> dict[str, str]:
    return {f"FRAMESCOPE_{name}": value for name, value in SECRETS.items()}


def drawn(address: str, page: str) -> bytes:
    """All that the site sends to a browser that opens a page."""
    told = []
    with connect(
        f"{address.replace('http', 'ws', 1)}/_stcore/stream", subprotocols=[Subprotocol("streamlit")], max_size=None
    ) as stream:
        timer = threading.Timer(90, stream.close)
        timer.start()
        asked = BackMsg()
        asked.rerun_script.page_name = page.strip("/")
        stream.send(asked.SerializeToString())
        for data in stream:
            told.append(data if isinstance(data, bytes) else data.encode())
            if ForwardMsg.FromString(told[-1]).WhichOneof("type") == "script_finished":
                break
        timer.cancel()
    return b"".join(told)


def forms(secret: str) -> set[bytes]:
    """How a value may be written: as it is, in an address, in JSON, in HTML, in base64."""
    written = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]}
    written |= {secret.replace("&", "&amp;").replace("<", "&lt;"), base64.b64encode(secret.encode()).decode()}
    return {form.encode() for form in written}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, free_ports: Callable[[], int]) -> Found:
    """Sources that send back whatever they are asked with, commands that fail, and a site in two states."""
    kept = Found(tmp_path_factory.mktemp("secrets") / "home")
    open_database(f"sqlite:///{kept.home / 'framescope.db'}", create=True).dispose()

    def echo(request: Request) -> Response:
        whole = f"{request.url}\n{request.full_path}\n{request.headers}\n{request.get_data(as_text=True)}"
        kept.heard.append(whole)
        again = {"X-Request-Url": request.url, "ETag": f'"{request.headers.get("Authorization", "x")}"'}
        body = {"message": whole, "items": [whole], "errors": [{"message": whole}], "error_message": whole}
        return Response(json.dumps(body), 200 if len(kept.heard) % 3 else 403, again, content_type="application/json")

    with HTTPServer(host="127.0.0.1", port=0) as server:
        server.expect_request(re.compile(".*")).respond_with_handler(echo)
        places = {f"FRAMESCOPE_{name.upper()}_URL": server.url_for(f"/{name}/") for name in KEYED}
        places |= {f"FRAMESCOPE_{name.upper()}_INTERVAL": "0" for name in KEYED}
        kept.of_command("collect", "collect", *KEYED, "--json", FRAMESCOPE_LOG="json", **planted(), **places)
    for name in ("sources", "doctor"):
        kept.of_command(name, name, "--json", **planted())
    kept.of_command("backup", "backup", str(kept.home / "backup.zip"), **planted())
    kept.of_command("doctor, its database away", "doctor", FRAMESCOPE_DATABASE_URL=AWAY, **planted())
    kept.of_command("jobs, their database away", "jobs", FRAMESCOPE_DATABASE_URL=AWAY, **planted())
    kept.of_command("an address with a secret", "sources", FRAMESCOPE_GITHUB_URL=f"https://me:{PASSWORD}@x.example/")
    wrong = {name: f"{value} and a space" for name, value in planted().items()}
    kept.of_command("secrets that cannot be", "sources", **wrong)
    away = ("site, its database away", {"FRAMESCOPE_DATABASE_URL": AWAY}, ("/", "/adoption", "/speed"))
    for name, settings, pages in (("site", dict[str, str](), tuple(PAGES)), away):
        port = free_ports()
        address = f"http://127.0.0.1:{port}"
        sign_in = {"PUBLIC_URL": address, "SIGN_IN_URL": "http://127.0.0.1:1/none", "SIGN_IN_CLIENT": "framescope"}
        named = {f"FRAMESCOPE_{key}": value for key, value in sign_in.items()} | settings
        with running(kept.home, port, "0.0.0.0", **planted(), **named) as log:  # noqa: S104  # told, not bound
            kept.of_site(name, address, pages)
        kept.said[f"log of the {name}"] = log.read_bytes()
    return kept


def test_every_secret_there_is_is_planted() -> None:
    there = {name.upper() for name, kind in Settings.model_fields.items() if SecretStr.__name__ in str(kind.annotation)}
    for rules in (RunRules, SignIn):
        prefix = str(rules.model_config["env_prefix"]).removeprefix("FRAMESCOPE_")
        fields = rules.model_fields.items()
        there |= {f"{prefix}{name.upper()}" for name, kind in fields if SecretStr.__name__ in str(kind.annotation)}
    assert there == {*SECRETS, "DATABASE_URL"}


def test_the_search_is_not_blind(found: Found) -> None:
    """What should have been tempted was: keys were sent and came back, their receipts are kept, pages were drawn."""
    heard = "\n".join(found.heard)
    for name in KEYS:
        assert any(form.decode() in heard for form in forms(SECRETS[name])), name
    bodies = [gzip.decompress(path.read_bytes()) for path in (found.home / "receipts").rglob("*.gz")]
    assert len([body for body in bodies if b"redacted" in body]) >= 2
    assert all(len(found.said[f"site page {page}"]) > 10_000 for page in PAGES)
    assert b"does not answer" in found.said["site, its database away page /adoption"]
    assert all(f"{name} must be".encode() in found.said["secrets that cannot be"] for name in SECRETS)


def test_no_secret_is_in_anything_that_was_said(found: Found) -> None:
    assert leaks(found.said) == []


def test_no_secret_is_in_anything_that_was_kept(found: Found) -> None:
    """The database with its log, receipts as they are and unpacked, the backup and what is in it."""
    kept = {str(path): path.read_bytes() for path in found.home.rglob("*") if path.is_file()}
    kept |= {f"{name}, unpacked": gzip.decompress(body) for name, body in kept.items() if name.endswith(".gz")}
    with zipfile.ZipFile(found.home / "backup.zip") as backup:
        kept |= {f"backup {name}": backup.read(name) for name in backup.namelist()}
    assert {Path(name).name for name in kept} >= {"framescope.db", "backup.zip"}
    assert leaks(kept) == []


def leaks(texts: dict[str, bytes]) -> list[str]:
    """Where a secret stands in one of its forms, and which."""
    every = {**SECRETS, "DATABASE_URL": PASSWORD}
    return [f"{name} in {where}" for name, value in every.items() for where, text in texts.items() if has(text, value)]


def has(text: bytes, secret: str) -> bool:
    return any(form in text for form in forms(secret))
