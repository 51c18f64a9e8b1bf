"""The marks around every text that is shown: `_`, `_p`, `_n`, and `N_` for texts that are said later.

A text is English in the code and is looked up when it is said, in the language of whoever reads it. Parts of a
sentence are named, ``_("{leader} leads on {count}", leader=…, count=…)``, since another language orders them
otherwise; they are put in as they are, whatever signs they hold. A text that is in no catalogue is said as it stands.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from string import Formatter

from language.blanks import settled
from language.catalogues import SOURCE, translations

_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)
_where: list[Callable[[], str]] = []
CHINESE = "zh-CN"


def ask(where: Callable[[], str]) -> None:
    """Let ``where`` say from now on which language is read; without it everything is said in English."""
    _where[:] = [where]


def current() -> str:
    """The language that is read now, as a tag like ``zh-CN``."""
    return _spoken.get() or (_where[0]() if _where else SOURCE)


def say(language: str) -> None:
    """Say everything in one language from now on in this thread, as a run of a page does; a new thread asks anew."""
    _spoken.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything within in one language, whoever reads it."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def _(text: str, /, **parts: object) -> str:
    """A text in the language of the reader, with its named parts in place; nothing where there is no text."""
    return filled(translations(current()).gettext(text), **parts) if text else text  # gettext answers "" with its head


def _p(context: str, text: str, /, **parts: object) -> str:
    """The same for a text that means several things: ``context`` says which, to the translator alone."""
    return filled(translations(current()).pgettext(context, text), **parts)


def _n(one: str, many: str, number: int, /, **parts: object) -> str:
    """A text that counts; the number is its part ``n``, as digits unless it is given otherwise."""
    return filled(translations(current()).ngettext(one, many, number), **({"n": number} | parts))


def N_(text: str) -> str:  # noqa: N802  # gettext's own name for it
    """Mark a text of a module's constant for translation; `_` says it when it is shown."""
    return text


def filled(text: str, /, **parts: object) -> str:
    """A text that was said already, with its named parts in place; in Chinese with the blanks that they ask for."""
    if not parts:
        return text
    if current() != CHINESE:
        return text.format_map(parts)
    return "".join(settled([(str(parts[piece]) if put else piece, put) for piece, put in _pieces(text)]))


@lru_cache(maxsize=8_192)
def _pieces(text: str) -> tuple[tuple[str, bool], ...]:
    """What a text is made of, in order: itself, and with True the names of its parts."""
    found: list[tuple[str, bool]] = []
    for itself, name, _form, _conversion in Formatter().parse(text):
        found += [(itself, False)] if itself else []
        found += [(name, True)] if name is not None else []
    return tuple(found)
