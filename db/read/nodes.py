"""Reading which nodes the workers reach."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.node_models import ClusterNode

MOST = 1_000


class NodeRow(NamedTuple):
    """A node as a worker saw it last.

    ``facts`` holds its ``machine``, ``devices`` and ``variants`` as the harness lists them there, or ``why_not`` where
    it could not tell; ``busy`` holds what it measures: the job by device.
    """

    node: str
    worker: str
    name: str
    seen_at: datetime
    facts: dict[str, Any]
    busy: dict[str, Any]


def cluster_nodes(session: Session, *, since: datetime | None = None) -> list[NodeRow]:
    """The nodes by name, at most a thousand; with ``since`` those alone that a worker saw then or later."""
    columns = [getattr(ClusterNode, name) for name in NodeRow._fields]
    query = select(*columns).order_by(ClusterNode.name, ClusterNode.node).limit(MOST)
    if since is not None:
        query = query.where(ClusterNode.seen_at >= since)
    return [NodeRow(*row) for row in session.execute(query)]
