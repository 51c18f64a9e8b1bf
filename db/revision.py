"""Whether this program and a store know one another: each has a revision, and they must be the same."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.errors import DatabaseBehind, DatabaseMissing, DatabaseNewer, StoreError
from db.migrations import REVISIONS


def misfit(found: str | None) -> StoreError | None:
    """The error that says why a store of this revision cannot be used as it is; None where it fits."""
    if found == REVISIONS[-1]:
        return None
    if found is None:
        return DatabaseMissing("The database is empty. Run `framescope init` first.")
    if found in REVISIONS:
        return DatabaseBehind(f"The database is of revision {found}. Run `framescope init` to upgrade it.")
    return DatabaseNewer(
        f"The database is of revision {found}, which this Framescope does not know (it knows up to "
        f"{REVISIONS[-1]}). Upgrade Framescope; nothing was changed."
    )


def must_fit(session: Session) -> None:
    """Look again at a store that was opened a while ago: it may have been upgraded, or restored, since.

    Raises `DatabaseNewer`, `DatabaseBehind`, `DatabaseMissing`.
    """
    error = misfit(session.scalar(text("SELECT version_num FROM alembic_version")))
    if error is not None:
        raise error
