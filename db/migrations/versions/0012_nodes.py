"""Nodes: the machines that a worker hands benchmarks to."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cluster_node",
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("busy", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("node", name=op.f("pk_cluster_node")),
    )


def downgrade() -> None:
    op.drop_table("cluster_node")
