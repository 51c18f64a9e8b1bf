"""What can be wrong with the store, named by what the reader of the message should do."""


class StoreError(Exception):
    """The store cannot be used as it is; the message says what to do.

    ``public`` is it without what driver or server said, which names host, port and user: for strangers.
    """

    def __init__(self, message: str = "", said: str = "") -> None:
        super().__init__(f"{message} ({said})" if said else message)
        self.public = message


class BadAddress(StoreError):
    """The address of the database cannot be read, or its driver is missing: correct it, or install the driver."""


class DatabaseMissing(StoreError):
    """There is no database yet: run ``framescope init``."""


class DatabaseGone(DatabaseMissing):
    """The database was moved or removed while it was in use: put it back, or run ``framescope init`` for a new one."""


class DatabaseBehind(StoreError):
    """The database is of an earlier revision: run ``framescope init`` to upgrade it."""


class DatabaseNewer(StoreError):
    """The database was written by a newer Framescope: upgrade the program, nothing was changed."""


class DatabaseBusy(StoreError):
    """Another process kept the database locked for longer than the busy timeout: try again."""


class DatabaseAway(StoreError):
    """The database server does not answer or broke off: nothing half done was kept, wait for it and try again."""


class DatabaseReadOnly(StoreError):
    """The database or its directory cannot be written: check permissions, or set FRAMESCOPE_HOME."""


class DiskFull(StoreError):
    """No space is left; the transaction was rolled back and nothing already stored was lost."""


class DiskTrouble(StoreError):
    """The disk under the database answered with an error: nothing is known to be lost, look at the disk."""


class DatabaseDamaged(StoreError):
    """The file is not a Framescope database or is damaged: restore a backup, or choose another FRAMESCOPE_HOME."""


class DatabaseFilled(StoreError):
    """What was to be filled holds rows already: name an empty database."""


class CopyDiffers(StoreError):
    """What was copied does not read back as it was: nothing of it was kept."""


class BackupDamaged(StoreError):
    """A file is no backup, or not as it was made: nothing was changed, take another one."""


class FileThere(StoreError):
    """A file of this name is there already, and is not overwritten: name another one."""


class UnknownName(StoreError):
    """A metric, system or source that the catalogue does not know."""


class JobRefused(StoreError):
    """A job that may not be queued now; the message says why."""


class ImpossibleValue(StoreError):
    """A value that cannot be true (below nought, of a time to come, whole too early): look at its receipt."""
