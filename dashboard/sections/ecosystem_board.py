"""The board of systems: a row each, filtered, with its evidence opened below."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from catalog.load import Catalog
from dashboard import format as fmt
from dashboard import living
from dashboard.analysis.board import COLLECTED, Downloads, Row
from dashboard.analysis.board_words import kept, origin_words, state_words
from dashboard.analysis.cited import CITED, Evidence, Version
from dashboard.sections import attribution, ecosystem_controls, ecosystem_words
from dashboard.sections.frame import empty
from dashboard.text import plain
from language.lists import commas, sentences
from language.words import N_, _, _p

SYSTEM_PX, DAY_PX, NEWER_PX = 190, 96, 170
HINT = N_("Choose a row to open its evidence.")


def draw(catalog: Catalog) -> None:
    """Filters, the table, and the evidence of the row that is chosen (else of the last one that went)."""
    columns = st.columns(3)
    picked = []
    labels = {"role": _("Role"), "framework": _("Framework"), "state": _("State")}
    for column, (name, label) in zip(columns, labels.items(), strict=True):
        with column:
            picked.append(ecosystem_controls.chosen(name, label, catalog))
    rows = kept(living.rows(), *picked)
    if not rows:
        empty(_("No system is of that role, framework and state"), _("Take one of the filters away to see more."))
        return
    _list(rows, catalog)
    event = st.dataframe(
        _written(pd.DataFrame([_cells(row, catalog) for row in rows])),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="ecosystem-board",
        height=min(36 * len(rows) + 40, 520),
        column_config={
            _("system"): st.column_config.Column(width=SYSTEM_PX),
            _("released"): st.column_config.Column(width=DAY_PX),
            _("newer, as cited"): st.column_config.Column(width=NEWER_PX),
            _("downloads"): st.column_config.NumberColumn(_("downloads a month")),
            _("days between"): st.column_config.NumberColumn(_("days between"), format="%d"),
            **ecosystem_words.page_column(),
        },
        placeholder="—",
        alt=_("Every system with its state, last release, pace, downloads and successor"),
    )
    selection = [at for at in event["selection"]["rows"] if at < len(rows)]
    _foot(rows)
    if selection:
        evidence(rows[selection[0]], catalog)
    else:
        st.markdown(f":gray[{_(HINT)}]")


def _written(board: pd.DataFrame) -> Styler:
    """The board with counts in the page's language, whatever the browser's; they sort as numbers all the same."""
    return board.style.format({_("downloads"): _count})


def _count(value: object) -> str:
    return fmt.number(value if isinstance(value, int | float) else None)


def _list(rows: Sequence[Row], catalog: Catalog) -> None:
    """The same for a phone, where the stylesheet shows it: what lives, why, and what came in its place, as text."""
    with st.container(key="phone-systems"):
        st.markdown("\n".join(f"- {_entry(row, catalog)}" for row in rows))


def _entry(row: Row, catalog: Catalog) -> str:
    system, name = row.system, plain(row.system.name)
    name = f"[{name}](https://github.com/{system.github[0]})" if system.github else name
    told = _(
        "**{system}** {state}: {why}.", system=name, state=plain(state_words(row.state.state)), why=plain(row.state.why)
    )
    if not system.successor:
        return told
    return sentences((told, _("Successor: {system}.", system=plain(catalog.systems[system.successor].name))))


def _cells(row: Row, catalog: Catalog) -> dict[str, object]:
    system, state = row.system, row.state
    names = [catalog.systems[slug].name for slug in system.serves]
    followed = catalog.systems[system.successor].name if system.successor else ""
    return {
        _("system"): system.name,
        _("state"): state_words(state.state),
        _p("state", "as of"): fmt.month(state.on),
        _p("state", "since"): state.still_since,
        _("rests on"): origin_words(row.marked),
        _("last release"): row.last.version if row.last else None,
        _("released"): row.last.evidence.day if row.last else None,
        _("newer, as cited"): _newer(row.newer),
        _("days between"): row.cadence,
        _("successor"): followed,
        _("downloads"): row.downloads.value if row.downloads else None,
        _("downloads of"): _month(row),
        _("role"): ecosystem_words.role(system.role),
        _("serves"): commas(names),
        _("repository"): _repository(row.archived),
        _("why"): state.why,
        _("page"): f"https://github.com/{system.github[0]}" if system.github else None,
    }


def _newer(one: Version | None) -> str | None:
    return None if one is None else f"{one.version} ({fmt.exactly(one.on)})"


def _repository(archived: bool | None) -> str:
    if archived is None:
        return _p("repository", "not collected")
    return _p("repository", "archived") if archived else _p("repository", "open")


def _month(row: Row) -> str:
    if row.downloads is None:
        return ""
    return _("{month}, {origin}", month=fmt.month(row.downloads.until), origin=origin_words(row.downloads.origin))


def _foot(rows: Sequence[Row]) -> None:
    cited = sum(row.marked == CITED for row in rows)
    seen = sum(row.marked == COLLECTED for row in rows)
    st.caption(
        _(
            "{n} systems: the state of {seen} rests on what was collected here, of {cited} on a cited page, of the "
            "rest on bundled tables or on nothing. A dash is no value. The rule: lives, released within a year of the "
            "day in *as of*, when its source was last looked at; slows, "
            "late for its own pace, in maintenance, or nothing for one to two years; dormant, nothing for longer; "
            "archived, ended and deprecated as the repository or a cited page says (docs/life-states.md).",
            n=len(rows),
            seen=seen,
            cited=cited,
        )
    )


def evidence(row: Row, catalog: Catalog) -> None:
    """Everything that is known of one system, newest first, each with its day, source and receipt or page."""
    told = {"state": plain(state_words(row.state.state)), "why": plain(row.state.why)}
    st.markdown(_("**{system}** {state}: {why}.", system=plain(row.system.name), **told))
    lines = [_line(one, catalog) for one in row.evidence]
    if row.downloads is not None:
        lines.append(_downloaded(row.downloads, catalog))
    if not lines:
        lines = [_("Nothing dated is known. `framescope collect` asks the package index and GitHub.")]
    st.markdown("\n".join(f"- {line}" for line in lines))
    if row.system.note:
        st.caption(plain(_(row.system.note)))


def _downloaded(found: Downloads, catalog: Catalog) -> str:
    return _(
        "{first} to {last}: {n} downloads of {package} ({origin}; {credit})",
        first=fmt.day(found.since),
        last=fmt.day(found.until),
        n=fmt.number(found.value),
        package=plain(found.package),
        origin=origin_words(found.origin),
        credit=attribution.credit(catalog, found.source).markdown,
    )


def _line(one: Evidence, catalog: Catalog) -> str:
    said = {"when": plain(one.when), "what": plain(one.says)}
    if one.origin == CITED:
        if not one.url.startswith("http"):
            return _("{when}: {what} (cited: {where})", where=plain(one.url), **said)
        return _("{when}: {what} (cited, [page]({url}))", url=one.url, **said)
    source = plain(attribution.credit(catalog, one.source).title)
    said |= {"origin": origin_words(one.origin), "source": source, "day": fmt.day(one.seen)}
    if one.receipt is None:
        return _("{when}: {what} ({origin}, {source}, as of {day})", **said)
    return _("{when}: {what} ({origin}, {source}, as of {day}, receipt {receipt})", receipt=one.receipt, **said)
