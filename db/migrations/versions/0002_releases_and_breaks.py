"""Releases and their files, and breaks as a table."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "series_break",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("break_date", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_series_break_run_id_run")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_series_break")),
    )
    op.create_table(
        "package_release",
        sa.Column("id", ID, nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("package", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("yanked", sa.Boolean(), nullable=False),
        sa.Column("yanked_reason", sa.Text(), nullable=True),
        sa.Column("prerelease", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("receipt_id", ID, nullable=True),
        sa.Column("run_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name=op.f("fk_package_release_receipt_id_receipt")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_package_release_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_release")),
    )
    op.create_index(
        op.f("ix_package_release_system_released_at"), "package_release", ["system", "released_at"], unique=False
    )
    op.create_index("uq_package_release_key", "package_release", ["source", "package", "version"], unique=True)
    op.create_table(
        "package_file",
        sa.Column("id", ID, nullable=False),
        sa.Column("release_id", ID, nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("python_tag", sa.Text(), nullable=True),
        sa.Column("abi_tag", sa.Text(), nullable=True),
        sa.Column("platform_tag", sa.Text(), nullable=True),
        sa.Column("size", ID, nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requires_python", sa.Text(), nullable=True),
        sa.Column("yanked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["package_release.id"],
            name=op.f("fk_package_file_release_id_package_release"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_file")),
    )
    op.create_index("uq_package_file_key", "package_file", ["release_id", "filename"], unique=True)


def downgrade() -> None:
    op.drop_table("package_file")
    op.drop_table("package_release")
    op.drop_table("series_break")
