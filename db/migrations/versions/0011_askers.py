"""Whose job it is: who asked for it through the site, by what name, and what it was expected to take."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job", sa.Column("asker", sa.Text(), nullable=True))
    op.add_column("job", sa.Column("asker_name", sa.Text(), nullable=True))
    op.add_column("job", sa.Column("expected_s", sa.Double(), nullable=True))
    op.create_index(op.f("ix_job_asker_requested"), "job", ["asker", "requested"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_job_asker_requested"), table_name="job")
    op.drop_column("job", "expected_s")
    op.drop_column("job", "asker_name")
    op.drop_column("job", "asker")
