"""Dated facts carry over from the brief: dates, addresses and kinds unchanged, statements in words of our own."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from catalog.load import load_catalog

# the brief's names for what has a row, or a source, under another name here
RENAMED = {"swift-for-tensorflow": "swift-tf", "litert": "tf-lite", "twitter": "tensorflow", "openai": "pytorch"}
# found since: the letter in CNTK's own README
ADDED = Counter([("2019-04", "deprecation", "https://github.com/microsoft/CNTK", "page itself", True, "cntk")])
SOURCES = {"papers-with-code": "papers_with_code", "package-index": "package_index"}


def brief(originals: Path, name: str) -> dict[str, Any]:
    return tomllib.loads((originals / "brief" / name).read_text(encoding="utf-8"))


def test_every_system_of_the_brief_is_tracked_under_its_names(originals: Path) -> None:
    data = brief(originals, "systems.toml")
    catalog = load_catalog()
    assert set(data["roles"]) <= set(catalog.roles)
    for entry in data["system"]:
        system = catalog.systems[entry["slug"]]
        assert (system.name, system.role) == (entry["name"], entry["role"])
        for kind in ("github", "pypi", "npm", "docker", "stackoverflow", "wikipedia", "huggingface", "named_models"):
            names = entry.get(kind, [])
            kept = set(getattr(system, kind)) | set(getattr(system, f"former_{kind}", ()))
            elsewhere = {"tf-keras"} if system.slug == "keras" else set()
            missing = {names} if isinstance(names, str) else set(names)
            assert missing <= kept | elsewhere, (system.slug, kind)


def test_every_claim_keeps_its_id_article_and_check(originals: Path) -> None:
    data = brief(originals, "claims.toml")
    claims = load_catalog().claims
    assert [(entry["id"], entry["article"], entry["check"]) for entry in data["claim"]] == [
        (claim.id, claim.article, claim.check) for claim in claims.values()
    ]
    assert {entry["id"] for entry in data["claim"] if "needs" in entry} == {c.id for c in claims.values() if c.needs}
    assert not {entry["says"] for entry in data["claim"]} & {claim.says for claim in claims.values()}


def test_every_article_keeps_its_particulars(originals: Path) -> None:
    articles = load_catalog().articles
    for slug, entry in brief(originals, "claims.toml")["articles"].items():
        assert articles[slug].model_dump(exclude={"slug"}, exclude_defaults=True) == entry


def test_every_milestone_keeps_its_date_kind_address_and_standing(originals: Path) -> None:
    theirs = Counter(
        (
            *(entry["date"], entry["kind"], entry["url"], entry["seen"], bool(entry["note"])),
            RENAMED.get(entry["system"], SOURCES.get(entry["system"], entry["system"])),
        )
        for entry in brief(originals, "catalogue/milestones.toml")["milestone"]
    )
    milestones = load_catalog().milestones
    mine = Counter((m.date.text, m.kind, m.url, m.seen, bool(m.note), m.system or m.source) for m in milestones)
    assert mine - theirs == ADDED
    assert not theirs - mine
    assert len(milestones) == 142 + ADDED.total()


def test_every_break_keeps_its_date_kind_and_address(originals: Path) -> None:
    theirs = Counter(
        (entry["date"], entry["kind"], entry["url"], entry["seen"], entry["what"])
        for entry in brief(originals, "catalogue/breaks.toml")["break"]
    )
    breaks = load_catalog().breaks
    mine = Counter(((b.cited_date or b.date).text, b.kind, b.url, b.seen) for b in breaks)
    assert not Counter(key[:4] for key in theirs.elements()) - mine
    assert not {key[4] for key in theirs} & {cut.what for cut in breaks}


def test_every_adoption_keeps_its_facts(originals: Path) -> None:
    fields = ("company", "system", "url", "seen", "still")
    theirs = brief(originals, "catalogue/adopters.toml")["adoption"]
    mine = load_catalog().adoptions
    assert [(*(e[f] for f in fields), e["date"]) for e in theirs] == [
        (*(getattr(a, f) for f in fields), a.date.text) for a in mine
    ]


def test_every_binding_and_platform_keeps_its_facts(originals: Path) -> None:
    catalog = load_catalog()
    fields = ("language", "name", "maintainer", "repo", "last", "url", "seen")
    bindings = brief(originals, "catalogue/bindings.toml")["binding"]
    assert [tuple(e[f] for f in fields) for e in bindings] == [
        tuple(getattr(b, f) for f in fields) for b in catalog.bindings
    ]
    assert [e["state"].partition(",")[0] for e in bindings] == [b.state for b in catalog.bindings]
    fields = ("platform", "how", "since", "until", "official", "url", "seen")
    platforms = brief(originals, "catalogue/platforms.toml")["support"]
    assert [tuple(e[f] for f in fields) for e in platforms] == [
        tuple(getattr(p, f) for f in fields) for p in catalog.platforms
    ]
    for theirs, mine in ((bindings, catalog.bindings), (platforms, catalog.platforms)):
        assert [RENAMED.get(e["system"], e["system"]) for e in theirs] == [entry.system for entry in mine]
