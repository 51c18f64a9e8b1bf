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
    package_index.SOURCE,
    arxiv.SOURCE,
    huggingface.SOURCE,
    stackexchange.SOURCE,
    wikimedia.SOURCE,
)
