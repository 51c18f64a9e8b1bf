"""What the Speed page's form asks for: its fields, their defaults, and their place in the address bar."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard.analysis.nearest import unknown_name, unknown_names
from language.lists import commas
from language.words import N_, _, _p, filled

DEFAULT_WORKLOADS = ("matmul", "lstm")
OWN = "default"
PRESETS = {
    "matched": N_("Matched: the same settings for all"),
    "defaults": N_("Defaults: as each framework comes"),
}
CACHES = {
    "hot": N_("Hot: the same inputs every call"),
    "cold": N_("Cold: inputs not in the cache"),
}
PRESET_HELP = N_(
    "Matched: same threads, processors and precision, compiled against compiled. Defaults: what somebody gets who sets "
    "nothing. The two are never mixed in one comparison."
)
CACHE_HELP = N_(
    "Hot: every call works on the same inputs, so that small ones stay in the processor's cache. Cold: every call gets "
    "the next of many copies, more than twice what the last-level cache holds."
)
SECONDS, PROCESSES = (2, 1_800, 40), (1, 10, 3)
NAMES = {
    "workloads": "workloads",
    "variants": "variants",
    "size": "measure_size",
    "device": "measure_device",
    "preset": "measure_preset",
    "cache": "cache",
    "processes": "processes",
    "seconds": "seconds",
}
"""The form's fields and their names in the address bar, where size, device and preset alone filter the results."""
QUICK: dict[str, tuple[tuple[str, ...], int]] = {
    N_("Recurrent networks"): (("lstm", "gru", "lstm_train_step", "ragged_lstm"), 120),
    N_("Many tiny operations"): (("tiny_operations", "control_flow", "tree_by_node", "tree_by_depth"), 120),
    N_("Training on images"): (("conv2d", "cnn_train_step", "resnet18_train_step"), 180),
    N_("Inference"): (("resnet50_inference", "transformer_block", "attention"), 120),
}
_HINTS, _SEEN, _SEEDED, _OPEN = "speed.hints", "speed.address", "speed.seeded", "speed.open"
TO_THE_FORM = {"form": "open"}
"""What an address says that leads to the form."""
ASKS = (*NAMES.values(), *TO_THE_FORM)
"""The names that the form has a use for in the page's address."""


def key(field: str) -> str:
    """The key under which the session keeps a field."""
    return f"speed.{field}"


def usual(workloads: Sequence[str]) -> dict[str, Any]:
    """What the fields hold where nobody chose anything."""
    return {
        "workloads": [name for name in DEFAULT_WORKLOADS if name in workloads] or list(workloads)[:1],
        "variants": [],
        "size": OWN,
        "device": "cpu",
        "preset": "matched",
        "cache": "hot",
        "processes": PROCESSES[2],
        "seconds": SECONDS[2],
    }


def is_open(*, first: bool) -> bool:
    """Whether the form stands open: for a ``first`` measurement, or by an address that leads to it or fills it in.

    Decided when the page is come to, so that nothing that is chosen in it closes it.
    """
    state = st.session_state
    if any(key(field) not in state for field in NAMES):
        state[_OPEN] = first or any(name in st.query_params for name in (*TO_THE_FORM, *NAMES.values()))
    return bool(state.get(_OPEN))


def take(offered: Mapping[str, Sequence[str]]) -> None:
    """Take the fields from the address bar on a first visit, by a link, or back from another page.

    ``offered`` are the names that there are of workloads, variants, sizes and devices; others are left out, and
    `hints` says so.
    """
    given = {name: st.query_params.get_all(name) for name in NAMES.values() if name in st.query_params}
    state = st.session_state
    if state.get(_SEEN) == given and all(key(field) in state for field in NAMES):
        return
    values, hints = read({field: given.get(name, []) for field, name in NAMES.items()}, offered)
    for field, value in values.items():
        state[key(field)] = value
    state[_SEEN], state[_HINTS], state[_SEEDED] = given, hints, values


def read(given: Mapping[str, Sequence[str]], offered: Mapping[str, Sequence[str]]) -> tuple[dict[str, Any], list[str]]:
    """The fields that an address asks for, and a hint for every value that was left out (pure)."""
    values, hints = usual(offered["workloads"]), list[str]()
    choices = {"size": offered["size"], "device": offered["device"], "preset": [*PRESETS], "cache": [*CACHES]}
    for field in ("workloads", "variants"):
        asked = [one for value in given.get(field, ()) for one in value.split(",") if one]
        good = [one for one in dict.fromkeys(asked) if one in offered[field]]
        values[field] = good or values[field]
        shown = commas(good) or (_("all variants") if field == "variants" else commas(values[field]))
        hints += unknown_names(field[:-1], asked, offered[field], shown)
    for field, known in choices.items():
        for one in list(given.get(field, ()))[:1]:
            values[field] = one if one in known else values[field]
            hints += [] if one in known else [unknown_name(field, one, known, str(values[field]))]
    for field, (least, most, _usual) in {"seconds": SECONDS, "processes": PROCESSES}.items():
        for one in list(given.get(field, ()))[:1]:
            good_number = one.isascii() and one.isdigit() and len(one) < 6 and least <= int(one) <= most
            values[field] = int(one) if good_number else values[field]
            hints += [] if good_number else [_no_number(field, one, least, most)]
    return values, hints


def _no_number(field: str, given: str, least: int, most: int) -> str:
    noun = _p("number of", "seconds") if field == "seconds" else _p("number of", "processes")
    said = _("{given} is no number of {what} from {least} to {most}.")
    return filled(said, given=repr(given[:20]), what=noun, least=least, most=most)


def settle(chosen: Mapping[str, Any], workloads: Sequence[str]) -> list[str]:
    """Put what is chosen into the address bar, defaults left out; gives the hints that still stand.

    The address stays as it came while nothing was chosen since, so that a hint is about what can be seen there.
    """
    state = st.session_state
    hints: list[str] = state.get(_HINTS, [])
    if hints and state.get(_SEEDED) == chosen:
        return hints
    state[_HINTS] = []
    plain = usual(workloads)
    for field, name in NAMES.items():
        value = chosen[field]
        told = ",".join(value) if isinstance(value, list) else str(value)
        if value == plain[field] or not told:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != told:
            st.query_params[name] = told
    state[_SEEN] = {name: st.query_params.get_all(name) for name in NAMES.values() if name in st.query_params}
    return []


def quick(label: str, workloads: Sequence[str]) -> Callable[[], None]:
    """What pressing a quick choice does: it fills in workloads and seconds, all variants, each its own size."""
    names, seconds = QUICK.get(label, (tuple(workloads), SECONDS[1]))

    def fill() -> None:
        wanted = usual(workloads) | {"workloads": [name for name in names if name in workloads], "seconds": seconds}
        wanted["size"] = OWN if label in QUICK else "small"
        for field in ("workloads", "variants", "size", "seconds"):
            st.session_state[key(field)] = wanted[field]

    return fill
