"""What is taken pictures of: every page, and what lies behind the choices on it that change what is seen most."""

from typing import NamedTuple


class Scene(NamedTuple):
    """One picture: its name in the folder, the address within the site, and what it shows, in a sentence."""

    name: str
    path: str
    shows: str


PAGES = (
    Scene("overview", "/", "Overview: the answer in a sentence, every signal with its share, leader and age"),
    Scene("adoption", "/adoption", "Adoption: one metric over time, with breaks and milestones"),
    Scene("capabilities", "/capabilities", "Capabilities: the matrix of what passed and failed, by version and mode"),
    Scene("code", "/code", "Code: one task in each framework's own code, with what it printed"),
    Scene("speed", "/speed", "Speed: the ratios measured last with their intervals, and what starts a measurement"),
    Scene("ecosystem", "/ecosystem", "Ecosystem: the board of systems, each with its state and what it rests on"),
    Scene("claims", "/claims", "Claims: what published comparisons said, and today's verdict on each"),
    Scene("choose", "/choose", "Choose: the situations to choose from, and the weights"),
    Scene("data", "/data", "Data: every source with its state, runs, breaks, series and downloads"),
)
"""Taken in every look and every language."""
VIEWS = (
    Scene("adoption-share", "/adoption?metric=stars&view=share", "Adoption: each framework's share of the stars"),
    Scene("adoption-growth", "/adoption?metric=stars&view=growth_year", "Adoption: growth of the stars in a year"),
    Scene("adoption-signals", "/adoption?tab=signals", "Adoption: all signals side by side, as shares on one axis"),
    Scene(
        "adoption-receipt",
        "/adoption?metric=stars&point=stars~2026-08-01~2026-09-01",
        "Adoption: the receipts behind one point of the chart, opened",
    ),
    Scene("embedded", "/adoption?metric=stars&embed=true", "A figure as it stands embedded in another page"),
    Scene(
        "capabilities-changes",
        "/capabilities?show=changes",
        "Capabilities: what changed between two versions",
    ),
    Scene(
        "capabilities-cell",
        "/capabilities?cell=jacobian~jit~jax~0.10.2~~cpu",
        "Capabilities: the evidence behind one cell: code, output, versions",
    ),
    Scene("code-difference", "/code?view=difference", "Code: the difference between two frameworks' programs"),
    Scene("speed-workload", "/speed?show=workload", "Speed: one workload: times, memory, ceiling of the machine"),
    Scene("speed-history", "/speed?show=history", "Speed: one ratio over all runs"),
    Scene("speed-claims", "/speed?show=claims", "Speed: what articles claim of speed, beside what was measured here"),
    Scene("ecosystem-releases", "/ecosystem?show=timeline", "Ecosystem: the releases of every system in time"),
    Scene("ecosystem-history", "/ecosystem?show=past", "Ecosystem: what was announced, merged and ended, with sources"),
    Scene("ecosystem-reach", "/ecosystem?show=reach", "Ecosystem: languages and platforms of each framework"),
    Scene("ecosystem-adopters", "/ecosystem?show=adopters", "Ecosystem: who says they use a framework, with sources"),
    Scene("ecosystem-api", "/ecosystem?show=api", "Ecosystem: how many public names each framework has"),
    Scene("ecosystem-models", "/ecosystem?show=models", "Ecosystem: which models libraries ship for which framework"),
    Scene("ecosystem-latency", "/ecosystem?show=latency", "Ecosystem: days from a new Python to the first wheel"),
    Scene("choose-answer", "/choose?situation=serving", "Choose: the answer for one situation, as ranges"),
)
"""Taken in two looks, each in a language of its own."""
