"""Make dashboard/static/icons.woff2: of Streamlit's icon font what its pages and ours name, a tenth of the whole.

Run by hand after Streamlit was upgraded or a page uses a new icon (a test says so). Needs `pip install fonttools`,
which nothing else does: what it makes is kept in the repository.
"""

import hashlib
import json
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import streamlit

ROOT = Path(__file__).resolve().parents[1]
INTO = ROOT / "dashboard" / "static"
STREAMLIT = Path(streamlit.__file__).parent
LICENCE = "Material Symbols, Google LLC, Apache-2.0"
NAMED = re.compile(r":material/([a-z0-9_]+):")


def names() -> set[str]:
    """Every icon that Streamlit's files, its Python or the site's pages name."""
    texts = [*STREAMLIT.glob("static/static/js/*.js"), *STREAMLIT.rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")]
    return {name for path in texts for name in NAMED.findall(path.read_text(encoding="utf-8"))}


def whole() -> Path:
    """Streamlit's own font. ValueError unless there is exactly one."""
    (font,) = STREAMLIT.glob("static/static/media/MaterialSymbols-Rounded.*.woff2")
    return font


def ligatures(font: Any) -> Any:
    """Each subtable of ligatures of a font: an icon is drawn where its name is written."""
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            yield getattr(table, "ExtSubTable", table)


def keep(font: Any, wanted: set[str]) -> set[str]:
    """Take from a font every ligature but the wanted ones; gives the names that it has of them."""
    letters = {glyph: chr(code).lower() for code, glyph in font.getBestCmap().items()}
    found = set()
    for table in ligatures(font):
        left = {}
        for first, several in table.ligatures.items():
            written = ["".join(letters[glyph] for glyph in (first, *one.Component)) for one in several]
            left[first] = [one for one, name in zip(several, written, strict=True) if name in wanted]
            found |= wanted.intersection(written)
        table.ligatures = {first: several for first, several in left.items() if several}
    return found


def main() -> int:
    """Make the font and the list of what is in it."""
    subset = import_module("fontTools.subset")  # not declared: it is needed by hand alone
    font, wanted = import_module("fontTools.ttLib").TTFont(whole()), names()
    found = keep(font, wanted)
    options = subset.Options(flavor="woff2", layout_features=["*"], notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted({ord(sign) for name in found for sign in name}))
    cutter.subset(font)
    subset.save_font(font, str(INTO / "icons.woff2"), options)
    digest = hashlib.sha256(whole().read_bytes()).hexdigest()
    told = {"licence": LICENCE, "of": digest, "names": sorted(found)}
    (INTO / "icons.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(f"{len(found)} icons; not in the font: {', '.join(sorted(wanted - found)) or 'none'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
