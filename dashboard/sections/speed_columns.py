"""How the columns of measurements are headed: the rows keep English names, which files have too."""

from collections.abc import Iterable, Mapping
from typing import Any

from language.words import N_, _

HEADS = (
    *(N_("workload"), N_("size"), N_("variant"), N_("over"), N_("device"), N_("preset"), N_("run"), N_("measured")),
    *(N_("state"), N_("median"), N_("low"), N_("high"), N_("throughput"), N_("error"), N_("tolerance"), N_("ratio")),
    *(N_("first call"), N_("first call, each process"), N_("verdict"), N_("why"), N_("of ceiling %")),
    *(N_("memory MiB"), N_("process MiB"), N_("framework MiB"), N_("allocator MiB"), N_("allocator reserved MiB")),
    *(N_("device MiB"), N_("setting"), N_("figure"), N_("speaks"), N_("how"), N_("rounds"), N_("last call")),
    *(N_("ratio so far"), N_("where"), N_("name"), N_("memory"), N_("why not"), N_("job"), N_("what"), N_("took")),
    *(N_("asked for"), N_("expected"), N_("says"), N_("measurement"), N_("round"), N_("process"), N_("versions")),
    *(N_("step"), N_("flop_per_byte"), N_("flop_per_s"), N_("share_of_roof_percent"), N_("latency_s")),
    *(N_("throughput_s"), N_("baseline_again_s"), N_("median_s"), N_("low_s"), N_("high_s")),
)
"""Every name of a column that has words; those of variants stay."""


def headed(names: Iterable[str], special: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The columns of these names, each under its word; ``special`` are those that are written in a way of their own."""
    own = special or {}
    known = [name for name in names if name in HEADS]
    return {**own, **{name: dict(own.get(name) or {}) | {"label": _(name)} for name in known}}
