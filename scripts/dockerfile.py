"""Read a Dockerfile into stages and steps (pure): enough of the format for ours, and an error for anything else."""

import json
import re
from dataclasses import dataclass, field

KNOWN = {"ARG", "CMD", "COPY", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "RUN", "USER", "VOLUME", "WORKDIR"}


class DockerfileNotUnderstood(ValueError):
    """A line uses something this reader does not know: teach it, or write the line more simply."""


@dataclass(frozen=True)
class Step:
    """One instruction with all that follows it, on one line."""

    instruction: str
    argument: str


@dataclass(frozen=True)
class Stage:
    """One FROM with its steps; `parent` is another stage's name or a base image."""

    name: str
    parent: str
    steps: list[Step] = field(default_factory=list)

    def last(self, instruction: str) -> str | None:
        """Give the argument of the last step of that kind, as Docker does where only the last one counts."""
        found = [step.argument for step in self.steps if step.instruction == instruction]
        return found[-1] if found else None


def parse(text: str) -> dict[str, Stage]:
    """Give the stages by name, in order. DockerfileNotUnderstood names the line."""
    stages: dict[str, Stage] = {}
    for line in logical_lines(text):
        instruction, _, argument = line.partition(" ")
        if instruction not in KNOWN:
            raise DockerfileNotUnderstood(line)
        if instruction == "FROM":
            match = re.fullmatch(r"(\S+) AS (\S+)", argument.strip())
            if match is None:
                raise DockerfileNotUnderstood(line)
            stages[match[2]] = Stage(name=match[2], parent=match[1])
        elif not stages:
            raise DockerfileNotUnderstood(line)
        else:
            next(reversed(stages.values())).steps.append(Step(instruction, argument.strip()))
    return stages


def logical_lines(text: str) -> list[str]:
    """Give the instructions without comments and with continued lines joined."""
    kept = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(kept))
    return [line.strip() for line in joined.splitlines()]


def whole(stages: dict[str, Stage], target: str) -> Stage:
    """Give `target` with the steps of all its ancestors before its own; `parent` is then the base image."""
    stage = stages[target]
    if stage.parent not in stages:
        return stage
    ancestor = whole(stages, stage.parent)
    return Stage(name=target, parent=ancestor.parent, steps=[*ancestor.steps, *stage.steps])


def environment(stage: Stage) -> dict[str, str]:
    """Give the variables that ENV sets."""
    pairs = (pair for step in stage.steps if step.instruction == "ENV" for pair in step.argument.split())
    return dict(pair.split("=", 1) for pair in pairs)


def exec_form(argument: str) -> list[str]:
    """Give the argument list of a CMD or HEALTHCHECK CMD in exec form. DockerfileNotUnderstood for the shell form."""
    start = argument.find("[")
    if start < 0:
        raise DockerfileNotUnderstood(argument)
    words = json.loads(argument[start:])
    return [str(word) for word in words]
