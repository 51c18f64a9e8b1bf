"""The one error of the catalogue: it says where to look and what to mend."""

from __future__ import annotations


class CatalogError(ValueError):
    """A catalogue file cannot be used; `entry` is its slug, or its number counted from 1."""

    def __init__(self, file: str, entry: str, field: str, message: str) -> None:
        self.file = file
        self.entry = entry
        self.field = field
        self.message = message
        where = ", ".join(part for part in (file, entry and f"entry {entry}", field and f"field {field}") if part)
        super().__init__(f"{where}: {message}")
