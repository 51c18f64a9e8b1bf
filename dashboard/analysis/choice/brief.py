"""A choice as a brief of one page: the same parts as HTML to print and as PDF (pure)."""

import html

from catalog.load import Catalog
from dashboard.analysis.choice import document, owed, pdf
from dashboard.analysis.choice.document import Choice
from dashboard.analysis.choice.model import NAMES, Shown
from dashboard.analysis.choice.pdf import Bar, Line
from dashboard.analysis.choice.ranking import Flip
from dashboard.colours import colour
from language.catalogues import SOURCE
from language.lists import commas
from language.words import N_, _, current, speaking
from verdicts.wording import reference

HEAD = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width">'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
)
STYLE = (
    "<style>@page{size:A4;margin:14mm}body{font:13px/1.4 Helvetica,Arial,sans-serif;max-width:180mm;margin:16px auto;"
    "padding:0 12px;color:#15181d}h1{font-size:19px}p{margin:2px 0}.b{font-weight:700;margin-top:9px}.g{color:#5e6670;"
    "font-size:11px}.r{display:grid;grid-template-columns:90px 1fr 120px;gap:8px;align-items:center;margin:4px 0}"
    "svg{width:100%;height:14px;display:block}p,a{overflow-wrap:anywhere}</style>"
)
FLIPS, AGAINST, SOURCES = 4, 3, 14
TITLE, OWN = N_("Framescope: a choice"), N_("Weights of one’s own.")


def parts(choice: Choice, catalog: Catalog) -> list[Line | Bar]:
    """The brief in order: the answer, the ranges, the weights, flips, what speaks against it, unknowns, sources."""
    situation = catalog.situations.get(choice.asked.situation)
    found: list[Line | Bar] = [
        Line(document.sentence(choice), 14, bold=True),
        Line(_("{asks} As of {day}.", asks=_(situation.asks if situation else OWN), day=choice.at), grey=True),
    ]
    for one in choice.ranking:
        found.append(Bar(NAMES[one.system], one.low, one.score, one.high, colour(one.system)))
    weights = commas(f"{_(catalog.criteria[name].title)} {choice.asked.weights[name]:g}" for name in choice.counted)
    found += [_head(_("What counts, 0 to 10")), Line(weights), _head(_("Where it flips")), *_flips(choice, catalog)]
    found += [_head(_("The strongest evidence against the first")), *_against(choice, catalog)]
    found += [_head(_("What is not known and would matter most")), *_open(choice, catalog)]
    found += [_head(_("Sources")), *_sources(choice, catalog), Line(_(document.METHOD), 7.5, grey=True, above=6)]
    return found


def as_pdf(choice: Choice, catalog: Catalog) -> bytes:
    """The brief as a PDF file of one page; in English, for its built-in faces have no Chinese letters.

    What the evidence of a choice says is as it was made: ``choice`` is to be one that was made in English.
    """
    with speaking(SOURCE):
        return pdf.page(_(TITLE), parts(choice, catalog))


def as_html(choice: Choice, catalog: Catalog) -> str:
    """The brief as a page of its own: nothing is loaded, nothing runs, and every text is escaped."""
    body = []
    for number, part in enumerate(parts(choice, catalog)):
        if isinstance(part, Bar):
            body.append(_svg(part))
        elif number == 0:
            body.append(f"<h1>{html.escape(part.text)}</h1>")
        else:
            kind = "b" if part.bold else "g" if part.grey else ""
            body.append(f'<p class="{kind}">{html.escape(part.text)}</p>')
    head = HEAD.replace("{language}", current())
    title = html.escape(_(TITLE))
    return f"{head}<title>{title}</title>{STYLE}</head><body>{''.join(body)}</body></html>\n"


def _svg(bar: Bar) -> str:
    low, middle, high = (round(value * 1000) for value in (bar.low, bar.middle, bar.high))
    ends = {"low": f"{bar.low:.2f}", "high": f"{bar.high:.2f}"}
    said = html.escape(_("{middle} ({low} to {high})", middle=f"{bar.middle:.2f}", **ends))
    return (
        f'<div class="r"><b>{html.escape(bar.name)}</b><svg viewBox="0 0 1000 14" preserveAspectRatio="none">'
        f'<rect width="1000" height="14" fill="#e8eaed"/>'
        f'<rect x="{low}" width="{max(2, high - low)}" height="14" fill="{html.escape(bar.colour)}"/>'
        f'<rect x="{middle - 3}" width="6" height="14" fill="#000"/></svg><span>{said}</span></div>'
    )


def _head(text: str) -> Line:
    return Line(text, 10, bold=True, above=9)


def _flips(choice: Choice, catalog: Catalog) -> list[Line | Bar]:
    if not choice.flips:
        none = N_("At no weight from 0 to 10 of a single criterion does another lead.")
        return [Line(_(none if choice.winner else N_("Nobody leads.")))]
    return [Line(_flip(one, _(catalog.criteria[one.criterion].title))) for one in choice.flips[:FLIPS]]


def _flip(one: Flip, criterion: str) -> str:
    told = {"name": NAMES[one.to], "criterion": criterion, "weight": f"{one.weight:.2f}", "today": f"{one.today:g}"}
    if one.by > 0:
        return _("{name} leads where “{criterion}” weighs above {weight} (today {today}).", **told)
    return _("{name} leads where “{criterion}” weighs below {weight} (today {today}).", **told)


def _against(choice: Choice, catalog: Catalog) -> list[Line | Bar]:
    if not choice.winner or not (choice.against or choice.weak):
        return [Line(_("None of what is known."))]
    found: list[Line | Bar] = []
    for one in choice.against[:AGAINST]:
        told = {"criterion": _(catalog.criteria[one.criterion].title), "name": NAMES[one.system]}
        found.append(Line(_("{criterion}: {name} is ahead by {lead}.", **told, lead=f"{one.middle:.3f}")))
        other, mine = (choice.scores[one.criterion][system] for system in (one.system, choice.winner))
        shown = [*document.telling(other, mine)[:1], *document.telling(mine, other)[:1]]
        found += [Line(each.says, 8, grey=True) for each in shown]
    for low in choice.weak[: AGAINST - len(choice.against[:AGAINST])]:
        own = choice.scores[low.criterion][choice.winner]
        told = {"criterion": _(catalog.criteria[low.criterion].title), "name": NAMES[choice.winner]}
        found.append(Line(_("{criterion}: {name} itself loses {lost}.", **told, lost=f"{low.lost:.3f}")))
        found += [Line(each.says, 8, grey=True) for each in own.evidence[:1]]
    return found


def _open(choice: Choice, catalog: Catalog) -> list[Line | Bar]:
    found: list[Line | Bar] = []
    for one in choice.doubts[:FLIPS]:
        commands = document.commands(choice, one.criterion)
        told = {"criterion": _(catalog.criteria[one.criterion].title), "width": f"{one.width:.2f}"}
        says = _("{criterion} ({width} of the score open)", **told)
        if commands:
            says = _("{criterion} ({width} of the score open): {command}", **told, command=commands[0])
        found.append(Line(says))
    return found or [Line(_("Nothing that could change the order."))]


def _sources(choice: Choice, catalog: Catalog) -> list[Line | Bar]:
    """Whom the choice is owed to, all of them with their licence; then, as far as there is room, what is cited."""
    named = [_owed(owed.owed(catalog, name)) for name in owed.sources(choice)]
    found = [_found(one) for one in owed.shown(choice) if one.kind not in ("series", "probe", "benchmark")]
    told = [*named, *dict.fromkeys(found)]
    kept = max(SOURCES, len(named))
    lines: list[Line | Bar] = [Line(text, 7.5, grey=True, above=1) for text in told[:kept]]
    if len(told) > kept:
        more = _("{n} more: framescope choose --json lists all.", n=len(told) - kept)
        lines.append(Line(more, 7.5, grey=True, above=1))
    return lines or [Line(_("None: nothing is known."), grey=True)]


def _owed(one: owed.Owed) -> str:
    return commas(filter(None, (one.title, one.licence, one.url)))


def _found(one: Shown) -> str:
    """Where Framescope has one piece of evidence, in a line; a series, a probe and a run are named by their source."""
    if one.kind == "catalogue":
        return reference(one.ref)
    if one.kind == "claim":
        return _("Claim {ref}, by framescope claims", ref=one.ref)
    told = {
        "life": _("Releases, repositories and cited facts, by framescope systems"),
        "wheels": _("Wheels as the package index lists them"),
    }
    return told[one.kind]
