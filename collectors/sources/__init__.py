"""One file a source: fetch(http, …) gives receipts, parse(receipt) gives records."""

from collectors.source import Source
from collectors.sources import (
    arxiv,
    clickpy,
    conda,
    conda_monthly,
    dockerhub,
    huggingface,
    package_index,
    pypistats,
    stackexchange,
    wikimedia,
)

SOURCES: tuple[Source, ...] = (
    package_index.SOURCE,
    arxiv.SOURCE,
    clickpy.SOURCE,
    conda.SOURCE,
    conda_monthly.SOURCE,
    dockerhub.SOURCE,
    huggingface.SOURCE,
    pypistats.SOURCE,
    stackexchange.SOURCE,
    wikimedia.SOURCE,
)
