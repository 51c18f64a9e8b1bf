"""How a command that failed says so: in the form of the log, with the exit status that belongs to it."""

import logging
import sys
from typing import Any

import typer

from framescope.logs import fault, in_json, tell, without_secrets

_OF_TYPER = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
"""What Typer raises for a command line that is wrong; it gives the class no public name."""


def told(error: Exception) -> int | None:
    """Say an error on standard error and give the exit status.

    None, and nothing said, for a fault of the program where the log is text: Python prints its traceback. Where the log
    is JSON the fault is a line of it, and the status is Python's own, 1.
    """
    from framescope.environment import explain, status

    if isinstance(error, typer.Abort):
        tell("Aborted!", level=logging.ERROR)
        return 1
    if isinstance(error, _OF_TYPER):
        return _wrong_usage(error)
    message = explain(error)
    if message is None:
        return _fault(error)
    message = without_secrets(message)
    if "--json" in sys.argv:
        from framescope.output import emit_json

        emit_json({"error": {"kind": type(error).__name__, "message": message}})
    tell(message, "framescope: ", logging.ERROR)
    return status(error)


def _wrong_usage(error: Any) -> int:
    if in_json():
        tell(error.format_message(), level=logging.ERROR)
    else:
        error.show()
    return int(error.exit_code)


def _fault(error: Exception) -> int | None:
    if not in_json():
        return None
    fault(error)
    return 1
