"""What a kind of importable file is: how it is recognised, which source its figures belong to, how it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from catalog.models import System
from collectors.source import Context, Item, Parsed, Source

FILE = "FILE"


@dataclass(frozen=True, slots=True)
class Importer:
    """A kind of file, by the name that ``import --json`` gives it.

    ``recognises`` is given the first bytes, decompressed. ``read`` is pure: the file as it is and the context in,
    records out; it raises `collectors.errors.SkipItem` for a file that cannot be used. ``detail`` says of the catalogue
    what reading needs; it is kept in the receipt, so that ``source.parse`` reads the same bytes the same way later.
    """

    kind: str
    title: str
    source: Source
    max_bytes: int
    recognises: Callable[[bytes], bool]
    detail: Callable[[Sequence[System]], Mapping[str, str]]
    read: Callable[[BinaryIO, Context], Parsed]

    def item(self, systems: Sequence[System]) -> Item:
        """What the receipt of such a file says it is."""
        return Item(self.kind, "all", {"importer": self.kind, **self.detail(systems)})
