"""One file a source: fetch(http, …) gives receipts, parse(receipt) gives records."""

from collectors.source import Source
from collectors.sources import (
    huggingface,
    package_index,
    stackexchange,
    wikimedia,
)

SOURCES: tuple[Source, ...] = (
    package_index.SOURCE,
    huggingface.SOURCE,
    stackexchange.SOURCE,
    wikimedia.SOURCE,
)
