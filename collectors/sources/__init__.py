"""One file a source: fetch(http, …) gives receipts, parse(receipt) gives records."""

from collectors.source import Source
from collectors.sources import (
    arxiv,
    clickpy,
    conda,
    conda_monthly,
    dockerhub,
    ecosystems,
    git,
    github,
    github_search,
    google_trends,
    hackernews,
    huggingface,
    openalex,
    package_index,
    papers_with_code,
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
    ecosystems.SOURCE,
    git.SOURCE,
    github.SOURCE,
    github_search.SOURCE,
    google_trends.SOURCE,
    hackernews.SOURCE,
    huggingface.SOURCE,
    openalex.SOURCE,
    papers_with_code.SOURCE,
    pypistats.SOURCE,
    stackexchange.SOURCE,
    wikimedia.SOURCE,
)
