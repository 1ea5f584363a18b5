"""Page accuracy: is every sentence of a PDF cited to the page on which it is printed?

    python -m tests.benchmarks.page_accuracy FOLDER...

The truth is PDFium's own text of each page, read without any of our layout: the letters of a sentence, or at least
its first 40, must be found on its page. Two ways of reading are compared, so letters only are compared, and table rows
and headings, which are put together anew, are left out.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pypdfium2 as pdfium

from corpus.errors import DocumentRejected
from corpus.load import parse
from index.splitting import sentences_of

BEGINNING = 40
"""Letters of a sentence that must stand on its page: its rest may stand in the next column or on the next page."""

SHORTEST = 15
"""Letters of the shortest sentence that is counted: shorter ones stand on many pages."""


def letters(text: str) -> str:
    """Return the letters and digits of a text in lower case, ligatures written out."""
    plain = text.replace("ﬁ", "fi").replace("ﬂ", "fl").replace("ﬀ", "ff").replace("ﬃ", "ffi").replace("ﬄ", "ffl")
    return "".join(character for character in plain.lower() if character.isalnum())


def page_texts(path: Path) -> list[str]:
    """Return the letters of each page as PDFium gives them."""
    document = pdfium.PdfDocument(path)
    return [letters(page.get_textpage().get_text_range()) for page in document]


def measure(path: Path) -> tuple[int, int, int]:
    """Return how many sentences were compared, how many are on their page, and how many on another one.

    The rest is found on no page, since PDFium reads its words in another order.
    """
    parsed = parse(path, path.name)
    truth = page_texts(path)
    right = elsewhere = compared = 0
    rows = set(parsed.rows)
    bounds = [0, *(end for heading in parsed.headings for end in (heading.start, heading.end)), len(parsed.text)]
    for start, end in zip(bounds[::2], bounds[1::2], strict=True):
        for sentence in sentences_of(parsed.text, start, end, parsed.rows):
            wanted = letters(sentence.text)[:BEGINNING]
            if len(wanted) < SHORTEST or (sentence.start, sentence.end) in rows:
                continue
            page = next(page.number for page in parsed.pages if page.start <= sentence.start < page.end)
            compared += 1
            if wanted in truth[page - 1]:
                right += 1
            elif any(wanted in text for text in truth):
                elsewhere += 1
    return compared, right, elsewhere


def main() -> None:
    """Measure every PDF below the folders of the command line."""
    total = [0, 0, 0]
    for path in sorted(path for folder in sys.argv[1:] for path in Path(folder).rglob("*.pdf")):
        try:
            found = measure(path)
        except (DocumentRejected, pdfium.PdfiumError) as error:
            print(f"{path.name}: {error}")
            continue
        total = [a + b for a, b in zip(total, found, strict=True)]
        print(f"{path.name}: {found[0]} sentences, {found[1]} on their page, {found[2]} on another")
    compared, right, elsewhere = total
    unsure = compared - right - elsewhere
    print(f"all: {compared} sentences, {right} on their page, {elsewhere} on another, {unsure} unsure")


if __name__ == "__main__":
    main()
