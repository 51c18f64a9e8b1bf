"""What is left in English where a text was said in Chinese."""

import re
from collections.abc import Iterator
from functools import lru_cache

import messages

from catalog.load import load_catalog
from language.catalogues import unfinished

PROSE = re.compile(r"(?<![\w.\-/=?&])[A-Za-z]?[a-z]+[,;:]? [a-z]{2,}(?![\w.\-/=])")
"""Two words one after the other, the second in small letters: a name of two words has capitals."""
APART = re.compile(
    r"`[^`]*`|\]\([^)]*\)|https?://\S+|:material/\w+:|<[^>]*>|\bframescope( [\w.\-=]+)+|\b(small|large)\b"
)
"""Code, addresses, icons, markup, commands, and the sizes of workloads."""
BOOKS = ("B. Iglewicz and D. C. Hoaglin, How to Detect and Handle Outliers",)


def left(text: str) -> list[str]:
    """The English prose in a text, but for names, what is cited, and texts of tables that nobody translated yet."""
    kept = text.replace("\\", "").replace("\u00a0", " ")
    for known in exempt():
        kept = kept.replace(known, "…")
    return [found[0] for found in PROSE.finditer(APART.sub("…", kept))]


@lru_cache
def exempt() -> tuple[str, ...]:
    """Titles of articles and sources, licences, and texts of tables on a list of what is unfinished; longest first."""
    catalog = load_catalog()
    cited = [*BOOKS, *(text for one in catalog.articles.values() for text in (one.title, one.author))]
    cited += [text for one in catalog.sources.values() for text in (one.title, one.licence)]
    cited += [text for one in catalog.origins.values() for text in (one.title, one.licence, one.citation)]
    cited += [one.name for one in catalog.bindings]
    every = {*cited, *(part for text in _waiting() for part in (text, text.partition(". ")[0].rstrip(".")))}
    return tuple(sorted((text for text in every if text), key=len, reverse=True))


def _waiting() -> Iterator[str]:
    for path in messages.sources():
        if path.suffix == ".toml" and path.relative_to(messages.ROOT).as_posix() in unfinished():
            yield from (str(one.text) for one in messages.in_table(path, messages.fields_of(path)))
