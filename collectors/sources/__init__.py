"""One file a source: fetch(http, …) gives receipts, parse(receipt) gives records."""

from collectors.source import Source
from collectors.sources import clickpy, conda, conda_monthly, dockerhub, package_index, pypistats

SOURCES: tuple[Source, ...] = (
    package_index.SOURCE,
    clickpy.SOURCE,
    pypistats.SOURCE,
    dockerhub.SOURCE,
    conda.SOURCE,
    conda_monthly.SOURCE,
)
