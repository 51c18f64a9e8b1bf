"""What the wheels weigh over time: one figure of the largest wheel of each final release for a platform."""

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd

from catalog.load import Catalog
from dashboard import data, evidence, living
from dashboard import format as fmt
from dashboard.analysis.support_latency import Weight
from dashboard.charts.weights import weight_chart
from dashboard.sections import attribution, figure, receipt_panel
from dashboard.sections.figure_files import Rows
from dashboard.sections.frame import empty, old_words, theme
from dashboard.text import plain
from language.lists import commas
from language.words import _

SOURCE = "package_index"
COLUMNS = ("package", "version", "platform", "uploaded", "bytes", "receipt")


def draw(found: Sequence[Weight], platform: str, names: Mapping[str, str], catalog: Catalog) -> None:
    """Draw the weights found; ``names`` are the packages' names for people."""
    if not found:
        why = _("The package index lists none for {platform}, or no size of it.", platform=platform)
        empty(_("No wheel has a size"), why)
        return
    figure.draw(weights(found, platform, names, catalog))


def weights(found: Sequence[Weight], platform: str, names: Mapping[str, str], catalog: Catalog) -> figure.Figure:
    """All that is drawn of the weights of a platform's wheels."""
    by_name, owed = {one.name: one for one in found}, attribution.credit(catalog, SOURCE)
    newest = max(one.uploaded for one in found)
    said = finding(found, platform, names)
    return figure.Figure(
        key="ecosystem-wheels",
        title=said,
        subtitle=_(
            "Bytes of the largest wheel of each final release, by the day it was uploaded, logarithmic · last data "
            "{day}",
            day=fmt.day(newest),
        ),
        picture=weight_chart(found, names, theme()),
        table=pd.DataFrame([_row(one) for one in reversed(found)], columns=_columns()),
        rows=partial(_rows, found),
        credits=[owed],
        collected=attribution.when(owed, living.evidence().read_on.get(SOURCE)),
        old=old_words(newest, data.today()),
        notes=[_("For this platform alone. Wheels that were deleted since are not seen. A click opens the receipt.")],
        about={"platform": platform, "unit": _("bytes")},
        points=[one.name for one in reversed(found)],
        receipt=partial(_receipt, by_name),
    )


def finding(found: Sequence[Weight], platform: str, names: Mapping[str, str]) -> str:
    """What the newest wheel of each package weighs."""
    last = {one.package: one for one in found}
    words = commas(f"{names.get(name, name)} {one.version} {fmt.size(one.size)}" for name, one in last.items())
    return _("What the newest wheels for {platform} weigh: {wheels}.", platform=platform, wheels=words)


def _columns() -> list[str]:
    """`COLUMNS` as the table on the page has them; in files they are English."""
    return [_("package"), _("version"), _("platform"), _("uploaded"), _("bytes"), _("receipt")]


def _row(one: Weight) -> tuple[object, ...]:
    return (one.package, one.version, one.platform, one.uploaded, one.size, one.receipt)


def _rows(found: Sequence[Weight]) -> Rows:
    values = [(*row[:3], str(row[3]), *row[4:]) for row in map(_row, found)]
    return Rows(COLUMNS, values, evidence.listed(one.receipt for one in found if one.receipt is not None))


def _receipt(by_name: Mapping[str, Weight], name: str) -> None:
    one = by_name[name]
    says = _(
        "The largest wheel of {package} {version} for {platform}: {n} bytes, uploaded {day}.",
        package=plain(one.package),
        version=plain(one.version),
        platform=plain(one.platform),
        n=fmt.whole(one.size),
        day=fmt.day(one.uploaded),
    )
    receipt_panel.one(f"{one.package} {one.version}", says, one.receipt)
