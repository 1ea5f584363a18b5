"""A printed report: three pages of a PDF, each with a sentence and a band of its own colour at its foot."""

from __future__ import annotations

from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

COLOURS = ((200, 30, 30), (30, 160, 30), (30, 30, 200))
SENTENCES = (
    "The first page says that the garden was opened in May.",
    "The second page counts 14 falls on the walk.",
    "The third page thanks all of the volunteers.",
)


def write_report(path: Path) -> None:
    """Write the report to `path`."""
    canvas = Canvas(str(path), pagesize=A4)
    for colour, sentence in zip(COLOURS, SENTENCES, strict=True):
        canvas.setFillColorRGB(*(part / 255 for part in colour))
        canvas.rect(0, 0, A4[0], 100, fill=1, stroke=0)
        canvas.setFillColorRGB(0, 0, 0)
        canvas.drawString(72, 700, sentence)
        for line in range(30):
            canvas.drawString(72, 650 - 16 * line, f"Line {line} tells of the garden, the walk and the choir again.")
        canvas.showPage()
    canvas.save()
