"""Rules of the claims about adoption: one function each, from facts to whether it is so (pure)."""

from datetime import date

from language.lists import commas, semicolons
from language.words import N_, _
from verdicts.combining import all_of, first_told, most_of, opposite, told_beside
from verdicts.fact_blocks import fact, milestones, uses
from verdicts.model import Evidence, Facts, Line, State
from verdicts.pairing import PAIR, pairs, severed
from verdicts.series_blocks import ahead, grows_faster, lacking, pooled, recent_of_both, total, within
from verdicts.statistics import Span, growth, wilson
from verdicts.wording import counted, dated, on, percent

TENSORFLOW = PAIR[1]
REPORTED_GROWTH = (1.94, 0.23)
"""The growth the article gives for PyTorch and TensorFlow, first half of 2019 over first half of 2018."""
CLEARLY = 2 / 3
YEARS = (2017, 2018, 2019)
"""The years around PyTorch 1.0, of 7 December 2018."""
SLIGHTLY = 0.55
"""The share above which a lead is no slight one any more."""


def arxiv_parity_2019(facts: Facts) -> State:
    """Level in June 2019, PyTorch slightly ahead: its share of the month's papers may be from one half to 55 %."""
    first, last = date(2019, 6, 1), date(2019, 7, 1)
    for pair in pairs(facts, "papers"):
        rows = [row for row in pair.rows if (row.start, row.end) == (first, last)]
        share = pooled(pair, rows)
        if share is not None:
            says = _("PyTorch had {share} of both in June 2019", share=_share(share))
            met = share.high >= 0.5 and share.low <= SLIGHTLY
            return State(met, says, (Evidence("series", pair.ref, round(share.value, 6), says, met, rows[-1].day),))
    return lacking(facts, "papers", _("papers of June 2019 that mention each framework"))


def arxiv_growth_h1_2019(facts: Facts) -> State:
    """The article's growth lies within the recomputed intervals, and TensorFlow leads in the six-month total."""
    before = total(facts, "papers", date(2018, 1, 1), date(2018, 7, 1))
    after = total(facts, "papers", date(2019, 1, 1), date(2019, 7, 1))
    if before is None or after is None or before[0].source != after[0].source:
        return lacking(facts, "papers", _("papers of every month of both half-years that mention each framework"))
    pair, late, early = after[0], after[1], before[1]
    if severed(pair, early, late):
        return lacking(facts, "papers", _("both half-years without a break between them"))
    spans = growth(early.first, late.first), growth(early.second, late.second)
    if spans[0] is None or spans[1] is None:
        return lacking(facts, "papers", _("at least 30 papers in each half-year"))
    texts, evidence = [], []
    for name, span, said in zip(("PyTorch", "TensorFlow"), spans, REPORTED_GROWTH, strict=True):
        assert span is not None  # noqa: S101  # both were looked at above
        near = span.low <= said <= span.high
        near_it = N_("{name} {growth}, the article's {said}: reproduced")
        text = near_it if near else N_("{name} {growth}, the article's {said}: not reproduced")
        texts.append(_(text, name=name, growth=_grown(span), said=f"{said:+.0%}"))
        evidence.append(Evidence("series", pair.ref, round(span.value, 4), texts[-1], near, late.day))
    leads = late.second > late.first
    counts = {"second": f"{late.second:,.0f}", "first": f"{late.first:,.0f}"}
    texts.append(_("six months of 2019: TensorFlow {second}, PyTorch {first} papers", **counts))
    evidence.append(Evidence("series", pair.ref, late.second - late.first, texts[-1], leads, late.day))
    return State(all(one.supports for one in evidence), semicolons(texts), tuple(evidence))


def search_interest(facts: Facts) -> State:
    """TensorFlow clearly ahead in the year from mid-2018, PyTorch level within a tenth in the year to mid-2023."""
    return first_told(*(_met_later(facts, metric) for metric in ("search_interest", "page_views")))


def _met_later(facts: Facts, metric: str) -> State:
    early = within(facts, metric, date(2018, 7, 1), date(2019, 7, 1), TENSORFLOW, level=CLEARLY)
    late = within(facts, metric, date(2022, 7, 1), date(2023, 7, 1), level=0.45)
    return all_of(early, late)


def tf_more_popular_2018(facts: Facts) -> State:
    """Of stars and questions at the end of 2018 TensorFlow has over two thirds of both frameworks'."""
    span = date(2018, 1, 1), date(2019, 1, 1)
    found = [within(facts, metric, *span, TENSORFLOW, level=CLEARLY) for metric in ("stars", "questions", "papers")]
    told = [state for state in found if state.met is not None]
    return all_of(*told) if told else all_of(*found)


def tf_larger_community(facts: Facts) -> State:
    """TensorFlow has the larger share of the questions of the last year; where those are not known, of the stars.

    The other of the two, and the part of the questions that was answered, stand beside it.
    """
    questions, stars = (ahead(facts, metric, TENSORFLOW) for metric in ("questions", "stars"))
    told = first_told(questions, stars)
    return told_beside(told, *answered(facts), *(stars.evidence if told is questions else ()))


def answered(facts: Facts) -> list[Evidence]:
    """For each framework, the part of the questions of the last year that has an answer, with Wilson's interval."""
    asked, had = (recent_of_both(facts, metric) for metric in ("questions", "questions_answered"))
    if asked is None or had is None or (asked[0].source, asked[1].start) != (had[0].source, had[1].start):
        return []
    found = []
    sides = (("PyTorch", asked[1].first, had[1].first), ("TensorFlow", asked[1].second, had[1].second))
    for name, many, part in sides:
        share = wilson(min(part, many), many)
        if share is not None:
            told = N_("{name}: {share} of its {many} questions answered")
            says = _(told, name=name, share=_share(share), many=f"{many:,.0f}")
            found.append(Evidence("series", had[0].ref, round(share.value, 6), says, None, had[1].day))
    return found


def pt_community_grows_faster(facts: Facts) -> State:
    """PyTorch's contributors, stars and forks grow faster than TensorFlow's, in most of the three."""
    return most_of(*(grows_faster(facts, metric) for metric in ("stars", "contributors", "forks")))


def pt_academia_tf_industry(facts: Facts) -> State:
    """PyTorch ahead in papers, and TensorFlow in downloads; pulls of images, all since the first, stand beside it."""
    papers = first_told(ahead(facts, "papers"), ahead(facts, "papers_exclusive"))
    pulled = ahead(facts, "image_pulls", TENSORFLOW)
    return told_beside(all_of(papers, ahead(facts, "downloads", TENSORFLOW)), *pulled.evidence)


def new_algorithms_first(facts: Facts) -> State:
    """PyTorch has most of the new models on the Hub, or of the new repositories where those are not known."""
    return first_told(*(ahead(facts, metric) for metric in ("models_created", "new_repositories", "implementations")))


def pt_1_0_sparked_growth(facts: Facts) -> State:
    """PyTorch grew faster in the year after 1.0 than in the year before it: by stars gained, else by questions."""
    return first_told(*(_after_1_0(facts, metric) for metric in ("stars_gained", "questions")))


def _after_1_0(facts: Facts, metric: str) -> State:
    """January to November of 2017, 2018 and 2019: December, the month of the release, is left out of each year."""
    for line in facts.lines.get(metric, ()):
        counts = _three_years(facts, line) if line.system == PAIR[0] and line.granularity == "month" else None
        before, after = (growth(*counts[:2]), growth(*counts[1:])) if counts else (None, None)
        if counts is None or before is None or after is None:
            continue
        met = True if after.low > before.high else False if after.high < before.low else None
        yearly = zip(YEARS, counts, strict=True)
        numbers = commas(_("{count} in {year}", count=f"{count:,.0f}", year=year) for year, count in yearly)
        told = N_("{metric} of PyTorch from January to November: {numbers}")
        grown = _("growth to the release {before}, from it on {after}", before=_grown(before), after=_grown(after))
        says = semicolons([_(told, metric=counted(metric), numbers=numbers), grown])
        ref = f"{metric}/pytorch/{line.source}"
        shown = Evidence("series", ref, round(after.value - before.value, 4), says, met, date(2019, 11, 30))
        missing = _("a clear difference of growth in {metric}", metric=counted(metric))
        return State(met, says, (shown,), () if met is not None else (missing,))
    return lacking(facts, metric, _("every month of PyTorch of 2017, 2018 and 2019, without a break"))


def _three_years(facts: Facts, line: Line) -> tuple[float, float, float] | None:
    cuts = facts.catalog.breaks_of(line.metric, line.system, line.source, line.definition)
    if any(cut.cuts and date(YEARS[0], 1, 1) < cut.date.first < date(YEARS[-1], 12, 1) for cut in cuts):
        return None
    whole = [point for point in facts.points(line) if point.status == "ok" and point.start.month < 12]
    first, middle, last = ([point.value for point in whole if point.start.year == year] for year in YEARS)
    return (sum(first), sum(middle), sum(last)) if len(first) == len(middle) == len(last) == 11 else None


def _grown(span: Span) -> str:
    ends = {"low": percent(span.low, 0, signed=True), "high": percent(span.high, 0, signed=True)}
    return _("{growth} ({low} to {high})", growth=percent(span.value, 0, signed=True), **ends)


def _share(span: Span) -> str:
    return f"{percent(span.value)} ({percent(span.low)}–{percent(span.high)})"


def adopters_tensorflow(facts: Facts) -> State:
    """Google, Uber and Microsoft each use TensorFlow."""
    companies = ("Google", "Uber", "Microsoft")  # untranslated: names
    return all_of(*(uses(facts, company, "tensorflow") for company in companies))


def adopters_pytorch(facts: Facts) -> State:
    """Tesla uses PyTorch, and Pyro of Uber stands on it."""
    return all_of(uses(facts, "Tesla", "pytorch"), uses(facts, "Uber", "pytorch"))  # untranslated: names


def adopters_pytorch_2018(facts: Facts) -> State:
    """By the end of 2018 none of the three is cited as having chosen another framework and not PyTorch."""
    end = date(2018, 12, 31)
    if facts.at < end:
        return State(None, "", (), (_("the end of 2018"),))
    told = facts.as_of(end)
    return all_of(*(_chose(told, company) for company in ("Meta", "Twitter (X)", "Salesforce")))  # untranslated: names


def _chose(facts: Facts, company: str) -> State:
    found = [one for one in facts.catalog.adoptions if one.company == company and one.date.first <= facts.at]
    chosen = next((one for one in found if one.system == PAIR[0]), None)
    other = next((one for one in found if one.system == TENSORFLOW), None)
    if chosen is None and other is None:
        return State(None, "", (), (_("a citation of 2018 or earlier for PyTorch at {company}", company=company),))
    one, met = (chosen, True) if chosen else (other, False)
    assert one is not None  # noqa: S101  # one of the two is there
    says = _("{company}, {day}: {what}", company=company, day=on(one.date), what=_(one.what))
    return State(met, says, (Evidence("catalogue", one.url, one.system, says, met, one.date.first),))


def pt_launched_2016(facts: Facts) -> State:
    """The earliest dated fact of PyTorch's release is of 2016."""
    return _first_release(facts, PAIR[0], 2016)


def tf_open_source_2015(facts: Facts) -> State:
    """The earliest dated fact of TensorFlow's release is of 2015."""
    return _first_release(facts, TENSORFLOW, 2015)


def _first_release(facts: Facts, system: str, year: int) -> State:
    found = milestones(facts, system, "release")
    package = min((day for day in facts.released.get(system, ()) if day <= facts.at), default=None)
    if not found:
        missing = _("a dated release of {system}", system=system)
        return State(None, "", (), (missing,), "framescope collect package_index")
    first = min(found[0].date.first, package or date.max)
    met = first.year == year
    oldest = found[0]
    seen = _("first seen: {what}, {day}", what=_(oldest.title), day=on(oldest.date))
    shown = [Evidence("catalogue", oldest.url, str(oldest.date), dated(oldest), met, oldest.date.first)]
    if package == first and package != oldest.date.first:
        ref = f"releases of {system}"  # untranslated: a reference
        what = _("a release of {day}", day=on(package))
        shown.append(Evidence("catalogue", ref, package.isoformat(), what, met, package))
    kept = _("oldest release kept: {day}", day=on(package)) if package else ""
    return State(met, semicolons([seen, kept]), tuple(shown))


def open_models_tf_first(facts: Facts) -> State:
    """New models on the Hub: TensorFlow ahead; where not known, BERT was TensorFlow's, transformers still serves it."""
    measured = first_told(*(opposite(ahead(facts, metric)) for metric in ("models_created", "implementations")))
    return measured if measured.met is not None else _landmarks(facts, measured)


def _landmarks(facts: Facts, measured: State) -> State:
    dropped, bert, port = (fact(facts, *key) for key in LANDMARKS)
    if dropped is not None:
        says = dated(dropped)
        shown = Evidence("catalogue", dropped.url, str(dropped.date), says, False, dropped.date.first)
        return State(False, says, (shown,))  # how long it was so before, the release does not tell
    if bert is None or port is None:
        return measured
    says = _("BERT: {first} in TensorFlow, {later} ported by others", first=on(bert.date), later=on(port.date))
    return State(True, says, (Evidence("catalogue", bert.url, str(bert.date), says, True, bert.date.first),))


LANDMARKS = (("transformers", "2025-12-01"), ("bert", "2018-10-31"), ("transformers", "2018-11-05"))
