"""docs/sbom.cdx.json: what Framescope is installed from, as CycloneDX 1.6, made from requirements.lock alone."""

import hashlib
import json
import tomllib
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK, PROJECT = ROOT / "requirements.lock", ROOT / "pyproject.toml"
SPACE = uuid.UUID("4a1dd7ac-6ad5-5b3a-9d15-0d3f8a3b2f6e")
SITE = "site"
"""What is needed without any extra."""


def pins(lock: str) -> list[Requirement]:
    """Give the requirements of a lock, in its order."""
    return [Requirement(line) for line in lock.splitlines() if line.strip() and not line.startswith("#")]


def purl(pin: Requirement) -> str:
    """Give the package URL of a pin (https://github.com/package-url/purl-spec): the name as the index writes it."""
    return f"pkg:pypi/{canonicalize_name(pin.name)}@{version_of(pin)}"


def version_of(pin: Requirement) -> str:
    """Give the one version of a pin."""
    (only,) = pin.specifier
    return only.version


def asked_for(project: dict[str, Any]) -> dict[str, list[str]]:
    """Give for each requirement of the project what asks for it: the site, or names of extras."""
    asking: dict[str, list[str]] = {}
    for name, lines in {SITE: project["dependencies"], **project["optional-dependencies"]}.items():
        for line in lines:
            asking.setdefault(canonicalize_name(Requirement(line).name), []).append(name)
    return asking


def component(pin: Requirement, asking: Iterable[str]) -> dict[str, Any]:
    """Give one package: only what the lock says of it, and which part of the project asks for it by name."""
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl(pin),
        "name": canonicalize_name(pin.name),
        "version": version_of(pin),
        "purl": purl(pin),
    }
    told = [("framescope:asked-for-by", name) for name in asking]
    told += [("framescope:only-where", str(pin.marker))] if pin.marker else []
    if told:
        found["properties"] = [{"name": name, "value": value} for name, value in told]
    return found


def bill(lock: str, project: dict[str, Any]) -> dict[str, Any]:
    """Give the bill of materials of a lock and a project's table; the same for the same input, so without a time."""
    asking, locked = asked_for(project), pins(lock)
    digest = hashlib.sha256(lock.encode()).hexdigest()
    own = f"pkg:generic/{project['name']}@{project['version']}"
    direct = sorted(purl(pin) for pin in locked if canonicalize_name(pin.name) in asking)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(SPACE, digest)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
            },
            "properties": [{"name": "framescope:lock-sha256", "value": digest}],
        },
        "components": [component(pin, asking.get(canonicalize_name(pin.name), ())) for pin in locked],
        "dependencies": [{"ref": own, "dependsOn": direct}],
        "compositions": [{"aggregate": "incomplete", "dependencies": [own]}],
    }


def text() -> str:
    """Give the document as it is kept."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    return json.dumps(bill(LOCK.read_text(encoding="utf-8"), project), indent=1) + "\n"
