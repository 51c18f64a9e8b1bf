"""One page of PDF from lines of text and bars, in the built-in faces, which need no font file (pure).

The form is that of ISO 32000-1:2008 (7.5 file structure, 9.6.2.2 standard fonts); widths of letters are those of
Adobe's font metrics for Helvetica, in thousandths of the size.
"""

from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 595.0, 842.0, 48.0
"""A4 and its margin in points."""
_NARROW = dict.fromkeys(" !,./:;I[\\]ft", 278) | dict.fromkeys("ijl", 222) | dict.fromkeys("()-r", 333)
_WIDE = dict.fromkeys("ABEKPSVXY&", 667) | dict.fromkeys("CDHNRUw", 722) | dict.fromkeys("GOQ", 778)
_REST = {"M": 833, "m": 833, "W": 944, "@": 1015, "%": 889, "+": 584, "<": 584, "=": 584, ">": 584, "F": 611, "T": 611}
_SMALL = dict.fromkeys("ckJsvxyz", 500) | {"Z": 611, "'": 191, '"': 355, "|": 260, "*": 389}
WIDTHS: dict[str, int] = _NARROW | _WIDE | _REST | _SMALL
AVERAGE = 556
BOLDER = 1.08
"""Helvetica-Bold runs wider; a line is broken as if every letter did."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line or paragraph: size in points, bold or not, grey or not, and the space above it in points."""

    text: str
    size: float = 9.0
    bold: bool = False
    grey: bool = False
    above: float = 2.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A range from 0 to 1 with its middle, named; ``colour`` is ``#RRGGBB``."""

    name: str
    low: float
    middle: float
    high: float
    colour: str


def page(title: str, parts: list[Line | Bar]) -> bytes:
    """A PDF file of exactly one page; what does not fit is left out, and the last line says so."""
    drawn: list[str] = []
    at = HEIGHT - MARGIN
    for number, part in enumerate(parts):
        needed = 24.0 if isinstance(part, Bar) else part.above + len(wrapped(part)) * part.size * 1.3
        if at - needed < MARGIN + 14:
            more = f"{len(parts) - number} more lines do not fit on this page."  # untranslated: PDF files are English
            drawn.append(_text(more, MARGIN, MARGIN, 8, "F1", 0.35))
            break
        drawn += _bar(part, at) if isinstance(part, Bar) else _paragraph(part, at)
        at -= needed
    return _file(title, "\n".join(drawn).encode("ascii"))


def wrapped(line: Line) -> list[str]:
    """The text broken into lines that fit between the margins; a word that is too long is cut."""
    room = (WIDTH - 2 * MARGIN) * 1000 / line.size / (BOLDER if line.bold else 1.0)
    rows, row = [], ""
    for word in line.text.split():
        for piece in _pieces(word, room):
            longer = f"{row} {piece}".strip()
            if row and _measure(longer) > room:
                rows.append(row)
                row = piece
            else:
                row = longer
    return [*rows, row]


def _pieces(word: str, room: float) -> list[str]:
    most = max(1, int(room / 1015))
    return [word] if _measure(word) <= room else [word[i : i + most] for i in range(0, len(word), most)]


def _measure(text: str) -> float:
    return sum(WIDTHS.get(letter, AVERAGE) for letter in text)


def _paragraph(line: Line, at: float) -> list[str]:
    step, at = line.size * 1.3, at - line.above
    face, shade = "F2" if line.bold else "F1", 0.35 if line.grey else 0.08
    return [_text(row, MARGIN, at - step * (n + 1) + 3, line.size, face, shade) for n, row in enumerate(wrapped(line))]


def _bar(bar: Bar, at: float) -> list[str]:
    left, room = MARGIN + 96, WIDTH - 2 * MARGIN - 96 - 110
    red, green, blue = (int(bar.colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    x, width, y = left + bar.low * room, max(1.0, (bar.high - bar.low) * room), at - 16
    said = f"{bar.middle:.2f} ({bar.low:.2f} to {bar.high:.2f})"  # untranslated: PDF files are English
    return [
        _text(bar.name, MARGIN, y, 10, "F2", 0.08),
        f"0.93 g {left:.1f} {y - 1:.1f} {room:.1f} 9 re f",  # untranslated: PDF
        f"{red:.3f} {green:.3f} {blue:.3f} rg {x:.1f} {y - 1:.1f} {width:.1f} 9 re f",  # untranslated: PDF
        f"0 g {left + bar.middle * room - 1:.1f} {y - 3:.1f} 2 13 re f",  # untranslated: PDF
        _text(said, left + room + 10, y, 9, "F1", 0.08),
    ]


def _text(text: str, x: float, y: float, size: float, face: str, shade: float) -> str:
    held = text.encode("cp1252", errors="replace").hex()  # as hexadecimal, so that no sign of it is PDF
    return f"BT {shade:g} g /{face} {size:g} Tf {x:.1f} {y:.1f} Td <{held}> Tj ET"  # untranslated: PDF


def _file(title: str, drawn: bytes) -> bytes:
    named = b"\xfe\xff" + title.encode("utf-16-be")
    face = "<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH:g} {HEIGHT:g}] /Contents 6 0 R "  # untranslated: PDF
        "/Resources << /Font << /F1 4 0 R /F2 5 0 R >> >> >>".encode(),
        (face % "Helvetica").encode(),  # untranslated: PDF
        (face % "Helvetica-Bold").encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Title <%s> /Producer (Framescope) >>" % named.hex().encode(),
    ]
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 7 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
