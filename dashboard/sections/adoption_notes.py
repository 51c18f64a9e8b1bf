"""The words under the adoption page's chart: breaks and milestones explained, what is missing, what is held back."""

from __future__ import annotations

from catalog.load import Catalog
from dashboard import format as fmt
from dashboard.analysis.explore import Choice, Held, View
from dashboard.analysis.milestones import explained, told
from dashboard.analysis.parts import overlapping
from dashboard.analysis.restarts import restarts
from dashboard.sections import adoption_drawn, attribution, break_words
from dashboard.text import plain
from language.lists import aside, clauses, colon, commas, semicolons, sentences
from language.words import _

MOST_HELD, MOST_FLAGS = 6, 10


def log_possible(view: View, choice: Choice) -> bool:
    """Whether a logarithmic axis can show all of it: it was asked for, and nothing is nought or below."""
    return choice.log and not bool((view.frame["value"] <= 0).any())


def notes(view: View, choice: Choice, catalog: Catalog, with_flags: bool) -> list[str]:
    """The lines of Markdown under a chart, those that are needed."""
    found = [*_breaks(view, choice), *_lines(view, catalog)]
    names = commas(plain(catalog.systems[slug].name) for slug in view.missing)
    if names:
        found.append(_("Not in this source: {systems}. Absent is not nought.", systems=names))
    if choice.log and not log_possible(view, choice):
        found.append(_("The axis is not logarithmic: some values are nought or below, which such an axis cannot show."))
    if choice.smooth:
        found.append(
            _(
                "Each value is the mean of its period and the {n} before it (a trailing mean); it begins anew after "
                "a break or a gap.",
                n=choice.smooth - 1,
            )
        )
    if choice.mode == "index" and restarts(view.frame, view.cuts):
        found.append(
            _(
                "= 100 at a rule, and a hollow sign: a line begins again at 100 after that break, so heights on its "
                "two sides are not to be compared."
            )
        )
    if overlapping(view.frame):
        found.append(
            _(
                "Some periods of this source share days: a step between two of them is no change from one period to "
                "the next. A point says how many days it shares."
            )
        )
    if with_flags and choice.mode != "age":
        found += _milestones(view, choice, catalog)
    signs = _("Hatched: no data. Dotted: period not over. ▽: at least. ◇ with a question mark: held back.")
    found.append(sentences((plain(_(choice.metric.means)), plain(_(choice.metric.not_means)), signs)))
    return [*found, *held_back(view, catalog)]


def _breaks(view: View, choice: Choice) -> list[str]:
    shown = adoption_drawn.cuts(view, choice)
    if not shown:
        return []

    def mark(number: int) -> str:
        return "" if choice.mode == "age" else f"{fmt.circled(number)} "

    drawn = "" if choice.mode != "age" else _("Breaks cut the lines below too, each at its system's own age.")
    return [
        "  \n".join(mark(c.index) + colon(fmt.day(c.when), plain(break_words.short(_(c.what)))) for c in shown),
        sentences(
            (
                drawn,
                _(
                    "Lines are not joined across a break, and no growth is computed across one. The tab *Sources* says "
                    "more of each."
                ),
            )
        ),
    ]


def breaks(view: View, choice: Choice) -> list[str]:
    """What each numbered rule of the chart means, in plain words; by age none is drawn."""
    shown = adoption_drawn.cuts(view, choice) if choice.mode != "age" else []
    return break_words.meanings(shown)


def _milestones(view: View, choice: Choice, catalog: Catalog) -> list[str]:
    """What the flags under the axis stand for, each with its page."""
    on_axis = adoption_drawn.on_axis(view, choice)
    drawn = [one for one in explained(catalog.milestones, choice.systems) if on_axis(one.date.first)]
    if not drawn:
        return []
    said = [f"{told(one)} [{plain(_(one.title))}]({one.url})" for one in drawn[-MOST_FLAGS:]]
    every, more = semicolons(said), len(drawn) - MOST_FLAGS
    if more > 0:
        return ["⚑ " + _("{milestones}; {n} earlier ones are in the tab Sources.", milestones=every, n=more)]
    return ["⚑ " + _("{milestones}.", milestones=every)]


def _lines(view: View, catalog: Catalog) -> list[str]:
    """What the letters of sources stand for, and where ages are counted from."""
    found = []
    if view.sources:
        letters = [
            colon(letter, plain(attribution.credit(catalog, source).title))
            for letter, source in zip("ABCD", view.sources, strict=False)
        ]
        found.append(_("{sources}. Each as it counts, joined with no other.", sources=semicolons(letters)))
    if view.born:
        told = [
            aside(f"{plain(catalog.systems[slug].name)} {fmt.day(one.day)}", f"[{plain(_(one.what))}]({one.url})")
            for slug, one in view.born.items()
        ]
        found.append(_("Age is counted from: {days}.", days=semicolons(told)))
    return found


def held_back(view: View, catalog: Catalog) -> list[str]:
    """Which figures are in doubt, why, and what that means for the rest."""
    if not view.held:
        return []
    lines = [_held(one, catalog) for one in view.held[:MOST_HELD]]
    more = len(view.held) - len(lines)
    return [
        _("**Held back** until a later run or somebody confirms it: no share, growth or lead is made of it.")
        + "".join(f"  \n{line}" for line in lines)
        + ("  \n" + _("and {n} more on the page Data.", n=more) if more else "")
    ]


def _held(one: Held, catalog: Catalog) -> str:
    who = plain(catalog.systems[one.system].name if one.system in catalog.systems else one.system)
    when = fmt.day(one.last) if one.start == one.last else fmt.month(one.start)
    if one.value is None:
        return _("{system}, {when}, counted without {why}", system=who, when=when, why=plain(one.why))
    return colon(clauses((who, when)), plain(one.why))
