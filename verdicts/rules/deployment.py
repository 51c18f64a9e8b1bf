"""Rules of the claims about devices and deployment: dated facts, signs of life, conversions (pure)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from language.lists import commas, semicolons
from language.words import N_, _
from verdicts.combining import all_of, any_of
from verdicts.fact_blocks import LOOKED_UP, alive, bound, ended_with, fact, runs_on
from verdicts.model import Evidence, Facts, State
from verdicts.pairing import OLDEST, PAIR
from verdicts.probe_blocks import can
from verdicts.series_blocks import lacking
from verdicts.wording import dated, on, redated

PT, TF = PAIR
TF_SIDE = ("tf-serving", "tf-lite", "tfjs")
PT_SIDE = ("torchserve", "executorch", "torch-export")
SUPPORTED = N_("supported")


def tf_devices(facts: Facts) -> State:
    """Every device named has support that was not ended."""
    places = ("CPU", "NVIDIA GPU", "Google TPU", "Raspberry Pi")  # untranslated: names
    phone = runs_on(facts, "tf-lite", "Android")  # untranslated: a name
    return all_of(*(runs_on(facts, TF, place) for place in places), phone)


def tf_tpu_ahead(facts: Facts) -> State:
    """TensorFlow runs on TPU and Edge TPU; all of PyTorch's ways to a TPU are about to end or only announced."""
    theirs = all_of(runs_on(facts, TF, "Google TPU"), runs_on(facts, "tf-lite", "Edge TPU"))  # untranslated: names
    return all_of(theirs, _lags(facts))


def _lags(facts: Facts) -> State:
    ways = [one for one in facts.catalog.platforms if one.system == PT and "TPU" in one.platform]
    if facts.at < LOOKED_UP or not ways:
        return State(None, "", (), (_("PyTorch's ways to a TPU on {day}", day=on(facts.at)),))
    whole = [one for one in ways if one.official and not one.until and "announced" not in one.since]
    shown = tuple(
        Evidence(
            "catalogue",
            one.url,
            one.until or one.since or SUPPORTED,
            _("{system}, {how}", system="PyTorch", how=_(one.how)),
            one not in whole,
            LOOKED_UP,
        )
        for one in ways
    )
    states = [redated(_(one.until or one.since or SUPPORTED)) for one in ways]
    told = semicolons(_("{how}: {state}", how=_(one.how), state=state) for one, state in zip(ways, states, strict=True))
    return State(not whole, _("PyTorch on TPU: {ways}", ways=told), shown)


def tf_serving(facts: Facts) -> State:
    """TensorFlow Serving goes on; what it can do is not tried here, and the answer says so."""
    return _not_tried(alive(facts, "tf-serving"))


def torchserve(facts: Facts) -> State:
    """TorchServe goes on; what it can do is not tried here, and the answer says so."""
    return _not_tried(alive(facts, "torchserve"))


def _not_tried(state: State) -> State:
    return replace(state, says=semicolons([state.says, _("its versions are not tried here")])) if state.met else state


def tf_lite_edge(facts: Facts) -> State:
    """A model of TensorFlow's converts to LiteRT, runs, and gives the same numbers."""
    return can(facts, "litert_conversion", TF)


def pt_mobile(facts: Facts) -> State:
    """PyTorch Mobile, or ExecuTorch after it, serves Android and iOS."""
    own = ended_with(facts, "pytorch-mobile", "2024-08-27")
    after = all_of(bound(facts, "executorch", "Android"), bound(facts, "executorch", "Swift"))  # untranslated: names
    found = any_of(own, after)
    return replace(found, until=own.until) if found.met is False else found


def pt_onnx_export(facts: Facts) -> State:
    """A model exports to ONNX, runs in ONNX Runtime, and gives the same numbers."""
    return can(facts, "onnx_export", PT)


def torchscript(facts: Facts) -> State:
    """A model can be scripted, saved, loaded and run; that TorchScript is deprecated is said beside it."""
    state, gone = can(facts, "torchscript", PT), fact(facts, "torchscript", "2025-07-15")
    if state.met is None or gone is None:
        return state
    told = Evidence("catalogue", gone.url, str(gone.date), dated(gone), None, gone.date.first)
    said = semicolons([state.says, _("{what} ({day})", what=_(gone.title), day=on(gone.date))])
    return replace(state, says=said, evidence=(*state.evidence, told), until=None if state.met else gone.date.first)


def tf_js(facts: Facts) -> State:
    """TensorFlow.js runs in a browser, and its support was not ended."""
    return runs_on(facts, "tfjs", "browser")


def tf_hub(facts: Facts) -> State:
    """TensorFlow Hub offers its models: until the day those left on it were deleted."""
    return ended_with(facts, "tf-hub", "2024-03-18")


def tf_deployment_stronger(facts: Facts) -> State:
    """The downloads of TensorFlow's deployment projects exceed those of PyTorch's in the last whole month of both."""
    for source in facts.catalog.metrics["downloads"].sources:
        ours, theirs = (_months(facts, side, source) for side in (TF_SIDE, PT_SIDE))
        months = sorted(ours.keys() & theirs.keys())
        if months and facts.at - months[-1] <= OLDEST:
            here = ours[months[-1]], theirs[months[-1]]
            mine, other = (sum(side.values()) for side in here)
            told = commas(f"{' + '.join(side)} {sum(side.values()):,.0f}" for side in here)
            says = _("downloads in the month to {day}: {counts}", day=on(months[-1]), counts=told)
            bare = [system for system in (*TF_SIDE, *PT_SIDE) if system not in here[0] | here[1]]
            says = semicolons([says, _("of {systems} none are known", systems=commas(bare)) if bare else ""])
            ref = f"downloads/{'+'.join(here[0] | here[1])}/{source}"
            return State(mine > other, says, (Evidence("series", ref, mine - other, says, mine > other, months[-1]),))
    missing = _("of {systems}, in the same whole month", systems=commas((*TF_SIDE, *PT_SIDE)))
    return lacking(facts, "downloads", missing)


def _months(facts: Facts, side: Sequence[str], source: str) -> dict[date, dict[str, float]]:
    """The last day of each whole month, and the downloads in it of each project of a side, by one source."""
    found: dict[date, dict[str, float]] = {}
    for line in facts.lines.get("downloads", ()):
        if line.system in side and line.granularity == "month" and line.source == source:
            for point in facts.points(line):
                if point.status == "ok":
                    counts = found.setdefault(point.day, {})
                    counts[line.system] = counts.get(line.system, 0.0) + point.value
    return found


def pt_domain_libraries(facts: Facts) -> State:
    """torchvision, torchtext and torchaudio each go on."""
    return all_of(*(alive(facts, system) for system in ("torchtext", "torchaudio", "torchvision")))
