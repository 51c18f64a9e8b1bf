"""What a run says of itself, in the reader's language: the store keeps it in English, and its forms are known here."""

import re
from functools import lru_cache

from dashboard import format as fmt
from language.catalogues import SOURCE
from language.lists import semicolons
from language.words import N_, _, current, speaking

LONGEST = 600
"""Signs up to which a piece is looked at; what is longer is an error's own text."""
WORDS = (
    *(N_("faster"), N_("slower"), N_("too close to call"), N_("not comparable")),
    *(N_("suspected"), N_("confirmed"), N_("noise"), N_("framework"), N_("method"), N_("machine")),
    *(N_("ok"), N_("wrong"), N_("failed"), N_("timed out"), N_("out of memory"), N_("unavailable"), N_("cancelled")),
    *(N_("queued"), N_("running"), N_("done")),
    *(N_("device"), N_("precision"), N_("threads"), N_("affinity"), N_("layout"), N_("cache"), N_("compiled")),
)
"""Verdicts, states and settings, each a word of its own."""
FORMS = (
    N_("only two processes of each were had, which tell little of how processes differ"),
    N_("the machine was busy: {share} of its processors went to others"),
    N_("only {n} rounds were done"),
    N_("an interval needs {n}"),
    N_("neither of the two ran {n} times against itself"),
    N_("not enough rounds: {n} of the {all} that a verdict needs"),
    N_("the interval holds 1"),
    N_("it is not beyond a gap of {gap}, below which this run tells nothing"),
    N_("the interval reaches a gap of {gap}, below which this run tells nothing"),
    N_("{variant} compiled nothing here and ran as eager code"),
    N_("the machine's speed changed by {share} during the rounds"),
    N_("the device was throttled in {share} of the rounds ({what})"),
    N_("{variant}: {name} {one} in process {first}, {other} in process {second}"),
    N_("{setting}: {ours} against {theirs}"),
    N_("its share of the budget, {time}, was spent"),
    N_("every interval was narrower than ±{share} within a process, and over the {processes} up to ±{wide}"),
    N_("every interval was narrower than ±{share} within a process"),
    N_("every interval was narrower than ±{share}"),
    N_("the most rounds, {n}, were done"),
    N_("only {n} rounds fitted, and a verdict needs {all}: a share of about {time} would do"),
    N_("only {n} rounds fitted, and an interval needs {least} and a verdict {all}: a share of about {time} would do"),
    N_("a verdict is not to be expected, as its rounds need about {time} of {share}"),
    N_("one process each, as asked"),
    N_("{processes} each, as asked: preparing the later ones was to take {time} of a share of {share}"),
    N_(
        "{processes} each: preparing {more} would have taken {time} of a share of {share}, in which {n} rounds need "
        "about {rounds}"
    ),
    N_("{processes} each: preparing {more} would have taken {time} of a share of {share}"),
    N_("{processes} each: more were planned, but the share of {share} was spent"),
    N_("{processes} each: no variant was left to measure"),
    N_("{processes} in the end, as the interval over them was not ±{share}"),
    N_("this system counts no thermal events of its processors (a virtual machine, or not an Intel processor)"),
    N_("NVML does not say what holds this GPU back"),
    N_("peak resident memory of the process during the workload, compiling included and the check left out"),
    N_("resident memory of the process right after the framework was imported and set up, before the inputs"),
    N_("the framework keeps no count on this device"),
    N_("the processor has no memory apart from the process's"),
    N_("most bytes the framework's own allocator had in use on the device"),
    N_("what it took from the device is more"),
    N_("{module} is not installed for {python}: pip install {package}"),
    N_("{variant} on a CPU needs a C++ compiler, and none was found: install g++ or set CXX"),
    N_("{python} ({setting}) did not answer: {error}"),
    N_("the package {package} is not installed"),
    N_("there is no {thing} on the path"),
    N_("there is no {thing}"),
    N_("the result holds values that are not finite"),
    N_("relative error {error} against the float64 reference"),
    N_("{error} is allowed"),
    N_("compiled again during the rounds ({n} graphs)"),
    N_("no answer to {what} within {time}"),
    N_("process {n}: {why}"),
    N_("the next run was back at the level before"),
    N_("no other framework was measured before it and at it, so it cannot be told whose doing it was"),
    N_("measured otherwise: {what}"),
    N_("{variants} moved with it"),
    N_("{variants} did not move"),
    N_("{variants} moved with it, {others} did not"),
    N_("{n} of {all} variants measured"),
    N_("cancelled before it started"),
    N_("round {n} done"),
    N_("starting {variant}"),
    N_("the first call of {variant}"),
    N_("{workload} at size {size} needs about {memory} of memory, and {free} are free here: take a smaller size"),
    N_(
        "{workload} at size {size} needs about {memory} of memory for {n} variants at once, and {free} are free here: "
        "take a smaller size or fewer variants"
    ),
    N_("{n} values and {all} versions of {source}"),
    N_("{n} systems, {all} metrics, {first} breaks"),
    N_("{n} verdicts changed"),
    N_("{first} of {all} read: {n} observations, {second} releases"),
    N_("{first} of {all} read"),
    N_("{n} new, {all} revised"),
    N_("{n} observations: {all} new, {first} revised"),
    N_("nothing new: {first} of {all} unchanged"),
    N_("with the run token, from {mark}"),
    N_("one process"),
    N_("{n} processes"),
    N_("a second"),
    N_("a third as well"),
    N_("{n} of each"),
    N_("There is no database at {path}. Run `framescope init` first."),
    N_("The database is empty. Run `framescope init` first."),
    N_("The database is of revision {n}. Run `framescope init` to upgrade it."),
    N_(
        "The database is of revision {n}, which this Framescope does not know (it knows up to {all}). Upgrade "
        "Framescope; nothing was changed."
    ),
    N_(
        "The database {path} is gone: it was moved or removed while it was in use. Put it back, or run "
        "`framescope init` for a new one."
    ),
    N_("The database holds tables that are not Framescope's. Nothing was changed; name another one."),
    N_("Another process kept the database locked for {n} s. Nothing was written; try again."),
    N_("No space is left on the disk. Nothing was written and nothing stored was lost; free some space."),
    N_("No space is left on the disk of {path}. Nothing was written and nothing stored was lost; free some space."),
    N_("No space is left for the receipt in {path}. Nothing stored was lost."),
    N_("The database cannot be written to. Check its permissions, or set FRAMESCOPE_HOME to a directory you own."),
    N_("The disk answered with an error. Nothing is known to be lost: look at the disk, then try again."),
    N_("The file is no longer the Framescope database that it was. Put that back, or run `framescope init`."),
    N_("The file is damaged or is no database. Restore a backup, or set FRAMESCOPE_HOME to another directory."),
    N_(
        "The database server does not answer. Is it running, and is FRAMESCOPE_DATABASE_URL right? Nothing half done "
        "was kept."
    ),
    N_(
        "Every connection that this process may have is in use, and none came free in time. Nothing was written; try "
        "again. (SQLAlchemy says: {message})"
    ),
)
"""The sentences of a run, of a job, of what is here and of the store; a later one is tried where none before fits.

They are written in `collectors`, some in the harness, which imports nothing of ours, and in `db`, whose errors are
logged too.
"""
_SHORT = (
    *("n", "all", "first", "second", "least", "variant", "module", "package", "workload", "size", "setting", "thing"),
)
"""The parts that are one word each: with them a form does not take another sentence for its own."""
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_DRIVER = re.compile(r"(.+) \(the driver says: (.+)\)", re.DOTALL)  # untranslated: a pattern
_BEFORE = re.compile(r"(\w[\w. ]{0,60}): (.+)")


def told(text: str) -> str:
    """A text of a run in the reader's language, piece by piece; a piece of no known form stays as it is."""
    if current() == SOURCE or not text:
        return text
    return _said(text, current())


@lru_cache(maxsize=4_096)
def _said(text: str, language: str) -> str:
    with speaking(language):
        if (whole := _piece(text)) is not None:
            return whole
        found = [(_piece(one), one) for one in text.split("; ")]
        return semicolons(said or one for said, one in found) if any(said for said, _one in found) else text


def _piece(text: str) -> str | None:
    """One piece in the language that is spoken; None where its form is not known."""
    if len(text) > LONGEST or not text:
        return None
    if (found := _(text)) != text:
        return found
    for form, pattern in _patterns():
        if match := pattern.fullmatch(text):
            return _(form, **{name: _part(part) for name, part in match.groupdict().items()})
    if (said := _DRIVER.fullmatch(text)) and (advice := _piece(said[1])) is not None:
        return _("{advice} (the driver says: {message})", advice=advice, message=said[2])
    before = _BEFORE.fullmatch(text)
    after = _piece(before[2]) if before else None
    return _("{state}: {why}", state=_(before[1]), why=after) if before and after is not None else None


def _part(text: str) -> str:
    return fmt.words(_NUMBERS.index(text)) if text in _NUMBERS else _piece(text) or text


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    made = []
    for form in FORMS:
        pieces = re.split(r"\{(\w+)\}", form)
        wanted = [_wanted(one) if at % 2 else re.escape(one) for at, one in enumerate(pieces)]
        made.append((form, re.compile("".join(wanted))))
    return made


def _wanted(part: str) -> str:
    if part == "message":
        return rf"(?P<{part}>.{{1,400}})"
    return rf"(?P<{part}>\S{{1,80}}?)" if part in _SHORT else rf"(?P<{part}>[^;]{{1,200}}?)"
