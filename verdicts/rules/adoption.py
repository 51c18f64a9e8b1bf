"""Rules of the claims about adoption: one function each, from facts to whether it is so (pure)."""

from datetime import date

from verdicts.combining import all_of, first_told, most_of, opposite
from verdicts.fact_blocks import fact, milestones, uses
from verdicts.model import Evidence, Facts, State
from verdicts.series_blocks import PAIR, ahead, grows_faster, lacking, pairs, pooled, total, within
from verdicts.statistics import growth

TENSORFLOW = PAIR[1]
REPORTED_GROWTH = (1.94, 0.23)
"""The growth the article gives for PyTorch and TensorFlow, first half of 2019 over first half of 2018."""
CLEARLY = 2 / 3


def arxiv_parity_2019(facts: Facts) -> State:
    """Level in June 2019: PyTorch's share of the month's papers is not below one half beyond its interval."""
    first, last = date(2019, 6, 1), date(2019, 7, 1)
    for pair in pairs(facts, "papers"):
        rows = [row for row in pair.rows if (row.start, row.end) == (first, last)]
        share = pooled(pair, rows)
        if share is not None:
            says = f"PyTorch had {share.value:.1%} ({share.low:.1%}–{share.high:.1%}) of both in June 2019"
            met = share.high >= 0.5
            return State(met, says, (Evidence("series", pair.ref, round(share.value, 6), says, met, rows[-1].day),))
    return lacking(facts, "papers", "papers of June 2019 that mention each framework")


def arxiv_growth_h1_2019(facts: Facts) -> State:
    """The article's growth lies within the recomputed intervals, and TensorFlow leads in the six-month total."""
    before = total(facts, "papers", date(2018, 1, 1), date(2018, 7, 1))
    after = total(facts, "papers", date(2019, 1, 1), date(2019, 7, 1))
    if before is None or after is None or before[0].source != after[0].source:
        return lacking(facts, "papers", "papers of every month of both half-years that mention each framework")
    pair, late, early = after[0], after[1], before[1]
    spans = growth(early.first, late.first), growth(early.second, late.second)
    if spans[0] is None or spans[1] is None:
        return lacking(facts, "papers", "at least 30 papers in each half-year")
    texts, evidence = [], []
    for name, span, said in zip(("PyTorch", "TensorFlow"), spans, REPORTED_GROWTH, strict=True):
        assert span is not None  # noqa: S101  # both were looked at above
        near = span.low <= said <= span.high
        word = "reproduced" if near else "not reproduced"
        texts.append(
            f"{name} {span.value:+.0%} ({span.low:+.0%} to {span.high:+.0%}), the article's {said:+.0%}: {word}"
        )
        evidence.append(Evidence("series", pair.ref, round(span.value, 4), texts[-1], near, late.day))
    leads = late.second > late.first
    texts.append(f"six months of 2019: TensorFlow {late.second:,.0f}, PyTorch {late.first:,.0f} papers")
    evidence.append(Evidence("series", pair.ref, late.second - late.first, texts[-1], leads, late.day))
    return State(all(one.supports for one in evidence), "; ".join(texts), tuple(evidence))


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
    """TensorFlow has the larger share of the questions of the last year; where those are not known, of the stars."""
    return first_told(*(ahead(facts, metric, TENSORFLOW) for metric in ("questions", "stars")))


def pt_community_grows_faster(facts: Facts) -> State:
    """PyTorch's contributors, stars and forks grow faster than TensorFlow's, in most of the three."""
    return most_of(*(grows_faster(facts, metric) for metric in ("stars", "contributors", "forks")))


def pt_academia_tf_industry(facts: Facts) -> State:
    """PyTorch ahead in papers, and TensorFlow in downloads."""
    papers = first_told(ahead(facts, "papers"), ahead(facts, "papers_exclusive"))
    return all_of(papers, ahead(facts, "downloads", TENSORFLOW))


def new_algorithms_first(facts: Facts) -> State:
    """PyTorch has most of the new models on the Hub, or of the new repositories where those are not known."""
    return first_told(*(ahead(facts, metric) for metric in ("models_created", "new_repositories", "implementations")))


def pt_1_0_sparked_growth(facts: Facts) -> State:
    """More was counted of PyTorch in the twelve months from 1.0 on than in the twelve before: stars, else questions."""
    return first_told(*(_after_1_0(facts, metric) for metric in ("stars_gained", "questions")))


def _after_1_0(facts: Facts, metric: str) -> State:
    first, middle, last = date(2017, 12, 1), date(2018, 12, 1), date(2019, 12, 1)
    for line in facts.lines.get(metric, ()):
        if line.system != PAIR[0] or line.granularity != "month":
            continue
        whole = [point for point in facts.points(line) if point.status == "ok"]
        early = [point.value for point in whole if first <= point.start and point.end <= middle]
        late = [point.value for point in whole if middle <= point.start and point.end <= last]
        span = growth(sum(early), sum(late)) if len(early) == len(late) == 12 else None
        if span is None:
            continue
        met = True if span.low > 0 else False if span.high < 0 else None
        says = (
            f"{metric} of PyTorch: {sum(early):,.0f} in the year to Dec 2018, {sum(late):,.0f} in the year from it, "
            f"{span.value:+.0%} ({span.low:+.0%} to {span.high:+.0%})"
        )
        shown = Evidence("series", f"{metric}/pytorch/{line.source}", round(span.value, 4), says, met, last)
        return State(met, says, (shown,), () if met is not None else (f"a clear difference of {metric}",))
    return lacking(facts, metric, "every month of PyTorch from December 2017 to November 2019")


def adopters_tensorflow(facts: Facts) -> State:
    """Google, Uber and Microsoft each use TensorFlow."""
    return all_of(*(uses(facts, company, "tensorflow") for company in ("Google", "Uber", "Microsoft")))


def adopters_pytorch(facts: Facts) -> State:
    """Tesla uses PyTorch, and Pyro of Uber stands on it."""
    return all_of(uses(facts, "Tesla", "pytorch"), uses(facts, "Uber", "pytorch"))


def adopters_pytorch_2018(facts: Facts) -> State:
    """By the end of 2018 none of the three is cited as having chosen another framework and not PyTorch."""
    end = date(2018, 12, 31)
    if facts.at < end:
        return State(None, "", (), ("the end of 2018",))
    told = facts.as_of(end)
    return all_of(*(_chose(told, company) for company in ("Meta", "Twitter (X)", "Salesforce")))


def _chose(facts: Facts, company: str) -> State:
    found = [one for one in facts.catalog.adoptions if one.company == company and one.date.first <= facts.at]
    chosen = next((one for one in found if one.system == PAIR[0]), None)
    other = next((one for one in found if one.system == TENSORFLOW), None)
    if chosen is None and other is None:
        return State(None, "", (), (f"a citation of 2018 or earlier for PyTorch at {company}",))
    one, met = (chosen, True) if chosen else (other, False)
    assert one is not None  # noqa: S101  # one of the two is there
    says = f"{company}, {one.date}: {one.what}"
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
        return State(None, "", (), (f"a dated release of {system}",), "framescope collect package_index")
    first = min(found[0].date.first, package or date.max)
    met = first.year == year
    says = f"first seen: {found[0].title}, {found[0].date}" + (f"; oldest release kept: {package}" if package else "")
    shown = [
        Evidence(
            "catalogue",
            found[0].url,
            str(found[0].date),
            f"{found[0].date}: {found[0].title}",
            met,
            found[0].date.first,
        )
    ]
    if package == first and package != found[0].date.first:
        shown.append(
            Evidence("catalogue", f"releases of {system}", package.isoformat(), f"a release of {package}", met, package)
        )
    return State(met, says, tuple(shown))


def open_models_tf_first(facts: Facts) -> State:
    """New models on the Hub: TensorFlow ahead; where not known, BERT was TensorFlow's, transformers still serves it."""
    measured = first_told(*(opposite(ahead(facts, metric)) for metric in ("models_created", "implementations")))
    return measured if measured.met is not None else _landmarks(facts, measured)


def _landmarks(facts: Facts, measured: State) -> State:
    dropped, bert, port = (fact(facts, *key) for key in LANDMARKS)
    if dropped is not None:
        says = f"{dropped.date}: {dropped.title}"
        shown = Evidence("catalogue", dropped.url, str(dropped.date), says, False, dropped.date.first)
        return State(False, says, (shown,), until=dropped.date.first)
    if bert is None or port is None:
        return measured
    says = f"BERT: {bert.date} in TensorFlow, {port.date} ported by others"
    return State(True, says, (Evidence("catalogue", bert.url, str(bert.date), says, True, bert.date.first),))


LANDMARKS = (("transformers", "2025-12-01"), ("bert", "2018-10-31"), ("transformers", "2018-11-05"))
