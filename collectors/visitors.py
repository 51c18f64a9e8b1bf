"""Who visits the site and whether he may run: by the address the site is bound to, by sign-in, or by the run token."""

import hashlib
import hmac
import ipaddress
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from collectors.run_rules import RunRules, load_rules, load_sign_in
from collectors.settings import PREFIX, SettingsError
from db import clock
from db.records import Asker
from language.words import _

SITE_ADDRESS = f"{PREFIX}SITE_ADDRESS"
PUBLIC_URL = f"{PREFIX}PUBLIC_URL"
AT_HOME = Asker("local", "local", "at this machine")
_LONGEST_NAME, _LONGEST_TOKEN, _MOST_GROUPS = 120, 1_000, 1_000
_AHEAD_S = 300
"""How far the provider's clock may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """What the site knows of who is there; nothing of it is believed before `standing` has looked at it.

    token: what was typed as the run token. claims: of the identity cookie that Streamlit signed, empty without one.
    address: the client's as the server saw it. forwarded: whether a proxy says that it passed the request on.
    """

    token: str = field(default="", repr=False)
    claims: Mapping[str, Any] = field(default_factory=dict, repr=False)
    address: str = ""
    forwarded: bool = False


class Standing(NamedTuple):
    """What a visitor may.

    allowed: whether he may run. why: why not, or empty. asker: whose his jobs are; None where nothing tells who he is.
    operator: whether he may what the command line may: he is at the machine. signed_in: whether he proved who he is.
    token, sign_in: whether those are ways to be allowed here.
    """

    allowed: bool
    why: str
    asker: Asker | None = None
    operator: bool = False
    signed_in: bool = False
    token: bool = False
    sign_in: bool = False


def standing(visitor: Visitor) -> Standing:
    """Look at who a visitor is and what he may; where a setting cannot be used he may nothing."""
    if is_loopback(os.environ.get(SITE_ADDRESS, "")) and not _published(visitor):
        return Standing(True, "", AT_HOME, operator=True)
    try:
        rules, sign_in = load_rules(), bool(load_sign_in().url)
    except SettingsError as error:
        return Standing(False, _("This site is read-only, since a setting cannot be used: {error}", error=error))
    person, why = _person(visitor.claims, rules, clock.now()) if sign_in else (None, "")
    ways = Standing(False, "", person, False, person is not None, rules.token is not None, sign_in)
    if person is not None and not why:
        return ways._replace(allowed=True)
    if _knows_token(visitor.token, rules):
        return ways._replace(allowed=True, asker=person or _holder(visitor, rules))
    return ways._replace(why=_refused(visitor, ways, why))


def is_loopback(address: str) -> bool:
    """Whether an address to bind to is reached from this machine alone."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def subscriber(host: str) -> str:
    """An address, of IPv6 the network of 64 bits that one subscriber has; what is no address is cut to 80 signs."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return str(host)[:80]
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((int(address), 64), strict=False))
    return str(address)


def _published(visitor: Visitor) -> bool:
    """Whether a site bound to loopback is reached from elsewhere all the same; a header can but take away."""
    told = os.environ.get(PUBLIC_URL, "")
    return visitor.forwarded or bool(told and not is_loopback(host_of(told)))


def host_of(address: str) -> str:
    """The host that an address names; empty where it names none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _person(claims: Mapping[str, Any], rules: RunRules, now: datetime) -> tuple[Asker | None, str]:
    """Who is signed in, and why he may not run, if he may not; an identity that is too old is none."""
    issuer, subject = claims.get("iss"), claims.get("sub")
    if claims.get("is_logged_in") is not True or not (isinstance(issuer, str) and isinstance(subject, str) and subject):
        return None, ""
    issued = claims.get("iat")
    age_s = now.timestamp() - issued if isinstance(issued, int | float) and math.isfinite(issued) else math.inf
    if not -_AHEAD_S <= age_s <= rules.sign_in_hours * 3_600:
        hours = f"{rules.sign_in_hours:g}"
        return None, _("Your sign-in is older than {hours} hours: sign in again.", hours=hours)
    key = "user:" + hashlib.sha256(f"{issuer}\n{subject}".encode(errors="replace")).hexdigest()[:32]
    address = claims.get("email") if claims.get("email_verified") is True else None
    name = str(address or claims.get("name") or subject)
    person = Asker(key, key, " ".join(name.split())[:_LONGEST_NAME])
    if _listed(subject, address, claims.get(rules.groups_claim), rules):
        return person, ""
    return person, _(
        "You are signed in as {name}, who is not on the list of those who may run here. The operator keeps it "
        "in {users} and {groups}; an address counts once the provider has verified it.",
        name=person.name,
        users=f"{PREFIX}RUN_USERS",
        groups=f"{PREFIX}RUN_GROUPS",
    )


def _listed(subject: str, address: object, groups: object, rules: RunRules) -> bool:
    if subject in rules.listed_users and "@" not in subject:
        return True
    if isinstance(address, str) and address.lower() in rules.listed_users:
        return True
    named = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    return any(isinstance(name, str) and name in rules.listed_groups for name in named[:_MOST_GROUPS])


def _knows_token(told: str, rules: RunRules) -> bool:
    """Compare in constant time: digests, since the length of a text shows in the time that comparing it takes."""
    if rules.token is None or not told or len(told) > _LONGEST_TOKEN:
        return False
    expected = rules.token.get_secret_value()
    return hmac.compare_digest(*(hashlib.sha256(text.encode(errors="replace")).digest() for text in (told, expected)))


def _holder(visitor: Visitor, rules: RunRules) -> Asker:
    """Who holds the token: a name nobody gave, so it is told by the client's address, hashed under the token.

    A device changes its IPv6 address by the day and keeps its network, so that counts, as where tries are counted.
    """
    secret = rules.token.get_secret_value() if rules.token else ""
    where = subscriber(visitor.address).encode(errors="replace")
    mark = hmac.new(secret.encode(), where, "sha256").hexdigest()[:16]
    return Asker(f"token:{mark}", "token:", f"with the run token, from {mark[:6]}")


def _refused(visitor: Visitor, ways: Standing, why: str) -> str:
    if visitor.token and ways.token:
        return _("That is not the run token.")
    if why:
        return why
    if ways.sign_in and ways.token:
        return _("This site is read-only until you sign in or enter the run token.")
    if ways.sign_in or ways.token:
        token = _("This site is read-only until you enter the run token.")
        return token if ways.token else _("This site is read-only until you sign in.")
    if is_loopback(os.environ.get(SITE_ADDRESS, "")):
        said = _(
            "This site is bound to its own machine, but a proxy makes it reachable from others, and neither sign-in "
            "nor {token} is set, so it is read-only. The command line still measures: framescope bench run."
        )
    else:
        said = _(
            "This site can be reached from other machines, and neither sign-in nor {token} is set, so it is read-only. "
            "The command line still measures: framescope bench run."
        )
    return said.format(token=f"{PREFIX}RUN_TOKEN")
