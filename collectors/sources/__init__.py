"""One file a source: fetch(http, …) gives receipts, parse(receipt) gives records."""

from collectors.source import Source
from collectors.sources import (
    package_index,
    wikimedia,
)

SOURCES: tuple[Source, ...] = (
    package_index.SOURCE,
    wikimedia.SOURCE,
)
