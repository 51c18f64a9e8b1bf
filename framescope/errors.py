"""Errors of a command that its message tells how to avoid."""


class CommandError(Exception):
    """The command could not do what was asked; the message says what to do."""


class Ended(CommandError):
    """The command was asked to end by a signal, and what it had begun is put in order; ``status`` tells which."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class WrongUsage(CommandError):
    """What was typed names what there is not, or is out of bounds: correct the command line."""
