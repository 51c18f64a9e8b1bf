"""The message catalogues: one gettext file a language and room, joined when a language is first read."""

import gettext
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DIRECTORY = Path(__file__).parent
SOURCE = "en"
"""The language the code is written in: it needs no catalogue."""
LANGUAGES = {SOURCE: "English", "zh-CN": "简体中文"}
"""Every language by its tag, and what it calls itself."""
UNFINISHED = DIRECTORY / "unfinished"


def directory(language: str) -> Path:
    """Where a language's catalogues lie."""
    return DIRECTORY / language.replace("-", "_")


def read(path: Path, language: str) -> Catalog:
    """One catalogue; raises babel's PoFileError where the file is not one."""
    with path.open("rb") as file:
        return read_po(file, locale=language.replace("-", "_"), abort_invalid=True)


@lru_cache(maxsize=len(LANGUAGES))
def translations(language: str) -> gettext.NullTranslations:
    """Every room's texts in one language, compiled in memory; English and unknown languages say what the code says."""
    if language == SOURCE or language not in LANGUAGES:
        return gettext.NullTranslations()
    joined = Catalog(locale=language.replace("-", "_"))
    for path in sorted(directory(language).glob("*.po")):
        for message in read(path, language):
            if message.id and message.string:
                joined[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, joined)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def unfinished() -> frozenset[str]:
    """The files whose texts are not marked yet, by their paths in the repository: one list a room."""
    return frozenset(path for listed in UNFINISHED.glob("*.txt") for path in listed_in(listed))


def listed_in(path: Path) -> list[str]:
    """The lines of a list, without its comments."""
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def complete(language: str) -> bool:
    """Whether all that is shown can be said in a language, so that a visitor may choose it."""
    return language == SOURCE or not unfinished()


def chosen(asked: str | None, first: str | None, offered: tuple[str, ...]) -> str:
    """The language to read in: the one that is asked for, else the browser's first, else English.

    ``asked`` is a tag as the address has it; ``first`` is the browser's, which may name a script or a region. Chinese
    in traditional characters is not taken for the simplified one.
    """
    if asked in offered:
        return str(asked)
    told = (first or "").replace("_", "-").lower()
    other = {"tw", "hk", "mo", "hant"} & set(told.split("-"))
    return next((tag for tag in offered if tag.partition("-")[0] == told.partition("-")[0] and not other), SOURCE)
