"""From a request to read packages to receipts and figures in the store: the glue between the readers and the doors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collectors.answered import answer_of, write_answers
from collectors.collection import COLLECTION
from collectors.errors import CollectError, SkipItem
from collectors.http import HttpClient
from collectors.keeper import RunKeeper
from collectors.packages.cuda import cuda
from collectors.packages.layouts import Layout
from collectors.packages.models import Library, shipped
from collectors.packages.names import public_names
from collectors.packages.tree import InstalledTree, WheelTree
from collectors.packages.wheels import Wheels
from collectors.probes.lane import QUIET_ENVIRONMENT
from collectors.redact import Redactor
from collectors.settings import Settings
from collectors.source import Item
from collectors.sources import package_index, wheels
from db import write
from db.engine import Engine, writing
from db.errors import StoreError
from db.receipts import ReceiptStore
from db.records import Written
from verdicts.ledger import record_after

CHILD_S = 180.0
MOST_PRINTED = 8 * 2**20
ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Survey:
    """One run of reading packages: each reading is a receipt and its figures, or a reason. Use as a context manager."""

    engine: Engine
    settings: Settings
    read: list[dict[str, Any]] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    written: Written = field(default_factory=Written)

    def __enter__(self) -> Survey:
        """Open the run, its client and the folder of what is kept of wheels."""
        with writing(self.engine) as session:
            self.run = write.start_run(session, kind=COLLECTION, source=wheels.NAME)
        directory, redactor = self.settings.directory, Redactor(self.settings.secrets())
        keeper = RunKeeper(self.engine, ReceiptStore(directory / "receipts"), self.run, wheels.NAME)
        self.http = HttpClient(
            wheels.NAME, keeper, self.settings.contact, redactor=redactor, offline=self.settings.offline
        )
        base = self.settings.source_urls.get("package_index") or package_index.base_url()
        self.wheels = Wheels(self.http, base, directory / "cache" / "wheels")
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Close the run with what it came to; an error that is none of ours leaves it failed."""
        self.wheels.close()
        self.http.close()
        told = "; ".join(f"{name}: {why}" for name, why in self.failed.items())
        status: Any = "partial" if self.failed and self.read else "failed" if self.failed or error else "ok"
        message = f"broke off: {error}" if error else told or f"{len(self.read)} readings"
        written = self.written
        with writing(self.engine) as session:
            write.finish_run(
                session,
                self.run,
                status=status,
                message=message[:2_000],
                requests=self.http.sent,
                receipts=self.http.kept,
                observations=written.total,
                new=written.new,
                revised=written.revised,
            )
        if written.new or written.revised:
            record_after(self.engine, self.run)

    def installed_names(self, layout: Layout) -> dict[str, Any] | None:
        """The public names of a framework as it is installed here."""
        return self._keep(f"{layout.framework} installed", layout.framework, lambda: public_names(here(layout), layout))

    def wheel_names(self, layout: Layout, package: str, version: str) -> dict[str, Any] | None:
        """The public names of a version on the index."""
        name = f"{package} {version}"
        return self._keep(name, layout.framework, lambda: self._wheel(package, version, public_names, layout))

    def models(self, library: Library, version: str) -> dict[str, Any] | None:
        """The models that a version of a library on the index ships."""
        name = f"{library.package} {version}"
        return self._keep(name, library.system, lambda: self._wheel(library.package, version, shipped, library))

    def installed_models(self, library: Library) -> dict[str, Any] | None:
        """The models that a library ships as it is installed here; None, and no reason, where it is not."""
        try:
            tree = InstalledTree(library.package)
        except SkipItem:
            return None
        return self._keep(f"{library.package} installed", library.system, lambda: shipped(tree, library))

    def cuda(self, framework: str, package: str, version: str) -> dict[str, Any] | None:
        """The CUDA versions that a version on the index asks for."""
        return self._keep(f"{package} {version}", framework, lambda: self._wheel(package, version, cuda, framework))

    def kernels(self, framework: str) -> dict[str, Any] | None:
        """What a framework that is installed here has registered."""
        return self._keep(f"{framework} kernels", framework, lambda: registered(framework))

    def _wheel(self, package: str, version: str, reader: Callable[..., dict[str, Any]], how: Any) -> dict[str, Any]:
        tree: WheelTree = self.wheels.open(package, version)
        document = reader(tree, how)
        tree.keep()
        return document

    def _keep(self, name: str, system: str, made: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
        """Make a document, keep it as a receipt and write its figures; None where that failed, which is noted."""
        try:
            document = made()
            item = Item(name, system, {"kind": document["kind"]})
            self.http.about = {"item": item.as_dict()}
            body = json.dumps(document, sort_keys=True).encode()
            receipt = self.http.keep(_address(document), body, method="READ", content_type="application/json")
            parsed = wheels.SOURCE.read([answer_of(receipt, item)])
            with writing(self.engine) as session:
                counts = write_answers(session, self.run, wheels.NAME, [(receipt, parsed[0])])
        except (CollectError, StoreError) as error:
            self.failed[name] = str(error)
            return None
        self.written += counts.observations
        self.read.append(document | {"receipt": receipt.receipt_id})
        return self.read[-1]


def here(layout: Layout) -> InstalledTree:
    """The installed package of a layout. Raises `SkipItem` where none of them is installed."""
    for tree in _installed(layout):
        return tree
    raise SkipItem(f"{' or '.join(layout.packages)} is not installed here")


def _installed(layout: Layout) -> Iterator[InstalledTree]:
    for package in layout.packages:
        try:
            yield InstalledTree(package)
        except SkipItem:
            continue


def registered(framework: str) -> dict[str, Any]:
    """Ask a framework in a process of its own what it has registered. Raises `SkipItem` saying what went wrong."""
    command = [sys.executable, "-m", "collectors.probes.registries", framework]
    with tempfile.TemporaryDirectory(prefix="registry-") as scratch, tempfile.TemporaryFile() as said:
        environment = child_environment(scratch)
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=said, timeout=CHILD_S, check=False
            )
        except subprocess.TimeoutExpired:
            raise SkipItem(f"{framework} did not answer within {CHILD_S:.0f} s") from None
        said.seek(max(0, said.tell() - 2_000))
        last = said.read().decode(errors="replace").strip().splitlines()[-1:]
    if done.returncode or len(done.stdout) > MOST_PRINTED:
        raise SkipItem(f"{framework} could not be asked: {(last or [f'exit status {done.returncode}'])[0][:300]}")
    document: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return document


def child_environment(scratch: str) -> dict[str, str]:
    """The variables of the child: quiet, on the processor, with nothing to write outside its own folder."""
    quiet = QUIET_ENVIRONMENT | {"CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu", "HOME": scratch}
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, **quiet, "PYTHONPATH": path}


def _address(document: dict[str, Any]) -> str:
    """What was read, as an address that a receipt can be found by; its kind stands in the request."""
    what = document.get("package") or document["framework"]
    return f"package:{what}/{document['version']}/{document.get('origin', 'installed')}"
