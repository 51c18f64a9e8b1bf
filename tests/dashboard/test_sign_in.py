"""Signing in by OpenID Connect against a real provider on the loopback: the code flow, and each way it must fail."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.visits import COOKIE_SECRET, PublicSite, public_site

pytest.importorskip("authlib", reason="NO AUTHLIB: pip install 'framescope[sign-in]'")
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.fakes.openid import CLIENT, CLIENT_SECRET, Provider

USER = "_streamlit_user"
SHOWN_MS = 30_000


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with Provider() as running:
        yield running


@pytest.fixture(scope="module")
def site(
    provider: Provider, tmp_path_factory: pytest.TempPathFactory, free_ports: Callable[[], int]
) -> Iterator[PublicSite]:
    port = free_ports()
    settings = {
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SIGN_IN_URL": provider.metadata,
        "SIGN_IN_CLIENT": CLIENT,
        "SIGN_IN_SECRET": CLIENT_SECRET,
        "SIGN_IN_COOKIE_SECRET": COOKIE_SECRET,
        "RUN_USERS": "ann@example.org",
        "RUN_GROUPS": "gpu",
        "RUN_COOLDOWN_S": "3600",
    }
    named = {f"FRAMESCOPE_{name}": value for name, value in settings.items()}
    with public_site(tmp_path_factory.mktemp("sign-in") / "home", port, **named) as running:
        yield running


@pytest.fixture(autouse=True)
def honest(provider: Provider) -> None:
    provider.changes, provider.signer, provider.person = {}, None, ""


def begun(site: PublicSite, client: requests.Session) -> requests.Response:
    """Ask the site to sign in, as ``st.login`` sends a browser; gives where it sends it on to."""
    told = {"provider": "default", "exp": int(time.time()) + 120}
    ticket = jwt.encode({"alg": "HS256"}, told, OctKey.import_key(COOKIE_SECRET))
    return client.get(f"{site.address}/auth/login", params={"provider": ticket}, allow_redirects=False, timeout=30)


def signed_in(site: PublicSite, provider: Provider, person: str) -> requests.Session:
    provider.person = person
    client = requests.Session()
    to_provider = begun(site, client)
    back = client.get(to_provider.headers["location"], allow_redirects=False, timeout=30)
    client.get(back.headers["location"], allow_redirects=False, timeout=30)
    return client


def test_the_code_flow_ends_in_a_signed_cookie(site: PublicSite, provider: Provider) -> None:
    client = requests.Session()
    asked = parse_qs(urlsplit(begun(site, client).headers["location"]).query)
    assert asked["redirect_uri"] == [f"{site.address}/oauth2callback"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["nonce"][0]) >= 20
    client = signed_in(site, provider, "ann")
    assert USER in client.cookies
    assert CLIENT_SECRET not in str(client.cookies)


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1_700_000_000},
        {"iss": "http://127.0.0.1:9"},
        {"aud": "another client"},
        {"iat": int(time.time()) + 86_400},
    ],
    ids=["wrong nonce", "no nonce", "expired", "wrong issuer", "for another", "of tomorrow"],
)
def test_a_token_that_is_wrong_signs_nobody_in(site: PublicSite, provider: Provider, changes: dict[str, Any]) -> None:
    provider.changes = changes
    assert USER not in signed_in(site, provider, "ann").cookies


def test_a_token_of_another_key_signs_nobody_in(site: PublicSite, provider: Provider) -> None:
    provider.signer = RSAKey.generate_key(2048, parameters={"kid": "one"})
    assert USER not in signed_in(site, provider, "ann").cookies


def test_a_code_of_another_browser_signs_nobody_in(site: PublicSite, provider: Provider) -> None:
    provider.person = "ann"
    hers = requests.Session()
    back = hers.get(begun(site, hers).headers["location"], allow_redirects=False, timeout=30).headers["location"]
    his = requests.Session()
    his.get(back, allow_redirects=False, timeout=30)
    assert USER not in his.cookies
    hers.get(back, allow_redirects=False, timeout=30)
    assert USER in hers.cookies
    again = requests.Session()
    again.cookies.update({name: value for name, value in hers.cookies.items() if name != USER})
    again.get(back, allow_redirects=False, timeout=30)
    assert USER not in again.cookies, "a code counts once"


def test_no_secret_is_in_a_cookie_that_is_read_or_in_the_log(site: PublicSite, provider: Provider) -> None:
    provider.changes = {"nonce": "another"}
    signed_in(site, provider, "ann")
    said = site.log.read_text(encoding="utf-8")
    assert CLIENT_SECRET not in said
    assert COOKIE_SECRET not in said


@pytest.fixture
def visit(site: PublicSite, chromium: Browser) -> Iterator[Callable[[str], Page]]:
    """`visit(person)` signs somebody in, in a browser of his own, from the page Code."""
    contexts = []

    def visited(person: str) -> Page:
        contexts.append(chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce"))
        page = contexts[-1].new_page()
        page.goto(f"{site.address}/code")
        expect(page.get_by_text("This site is read-only until you sign in.")).to_be_visible(timeout=SHOWN_MS)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name=person).click()
        page.wait_for_url(f"{site.address}/", timeout=SHOWN_MS)
        page.goto(f"{site.address}/code")
        return page

    yield visited
    for context in contexts:
        context.close()


@pytest.mark.browser
def test_who_is_on_the_list_runs_sees_his_jobs_and_alone_ends_them(
    site: PublicSite, visit: Callable[[str], Page], shot: Callable[[Page, str], None]
) -> None:
    ann = visit("ann")
    expect(ann.get_by_text("Signed in as ann@example.org.")).to_be_visible(timeout=SHOWN_MS)
    ann.get_by_role("button", name="Run these").click()
    expect(ann.get_by_text("My jobs: 1 not over")).to_be_visible(timeout=SHOWN_MS)
    (job,) = site.jobs()
    assert (job.kind, job.requested_by, job.asker_name) == ("tasks", "site", "ann@example.org")
    bob = visit("bob")
    expect(bob.get_by_text("Signed in as Bob *Bold*.")).to_be_visible(timeout=SHOWN_MS)
    expect(bob.get_by_text(f"Job {job.job}: queued")).to_be_visible(timeout=SHOWN_MS)
    expect(bob.get_by_role("button", name="Cancel")).to_have_count(0)
    ann.get_by_text("My jobs: 1 not over").click()
    shot(ann, "my jobs")
    ann.get_by_role("button", name=f"Cancel job {job.job}").click()
    expect(ann.get_by_text("was cancelled")).to_be_visible(timeout=SHOWN_MS)
    assert site.jobs()[0].state == "cancelled"
    ann.get_by_role("button", name="Run these").click()
    expect(ann.get_by_text("FRAMESCOPE_RUN_COOLDOWN_S")).to_be_visible(timeout=SHOWN_MS)
    assert len(site.jobs()) == 1


@pytest.mark.browser
@pytest.mark.parametrize(("person", "name"), [("eve", "eve@example.org"), ("ned", "Ned")])
def test_who_is_not_on_the_list_is_told_so_and_can_sign_out(
    site: PublicSite, visit: Callable[[str], Page], person: str, name: str, shot: Callable[[Page, str], None]
) -> None:
    page = visit(person)
    expect(page.get_by_text(f"You are signed in as {name}, who is not on the list")).to_be_visible(timeout=SHOWN_MS)
    expect(page.get_by_role("button", name="Run these")).to_have_count(0)
    shot(page, f"not on the list {person}")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{site.address}/", timeout=SHOWN_MS)
    page.goto(f"{site.address}/code")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=SHOWN_MS)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("secret", "says"),
    [
        (COOKIE_SECRET, "Signed in as ann@example.org."),
        ("another-cookie-secret", "This site is read-only until you sign in."),
    ],
    ids=["by the site", "by somebody else"],
)
def test_a_cookie_counts_if_the_site_signed_it(site: PublicSite, chromium: Browser, secret: str, says: str) -> None:
    from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

    told = {"is_logged_in": True, "iss": "x", "sub": "a-1", "email": "ann@example.org", "email_verified": True}
    told |= {"iat": time.time(), "origin": site.address, "provider": "default"}
    signed = create_signed_value(secret, USER, json.dumps(told)).decode()
    context = chromium.new_context()
    context.add_cookies([{"name": USER, "value": signed, "url": site.address}])
    page = context.new_page()
    page.goto(f"{site.address}/code")
    expect(page.get_by_text(says)).to_be_visible(timeout=SHOWN_MS)
    context.close()
