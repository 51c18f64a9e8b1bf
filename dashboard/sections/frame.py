"""What stands around every page: the guard that turns errors into advice, and small pieces all pages share."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from catalog.errors import CatalogError
from collectors.errors import CollectError
from dashboard import data
from dashboard import format as fmt
from dashboard.analysis.run_words import told as of_store
from dashboard.analysis.signals import STALE_DAYS
from dashboard.colours import Theme
from dashboard.sections import above, links, points
from dashboard.text import code, plain
from db import errors
from language.words import N_, _, filled

log = logging.getLogger(__name__)
DRAWN = "figures.drawn"
"""Where the session keeps which figures this run has drawn."""
POINTS = "figures.points"
"""Where the session keeps the points of these figures."""
STYLE = f"<style>{(Path(__file__).parent.parent / 'static' / 'site.css').read_text(encoding='utf-8')}</style>"
HEAD_PX, ROW_PX = 42, 33
"""Of a table at the size of our letters; the head with what a bar below, to scroll sideways, may take."""
_VISITED = "frame.visited"
"""Where the session keeps the page whose figures it has read."""
_TITLES: dict[type[errors.StoreError], str] = {
    errors.DatabaseMissing: N_("There is no database yet"),
    errors.DatabaseGone: N_("The database is gone"),
    errors.DatabaseBehind: N_("The database is of an earlier revision"),
    errors.DatabaseNewer: N_("The database was written by a newer Framescope"),
    errors.DatabaseBusy: N_("The database is busy"),
    errors.DatabaseAway: N_("The database server does not answer"),
    errors.BadAddress: N_("The address of the database cannot be used"),
    errors.DatabaseReadOnly: N_("The database cannot be written to"),
    errors.DiskFull: N_("The disk is full"),
    errors.DatabaseDamaged: N_("The database cannot be read"),
}


@contextmanager
def guarded(*names: str) -> Iterator[None]:
    """Draw a page; an error of the store or the catalogue becomes a message that says what to do.

    ``names`` are those that the page has a use for in its address; others are answered above it.
    """
    st.html(STYLE)
    st.session_state[DRAWN], st.session_state[POINTS] = [], []
    above.begin(names)
    links.begin()
    around: AbstractContextManager[Any] = st.container(key="embedded") if embedded() else nullcontext()
    with _reading(), around:
        try:
            yield
            _missing()
            _no_point()
            above.end()
        except errors.StoreError as error:
            _failed(_(_TITLES.get(type(error), N_("The store cannot be used"))), of_store(_public(error)))
        except CatalogError as error:
            _failed(_("The catalogue has an error"), str(error))
        except CollectError as error:
            _failed(_("A source or a setting cannot be used"), str(error))


def _public(error: errors.StoreError) -> str:
    """What anybody may read of an error; the driver's own words, which may name host and user, go into the log."""
    log.warning("%s", error)
    return error.public


def _reading() -> AbstractContextManager[Any]:
    """Say that figures are read, on a visit to a page; a choice on it takes less time than the words, and a thread."""
    place, page = st.container(key="loading"), urlsplit(st.context.url or "").path
    if st.session_state.get(_VISITED) == page:
        return nullcontext()
    st.session_state[_VISITED] = page
    return place.spinner(_("Reading the figures"))


def _missing() -> None:
    """Say so where another page asks for a figure that this one does not have."""
    wanted = links.wanted_figure()
    if embedded() and wanted and wanted not in st.session_state[DRAWN]:
        st.warning(_("There is no figure {name} here any more, or nothing to draw in it.", name=plain(wanted)))
        links.back()


def _no_point() -> None:
    """Say above the page that none of its figures has the point that the address asks for."""
    if not embedded() and (said := points.asked_in_vain(st.session_state[POINTS])):
        above.hints([said])


@contextmanager
def told() -> Iterator[None]:
    """Around a whole page: say an error that nobody expected in words, then let it go on into the site's log."""
    try:
        yield
    except Exception:
        with st.container(key="page-failed"):
            st.markdown(f"## {_('This page cannot be drawn')}")
            st.markdown(
                _(
                    "Framescope made a mistake while it drew this page. Nothing that is stored was changed, and the "
                    "other pages are not touched by it."
                )
            )
            st.markdown(
                _(
                    "Reload the page; if it comes back, open the page without what follows the question mark in its "
                    "address. The log of the command that serves this site has the whole error; a report needs its "
                    "last lines, and what {command} prints.",
                    command=code("framescope doctor --json"),
                )
            )
        raise


@contextmanager
def guarded_part() -> Iterator[None]:
    """Draw a part that refreshes by itself; an error of the store is named there and the rest of the page stays."""
    try:
        yield
    except errors.StoreError as error:
        st.warning(plain(of_store(_public(error))))


def embedded() -> bool:
    """Whether the page stands inside another one (``?embed=true``): no controls, no navigation."""
    return bool(st.context.is_embedded)


def theme() -> Theme:
    """The theme the visitor's browser shows."""
    return "dark" if st.context.theme.type == "dark" else "light"


def empty(title: str, says: str, command: str = "") -> None:
    """Where figures will be: why there are none, and what fetches them."""
    with st.container(border=True, key=f"empty-{abs(hash(title))}"):
        st.markdown(f"**{plain(title)}**")
        st.markdown(plain(says))
        if command:
            typed(command.splitlines(), f"empty-{abs(hash(title))}")


def typed(commands: Iterable[str], key: str) -> None:
    """Lines to type, each marked whole by one click on it; ``st.code`` would fetch a highlighter of 450 kB for them."""
    with st.container(key=f"typed-{key}"):
        st.markdown("  \n".join(map(code, commands)))


def table_px(rows: int, most: int = 10_000) -> int:
    """The height of a table with so many rows, in pixels: no less than a row, no more than ``most``."""
    return min(HEAD_PX + ROW_PX * max(rows, 1), most)


def old_words(at: date, today: date) -> str:
    """What is said of figures whose newest day is over four months ago; empty where it is not."""
    if (today - at).days <= STALE_DAYS:
        return ""
    return _("Old: the newest figure is {span} old.", span=fmt.span(at, today))


def filtered_out(what: str) -> None:
    """Where the filters let nothing through: ``what`` is the noun for one of what is shown, as it is read."""
    empty(_("No {what} passes the filters", what=what), _("Take one of them away to see more."))


def narrow_note(text: str) -> None:
    """A line of small print; ``text`` is Markdown whose foreign parts are already escaped."""
    st.caption(text)


def offline_notice() -> None:
    """Say that nothing new is collected, where that is so; a figure in another page says its own age."""
    if data.offline() and not embedded():
        st.info(
            _("Offline: nothing is collected (FRAMESCOPE_OFFLINE is set). Every figure below says how old it is."),
            icon=":material/cloud_off:",
        )


def _failed(title: str, says: str) -> None:
    with st.container(key="empty-error"):
        st.title(plain(title), anchor=False)
        st.markdown(plain(says))
        st.caption(_("No figure on this page can be shown until then; nothing that is stored was changed."))
        said = _(
            "{init} makes or upgrades the database, {sources} shows the state and settings of every source, and the "
            "log of the command that serves this site has what led here."
        )
        st.markdown(filled(said, init=code("framescope init"), sources=code("framescope sources")))
