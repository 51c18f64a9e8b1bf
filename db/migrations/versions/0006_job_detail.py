"""What a running job is doing, part by part, for whoever watches it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job", sa.Column("detail", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("job", "detail")
