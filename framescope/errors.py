"""Errors of a command that its message tells how to avoid."""


class CommandError(Exception):
    """The command could not do what was asked; the message says what to do."""


class WrongUsage(CommandError):
    """What was typed names what there is not, or is out of bounds: correct the command line."""
