"""What a file that is handed to ``framescope import`` can be; a kind is recognised by content, never by name.

Figures belong to a source, whose `Importer` reads them; a benchmark run of another machine stands for itself.
"""

from collectors.imports.importer import Importer
from collectors.imports.measured import RunImporter
from collectors.sources import google_trends, papers_with_code

FIGURES: tuple[Importer, ...] = (
    Importer(
        kind="papers_with_code",
        title="Papers with Code's dump of links between papers and code",
        source=papers_with_code.SOURCE,
        max_bytes=papers_with_code.MAX_FILE,
        recognises=papers_with_code.recognises,
        detail=papers_with_code.detail,
        read=papers_with_code.read_dump,
    ),
    Importer(
        kind="google_trends",
        title="a Google Trends export of interest over time",
        source=google_trends.SOURCE,
        max_bytes=google_trends.MAX_FILE,
        recognises=google_trends.recognises,
        detail=google_trends.detail,
        read=google_trends.read_export,
    ),
)
IMPORTERS: tuple[Importer | RunImporter, ...] = (*FIGURES, RunImporter())
