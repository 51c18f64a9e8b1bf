"""What an entry of situations.toml must hold: criteria, and the situations that weigh them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from catalog.models import Entry, Slug, Text

Weight = Annotated[float, Field(ge=0, le=10)]


class Criterion(Entry):
    """One thing to choose by: what a score of 1 and of 0 means, and what the evidence does not say."""

    slug: Slug
    title: Text
    kind: Literal["adoption", "probe", "speed", "life", "packages", "catalogue", "claim"]
    best: Text
    worst: Text
    caveat: str = ""


class Weighing(Entry):
    """How much a criterion counts in a situation, from 0 to 10, and why."""

    criterion: Text
    weight: Weight
    why: Text


class Situation(Entry):
    """A situation that people choose in: which evidence matters in it, and why."""

    slug: Slug
    title: Text
    asks: Text
    why: Text
    weigh: Annotated[tuple[Weighing, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _weighs_each_once(self) -> Self:
        names = [one.criterion for one in self.weigh]
        if len(set(names)) < len(names):
            raise ValueError("weighs a criterion twice")
        if not any(one.weight for one in self.weigh):
            raise ValueError("gives no criterion any weight")
        return self

    @property
    def weights(self) -> dict[str, float]:
        """The weight of each criterion that counts here."""
        return {one.criterion: one.weight for one in self.weigh}
