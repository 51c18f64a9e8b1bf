"""Errors of a command that its message tells how to avoid."""


class CommandError(Exception):
    """The command could not do what was asked; the message says what to do."""
