"""The short words of the ecosystem page's tables, in the language of the reader; the catalogue has them in English."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard import format as fmt
from language.words import _, _p


def said(text: str) -> str:
    """A text that may be empty, as a note is; gettext would answer an empty one with the head of its catalogue."""
    return _(text) if text else ""


def role(slug: str) -> str:
    """What a system is there for."""
    names = {
        "framework": _p("role", "framework"),
        "api": _p("role", "api"),
        "graph": _p("role", "graph"),
        "serving": _p("role", "serving"),
        "mobile": _p("role", "mobile"),
        "browser": _p("role", "browser"),
        "interchange": _p("role", "interchange"),
        "visualisation": _p("role", "visualisation"),
        "hub": _p("role", "hub"),
        "domain": _p("role", "domain"),
        "distributed": _p("role", "distributed"),
        "model": _p("role", "model"),
        "device": _p("role", "device"),
        "language": _p("role", "language"),
    }
    return names.get(slug, slug)


def milestone(kind: str) -> str:
    """What kind of thing happened."""
    names = {
        "release": _p("milestone", "release"),
        "announcement": _p("milestone", "announcement"),
        "deprecation": _p("milestone", "deprecation"),
        "archive": _p("milestone", "archive"),
        "governance": _p("milestone", "governance"),
        "break": _p("milestone", "break"),
    }
    return names[kind]


def maintainer(word: str) -> str:
    """Who keeps a binding."""
    return {"official": _p("maintainer", "official"), "community": _p("maintainer", "community")}[word]


def seen(word: str) -> str:
    """Whether the page itself was read, or another that quotes it."""
    return _("cited: quoted by another page") if word == "quoted" else _("cited: the page itself")


def read_from(origin: str, released: str | None) -> str:
    """What a reading of a package was made from."""
    if origin == "installed":
        return _("installed here")
    return _("wheel of {day}", day=released or fmt.UNKNOWN)


def kernels(many: int, counted: str) -> str:
    """A count of kernels with what one is, in the framework's own notion."""
    known: dict[str, Callable[[str], str]] = {
        "operators with a kernel for the processor": lambda n: _("{n} operators with a kernel for the processor", n=n),
        "primitives that lower for the processor": lambda n: _("{n} primitives that lower for the processor", n=n),
        "functions of keras.ops": lambda n: _("{n} functions of keras.ops", n=n),
    }
    told = fmt.whole(many)
    return known[counted](told) if counted in known else f"{told} {counted}"


def page_column() -> dict[str, Any]:
    """How the column with a page's address is drawn."""
    return {_("page"): st.column_config.LinkColumn(_("page"), display_text=_p("verb", "open"))}
