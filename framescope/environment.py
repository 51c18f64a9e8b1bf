"""What a command finds around it: settings from `.env`, the database's address, and which errors are known ones."""

import os
from pathlib import Path

from framescope.logs import set_up


def prepare(database: str | None) -> None:
    """Read `.env` from the working directory (the environment wins), name the database, set up logging."""
    from dotenv import load_dotenv

    load_dotenv(Path.cwd() / ".env", override=False)
    if database:
        os.environ["FRAMESCOPE_DATABASE_URL"] = database
    set_up()


def pin_home() -> None:
    """Make the home and the database's address absolute, for child processes with another working directory."""
    from db.engine import default_url, home

    os.environ["FRAMESCOPE_HOME"] = str(home())
    os.environ["FRAMESCOPE_DATABASE_URL"] = default_url()


def status(error: BaseException) -> int:
    """The exit status of an error: 2 where the command line is wrong, 128 and the signal where one ended it; else 1."""
    from db.errors import UnknownName
    from framescope.errors import Ended, WrongUsage

    if isinstance(error, Ended):
        return error.status
    return 2 if isinstance(error, UnknownName | WrongUsage) else 1


def explain(error: BaseException) -> str | None:
    """The message of an error that a user can do something about; None for a fault of the program."""
    from pydantic import ValidationError

    from catalog.errors import CatalogError
    from collectors.errors import CollectError
    from db.errors import StoreError
    from framescope.errors import CommandError

    if isinstance(error, CatalogError | CollectError | StoreError | CommandError):
        return str(error)
    if isinstance(error, ValidationError) and error.title == "Settings":
        return str(error)
    if isinstance(error, OSError) and error.errno in (13, 28, 30):
        where = "" if error.filename is None else f": {error.filename}"  # Python names no file that it was writing to
        return f"{error.strerror}{where}. Nothing already stored was lost."
    return None
