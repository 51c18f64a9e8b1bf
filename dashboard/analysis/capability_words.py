"""The sentence that says what two frameworks can do: only what there is is counted, and first what is most."""

from collections.abc import Iterator, Sequence
from functools import reduce

from dashboard import format as fmt
from dashboard.analysis.capabilities import Compared, Row
from language.lists import clauses
from language.words import _, _n, _p


def answer(found: Compared, first: str, second: str) -> str:
    """The page's answer: what two frameworks have in common, what one has alone, and how much is unknown."""
    asked, unknown = sum(map(len, found)), len(found.unknown)
    told = clauses(_counted(found, first, second))
    if not told:
        return _of_nothing(found)
    most = unknown * 2 > asked
    if most:
        said = _(
            "Of {asked} capabilities {unknown} are unknown; {counted}.",
            asked=fmt.words(asked),
            unknown=fmt.words(unknown),
            counted=told,
        )
    else:
        said = _("Of {asked} capabilities {counted}.", asked=fmt.words(asked), counted=told)
    return _joined([said, *_beside(found.senseless, () if most else found.unknown)])


def _counted(found: Compared, first: str, second: str) -> Iterator[str]:
    """What was seen, a clause for each kind that there is."""
    if found.both:
        yield _("{first} and {second} both have {n}", first=first, second=second, n=fmt.words(len(found.both)))
    for system, rows in ((first, found.first), (second, found.second)):
        if rows:
            yield _("{system} alone has {n}", system=system, n=fmt.words(len(rows)))
    if found.neither:
        yield _("neither has {n}", n=fmt.words(len(found.neither)))


def _of_nothing(found: Compared) -> str:
    """The answer where no capability was seen to be there or to be missing in both."""
    if found.senseless:
        return _joined(_beside(found.senseless, found.unknown))
    many = len(found.unknown)
    return _n("The one capability is unknown.", "All {n} capabilities are unknown.", many, n=fmt.words(many))


def _beside(senseless: Sequence[Row], unknown: Sequence[Row]) -> list[str]:
    said = []
    if many := len(senseless):
        words = fmt.words(many).capitalize()
        said.append(
            _n("{n} is not applicable to one or both.", "{n} are not applicable to one or both.", many, n=words)
        )
    if many := len(unknown):
        said.append(_n("{n} is unknown.", "{n} are unknown.", many, n=fmt.words(many).capitalize()))
    return said


def _joined(sentences: Sequence[str]) -> str:
    return reduce(lambda left, right: _p("sentences", "{a} {b}", a=left, b=right), sentences)
