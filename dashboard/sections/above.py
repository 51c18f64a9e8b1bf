"""The one notice above a page: what its address asks for in vain, whichever part of the page finds it."""

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field

import streamlit as st

from dashboard.analysis.nearest import unknown_parts
from dashboard.sections import address
from dashboard.text import plain


@dataclass
class _Notice:
    """The place above the page that is drawn; what there is to say of names in the address, and of their values."""

    place: st.delta_generator.DeltaGenerator
    names: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)

    def draw(self) -> None:
        """Say all of it, or nothing."""
        if said := [plain(message) for message in (*self.names, *self.values)]:
            self.place.warning("\n\n".join(said), icon=":material/link_off:")
        else:
            self.place.empty()


_notice: ContextVar[_Notice | None] = ContextVar("notice", default=None)


def begin(names: Iterable[str]) -> None:
    """Make the place for the notice; ``names`` are those that the page has a use for in its address."""
    here = _Notice(st.empty())
    _notice.set(here)
    address.begin(names)
    if not st.context.is_embedded and (strange := address.strange(address.incoming())):
        here.names += unknown_parts(strange, address.known())
        here.draw()


def end() -> None:
    """Take back what was said of names, where a choice has since put another address in place of theirs."""
    here = _notice.get()
    if here is not None and here.names and not address.strange(address.incoming()):
        here.names.clear()
        here.draw()


def hints(messages: Iterable[str]) -> None:
    """Say what the address asks for in vain; nothing where it does not.

    It stands above all else: below the first screen it would tell nobody.
    """
    told, here = list(messages), _notice.get()
    if told and here is not None:
        here.values += told
        here.draw()
