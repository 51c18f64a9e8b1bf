"""One file a source: fetch(http, …) gives receipts, parse(receipt) gives records."""

from collectors.source import Source
from collectors.sources import (
    arxiv,
    huggingface,
    package_index,
    stackexchange,
    wikimedia,
)

SOURCES: tuple[Source, ...] = (
    arxiv.SOURCE,
    huggingface.SOURCE,
    package_index.SOURCE,
    stackexchange.SOURCE,
    wikimedia.SOURCE,
)
