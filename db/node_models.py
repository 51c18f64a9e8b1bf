"""The table of the nodes that workers reach; beside db/models.py, whose base it shares."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from db.models import Base


class ClusterNode(Base):
    """A machine that a worker hands benchmarks to, as that worker saw it last.

    ``facts`` is what the node told of itself, ``busy`` what it measures: each has the bounds of `write.cluster_nodes`.
    """

    __tablename__ = "cluster_node"
    node: Mapped[str] = mapped_column(primary_key=True)
    worker: Mapped[str]
    name: Mapped[str]
    seen_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
    busy: Mapped[dict[str, Any]]
