"""What Framescope is installed from: the bill of materials says all of it, the lock is whole, the audit tells apart."""

import json
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import audit
import pytest
import sbom
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.test_house import LOCK, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_bill_names_every_pin_of_the_lock_once_and_nothing_else() -> None:
    written = (ROOT / "docs" / "sbom.cdx.json").read_text(encoding="utf-8")
    assert written == sbom.text(), "stale: run scripts/generate_docs.py"
    kept = json.loads(written)
    names = [(one["name"], one["version"]) for one in kept["components"]]
    lines = [line for line in LOCK.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    pins = [line.partition(";")[0].strip().split("==") for line in lines]
    assert sorted(names) == sorted((canonicalize_name(name), version) for name, version in pins)
    assert len({one["bom-ref"] for one in kept["components"]}) == len(names) > 100
    (own,) = kept["dependencies"]
    known = {one["bom-ref"] for one in kept["components"]}
    assert set(own["dependsOn"]) <= known
    assert {"pkg:pypi/streamlit", "pkg:pypi/torch"} <= {ref.partition("@")[0] for ref in own["dependsOn"]}


def test_the_bill_says_who_asks_and_where_and_no_more_than_the_lock_tells() -> None:
    lock = "# made\nStreamlit==1.60\nsix==1.0 ; sys_platform == 'win32'\n"
    project = PROJECT | {"dependencies": ["streamlit>=1"], "optional-dependencies": {"dev": ["streamlit"]}}
    made = sbom.bill(lock, project)
    assert made == sbom.bill(lock, project)
    first, second = made["components"]
    assert (first["purl"], second["purl"]) == ("pkg:pypi/streamlit@1.60", "pkg:pypi/six@1.0")
    assert [one["value"] for one in first["properties"]] == ["site", "dev"]
    assert second["properties"] == [{"name": "framescope:only-where", "value": 'sys_platform == "win32"'}]
    assert not {"licenses", "hashes"} & first.keys()
    assert made["serialNumber"] != sbom.bill(lock.replace("1.60", "1.61"), project)["serialNumber"]


def test_whatever_the_locked_packages_need_is_locked_too() -> None:
    """Else something is installed that neither the lock nor the bill names."""
    locked = {canonicalize_name(pin.name) for pin in sbom.pins(LOCK.read_text(encoding="utf-8"))}
    missing = set()
    for name in locked:
        try:
            needed = [Requirement(line) for line in requires(name) or ()]
        except PackageNotFoundError:
            continue  # of another platform or Python, or a framework that was left out
        for one in needed:
            if one.marker is None or one.marker.evaluate({"extra": ""}):
                missing |= {f"{name} needs {one.name}"} if canonicalize_name(one.name) not in locked else set()
    assert missing <= {f"{name} needs setuptools" for name in locked}, "run make lock"


def test_the_extra_of_a_cluster_brings_what_ray_s_client_needs() -> None:
    """A worker that is no part of the cluster reaches it by `ray://`, which Ray itself does not bring."""
    extras = PROJECT["optional-dependencies"]
    (asked,) = [Requirement(line) for line in extras["cluster"]]
    assert (asked.name, asked.extras) == ("ray", {"client"})
    assert str(asked) in {str(Requirement(line)) for line in extras["dev"]}, "the tests use it"
    assert "grpcio" in {canonicalize_name(pin.name) for pin in sbom.pins(LOCK.read_text(encoding="utf-8"))}


def test_an_advisory_and_what_was_not_looked_at_are_told_apart() -> None:
    found = {"id": "PYSEC-2026-1", "fix_versions": ["1.1"], "aliases": [], "description": "x"}
    report = {
        "dependencies": [
            {"name": "a", "version": "1.0", "vulns": [found, found | {"id": "PYSEC-2026-2", "fix_versions": []}]},
            {"name": "b", "version": "2.0", "vulns": []},
            {"name": "c", "skip_reason": "not on the index"},
        ],
        "fixes": [],
    }
    known, unseen = audit.told(json.dumps(report))
    assert known == ["a 1.0: PYSEC-2026-1, mended in 1.1", "a 1.0: PYSEC-2026-2, mended in none yet"]
    assert unseen == ["c: not on the index"]


def test_every_version_of_a_name_is_asked_about() -> None:
    lock = "jax==1 ; python_version < '3.12'\nsix==3\njax==2 ; python_version >= '3.12'\n"
    assert audit.layers(lock) == [{"jax": "1", "six": "3"}, {"jax": "2"}]


def test_an_audit_that_could_not_ask_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a network neither pip nor pip-audit gets anywhere, and nothing is called clean."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert audit.audited(tmp_path, "six==1.0\n") == audit.NOT_ASKED
    assert "NOT AUDITED" in capsys.readouterr().err
