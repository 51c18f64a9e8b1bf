"""An OpenID provider on the loopback: metadata, keys, a page to choose a person on, codes with PKCE, signed tokens."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug import Request, Response
from werkzeug.serving import WSGIRequestHandler, make_server

CLIENT, CLIENT_SECRET = "framescope", "planted-client-secret"
PEOPLE: dict[str, dict[str, Any]] = {
    "ann": {"sub": "a-1", "name": "Ann", "email": "ann@example.org", "email_verified": True, "groups": ["staff"]},
    "bob": {"sub": "b-2", "name": "Bob *Bold*", "email": "bob@example.org", "email_verified": False, "groups": ["gpu"]},
    "eve": {"sub": "e-3", "name": "Eve", "email": "eve@example.org", "email_verified": True, "groups": ["staff"]},
    "ned": {"sub": "n-4", "name": "Ned", "email": "ann@example.org", "email_verified": False, "groups": []},
}
Claims = dict[str, Any]


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@dataclass
class Grant:
    """A code that was given out: for whom, where to, and what must be shown for it."""

    person: str
    redirect: str
    nonce: str
    challenge: str


@dataclass
class Provider:
    """The server, while the ``with`` lasts; ``changes`` go into every identity token, ``signer`` is another's key."""

    changes: Claims = field(default_factory=dict)
    signer: RSAKey | None = None
    person: str = ""
    codes: dict[str, Grant] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> Provider:
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig"})
        self._server = make_server("127.0.0.1", 0, self._app, threaded=True, request_handler=_Quiet)
        self._server.daemon_threads = True  # type: ignore[attr-defined]  # of the threaded kind, which was asked for
        self.address = f"http://127.0.0.1:{self._server.port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def metadata(self) -> str:
        """The address of its openid-configuration."""
        return f"{self.address}/.well-known/openid-configuration"

    def _app(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        self.asked.append(request.path)
        found = {
            "/.well-known/openid-configuration": self._configuration,
            "/keys": self._keys,
            "/authorize": self._authorize,
            "/token": self._token,
            "/out": self._out,
        }.get(request.path)
        answer = Response("nothing here", 404) if found is None else found(request)
        return answer(environ, start_response)

    def _configuration(self, _request: Request) -> Response:
        return _json(
            {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
                "end_session_endpoint": f"{self.address}/out",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    def _keys(self, _request: Request) -> Response:
        return _json({"keys": [self.key.as_dict(private=False)]})

    def _authorize(self, request: Request) -> Response:
        """A page with one link a person; straight back where one was chosen beforehand."""
        asked = request.args
        if asked.get("client_id") != CLIENT or asked.get("response_type") != "code":
            return Response("who asks?", 400)
        person = asked.get("as", self.person)
        if not person:
            links = [f'<a href="?{urlencode({**asked.to_dict(), "as": name})}">{name}</a>' for name in PEOPLE]
            return Response(f"<h1>Who are you?</h1>{' '.join(links)}", mimetype="text/html")
        code = secrets.token_urlsafe(16)
        self.codes[code] = Grant(person, asked["redirect_uri"], asked.get("nonce", ""), asked.get("code_challenge", ""))
        return _to(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    def _token(self, request: Request) -> Response:
        given, form = request.authorization, request.form
        shown = (given.username, given.password) if given else (form.get("client_id"), form.get("client_secret"))
        grant = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            shown != (CLIENT, CLIENT_SECRET)
            or grant is None
            or form.get("redirect_uri") != grant.redirect
            or base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != grant.challenge
        ):
            return _json({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": grant.nonce}
        told = claims | PEOPLE[grant.person] | self.changes
        token = jwt.encode({"alg": "RS256", "kid": "one"}, told, self.signer or self.key)
        return _json({"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": token})

    def _out(self, request: Request) -> Response:
        return _to(request.args["post_logout_redirect_uri"])


def _json(document: dict[str, Any], status: int = 200) -> Response:
    from json import dumps

    return Response(dumps(document), status, mimetype="application/json")


def _to(address: str) -> Response:
    return Response("", 302, {"Location": address})
