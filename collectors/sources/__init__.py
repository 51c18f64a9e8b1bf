"""One file a source: fetch(http, …) gives receipts, parse(receipt) gives records."""

from collectors.source import Source
from collectors.sources import ecosystems, github, github_search, hackernews, package_index

SOURCES: tuple[Source, ...] = (
    package_index.SOURCE,
    github.SOURCE,
    hackernews.SOURCE,
    ecosystems.SOURCE,
    github_search.SOURCE,
)
