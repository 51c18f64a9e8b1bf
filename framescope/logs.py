"""Where the log goes and in which form: lines for a person, or with FRAMESCOPE_LOG=json one JSON document a line."""

import json
import logging
import os
import sys
import threading
from datetime import UTC, datetime
from typing import Any

FORM = "FRAMESCOPE_LOG"
_PLAIN = "%(levelname)s %(name)s: %(message)s"
_MOST = 16_384
"""Characters of one message; a traceback that is longer keeps its end, where the error is."""


def set_up(level: int = logging.WARNING) -> None:
    """Send everything logged to standard error, secrets taken out. `WrongUsage` for a form there is not."""
    form = os.environ.get(FORM) or "text"
    if form not in ("text", "json"):
        from framescope.errors import WrongUsage

        raise WrongUsage(f"{FORM} must be text or json.")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else PlainLines(_PLAIN))
    logging.basicConfig(handlers=[handler], level=level)
    if form == "json":
        logging.captureWarnings(True)
        threading.excepthook = _fault_of_a_thread


def in_json() -> bool:
    """Whether whatever is said on standard error is one JSON document a line."""
    return os.environ.get(FORM) == "json"


def fault(error: BaseException) -> None:
    """Say a fault of the program, with its traceback, as a line of a log that is JSON."""
    said = f"{type(error).__name__}: {error}"
    sys.stderr.write(f"{JsonLines().format(_record(said, logging.CRITICAL, error))}\n")


def tell(message: str, head: str = "", level: int = logging.INFO) -> None:
    """Say something to whoever started the command: after ``head``, or where the log is JSON as a line of it."""
    line = JsonLines().format(_record(message, level)) if in_json() else f"{head}{message}"
    sys.stderr.write(f"{line}\n")


def _record(message: str, level: int, error: BaseException | None = None) -> logging.LogRecord:
    return logging.makeLogRecord(
        {
            "name": "framescope",
            "levelno": level,
            "levelname": logging.getLevelName(level),
            "msg": message,
            "exc_info": None if error is None else (type(error), error, error.__traceback__),
        }
    )


def _fault_of_a_thread(said: threading.ExceptHookArgs) -> None:
    if said.exc_value is not None and not issubclass(said.exc_type, SystemExit):
        fault(said.exc_value)


class PlainLines(logging.Formatter):
    """One record as lines to read, without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line, and under it the traceback where there is one."""
        return without_secrets(super().format(record))


class JsonLines(logging.Formatter):
    """One record as one line of JSON: time (UTC), level, event (the message), logger, and what is known of the rest.

    ``job`` and ``source`` say what the process was at when it was logged, ``error`` holds a traceback.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        from collectors.about import about

        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": without_secrets(record.getMessage())[:_MOST],
            "logger": record.name,
            **about(),
        }
        if record.exc_info:
            said["error"] = without_secrets(self.formatException(record.exc_info))[-_MOST:]
        return json.dumps(said, ensure_ascii=False)


def without_secrets(text: str) -> str:
    """The text without the value of any setting that is named like a secret, and without passwords in addresses."""
    from collectors.redact import Redactor
    from db.hiding import is_secret_name, secrets_in

    ours = {name: value for name, value in os.environ.items() if name.startswith("FRAMESCOPE_")}
    secrets = [value for name, value in ours.items() if is_secret_name(name)]
    return Redactor([*secrets, *secrets_in(ours.get("FRAMESCOPE_DATABASE_URL", ""))]).text(text)
