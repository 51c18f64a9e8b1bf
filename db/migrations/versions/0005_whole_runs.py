"""A benchmark run kept whole: its comparisons as the run gave them, and when it ended where it ran."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bench_comparison", sa.Column("document", sa.JSON(), nullable=True))
    op.add_column("bench_run", sa.Column("measured_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("bench_run", "measured_at")
    op.drop_column("bench_comparison", "document")
