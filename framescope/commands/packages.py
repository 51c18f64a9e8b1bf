"""`api`, `models`, `cuda` and `latency`: reading packages, and what the index says of their wheels."""

import sys
from collections.abc import Mapping
from typing import Any

from catalog.load import load_catalog
from collectors.packages.cuda import PACKAGES
from collectors.packages.layouts import BY_FRAMEWORK, LAYOUTS, Layout
from collectors.packages.models import LIBRARIES
from collectors.packages.wheels import NEWEST
from collectors.settings import load_settings
from collectors.survey import Survey
from dashboard.analysis.api_names import change, headline, size, versions
from dashboard.analysis.cuda_offered import offers
from dashboard.analysis.named_models import NOWHERE, find, told
from dashboard.analysis.support_latency import BINARIES, PLATFORMS, waits
from db import read
from db.engine import open_database, reading
from framescope.errors import WrongUsage
from framescope.output import emit_json, emit_table, say


def api(frameworks: list[str], *, against: str | None, kernels: bool, json: bool) -> None:
    """Read interfaces, keep and print their sizes; exit status 1 where one could not be read."""
    if unknown := sorted(set(frameworks) - set(BY_FRAMEWORK)):
        raise WrongUsage(f"There is no interface of {unknown[0]!r}; there is {', '.join(BY_FRAMEWORK)}.")
    if against and against != NEWEST and len(frameworks) != 1:
        raise WrongUsage("A version belongs to one framework: name it, or compare all with `newest`.")
    rows: list[dict[str, Any]] = []
    with Survey(open_database(), load_settings()) as survey:
        for framework in frameworks or [layout.framework for layout in LAYOUTS]:
            _tell(f"reading {framework}")
            rows.append(_read(survey, BY_FRAMEWORK[framework], against, kernels=kernels))
    document = {"run": survey.run, "frameworks": rows, "failed": survey.failed}
    if json:
        emit_json(document)
    else:
        emit_table([_shown(row) for row in rows], ("framework", "version", "names", "apart", "kernels", "against"))
    _end(survey.failed)


def _read(survey: Survey, layout: Layout, against: str | None, *, kernels: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"framework": layout.framework, "installed": None, "kernels": None, "change": None}
    here = survey.installed_names(layout)
    if here is not None:
        row["installed"] = _reading(here)
    if kernels and here is not None and (found := survey.kernels(layout.framework)) is not None:
        row["kernels"] = {name: found[name] for name in ("version", "device", "counts", "receipt")}
    if against is not None:
        package = here["package"] if here is not None else layout.packages[-1]
        other = survey.wheel_names(layout, package, against)
        row["against"] = _reading(other) if other is not None else None
        if other is not None and here is not None:
            older, newer = (versions((here, other)) * 2)[:2]
            row["change"] = change(older, newer)._asdict()
    return row


def _reading(document: dict[str, Any]) -> dict[str, Any]:
    names = ("package", "version", "origin", "released", "missing", "receipt")
    return {name: document[name] for name in names} | size(document)._asdict()


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    installed, changed = row["installed"] or {}, row["change"]
    kernels = headline((row["kernels"] or {}).get("counts", {}))
    said = ""
    if changed:
        numbers = ", ".join(f"{len(changed[what])} {what}" for what in ("added", "removed", "deprecated"))
        said = f"{changed['before']} to {changed['after']}: {numbers}"
    named = {name: installed.get(name) for name in ("version", "names", "apart")}
    return {"framework": row["framework"], "kernels": kernels and kernels[1], "against": said} | named


def models(*, installed: bool, json: bool) -> None:
    """Read the models that libraries ship, and say where those that articles list are."""
    with Survey(open_database(), load_settings()) as survey:
        for library in LIBRARIES:
            _tell(f"reading {library.package}")
            if survey.installed_models(library) is None and not installed:
                survey.models(library, NEWEST)
    catalog = load_catalog()
    patterns = {each.model: each.find for each in catalog.named_models}
    listed = [(system.slug, model) for system in catalog.systems.values() for model in system.named_models]
    found = find(listed, patterns, survey.read)
    libraries = [
        {name: each[name] for name in ("package", "version", "origin", "rule", "receipt")}
        | {"models": len(each["models"])}
        for each in survey.read
    ]
    rows = [each._asdict() | {"places": [place._asdict() for place in each.places]} for each in found]
    if json:
        emit_json({"run": survey.run, "libraries": libraries, "named": rows, "failed": survey.failed})
    else:
        emit_table(libraries, ("package", "version", "models", "rule"))
        where = ({"model": each.model, "where": "; ".join(map(told, each.places)) or NOWHERE} for each in found)
        emit_table(list(where), ("model", "where"))
    _end(survey.failed)


def cuda(frameworks: list[str], *, version: str, json: bool) -> None:
    """Read which CUDA versions wheels on the index ask for, keep and print them; exit status 1 where one failed."""
    packages = dict(PACKAGES)
    if unknown := sorted(set(frameworks) - set(packages)):
        raise WrongUsage(f"No CUDA version is read of {unknown[0]!r}; there is {', '.join(packages)}.")
    if version != NEWEST and len(frameworks) != 1:
        raise WrongUsage("A version belongs to one framework: name it, or read the newest of all.")
    with Survey(open_database(), load_settings()) as survey:
        for framework in frameworks or list(packages):
            _tell(f"reading {packages[framework]}")
            survey.cuda(framework, packages[framework], version)
    if json:
        emit_json({"run": survey.run, "read": survey.read, "failed": survey.failed})
    else:
        rows = [row._asdict() for row in offers(survey.read)]
        emit_table(rows, ("framework", "version", "released", "how", "cuda", "runtime"))
    _end(survey.failed)


def latency(*, json: bool) -> None:
    """Print how long each framework let a new Python wait, from what the store has of the package index."""
    pythons = {each.version: each for each in load_catalog().pythons}
    with reading(open_database()) as session:
        wheels = read.package_wheels(session, BINARIES)
    if not wheels:
        say("No wheels are known yet: `framescope collect package_index` asks for them.")
    days = {version: each.date.first for version, each in pythons.items()}
    rows = [
        wait._asdict() | {"python_date": days[wait.python], "python_date_planned": pythons[wait.python].planned}
        for platform in PLATFORMS
        for wait in waits(wheels, days, platform)
    ]
    if json:
        emit_json(rows)
    else:
        emit_table(rows, ("package", "python", "platform", "days", "version", "first"))


def _tell(message: str) -> None:
    if sys.stderr.isatty():
        say(message)


def _end(failed: Mapping[str, str]) -> None:
    """Say what could not be read, and why, on standard error; the exit status is 1 then."""
    sys.stdout.flush()
    for name, why in failed.items():
        say(f"{name}: {why}")
    if failed:
        sys.exit(1)
