"""The frozen dump of links between papers and code as a file: its fields, gzip or not, and the oddities it has."""

from __future__ import annotations

import gzip
import json
from typing import Any


def link(arxiv_id: Any, framework: Any, repository: str = "x/y", **more: Any) -> dict[str, Any]:
    """One entry with all the fields of the dump; the paper is told apart by its id."""
    return {
        "paper_url": f"https://paperswithcode.com/paper/{arxiv_id}",
        "paper_title": "Attention, once more: naïve 注意",
        "paper_arxiv_id": arxiv_id,
        "paper_url_abs": f"https://arxiv.org/abs/{arxiv_id}",
        "paper_url_pdf": f"https://arxiv.org/pdf/{arxiv_id}.pdf",
        "repo_url": f"https://github.com/{repository}",
        "is_official": False,
        "mentioned_in_paper": False,
        "mentioned_in_github": True,
        "framework": framework,
        **more,
    }


def dump(*links: Any) -> bytes:
    """The dump as plain JSON."""
    return json.dumps(links, ensure_ascii=False).encode()


def packed(*links: Any) -> bytes:
    """The dump as it is handed out."""
    return gzip.compress(dump(*links), mtime=0)
