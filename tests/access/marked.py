"""A corpus in which every document that not everybody may read carries words that stand nowhere else."""

from __future__ import annotations

from pathlib import Path

from tests.corpus.making import SMALL_CORPUS, write_files

SUBJECTS = ("fund", "garden", "choir", "harbour", "warden", "handrail")

MARKERS = {
    "partner": ("Quorvandel", "Mirlothex", "Zanthipole", "Wexhaddon", "Plimbrook", "Oskerrine"),
    "staff": ("Brindlewax", "Torquenby", "Hexalode", "Varnishoe", "Kelpardine", "Umberfolk"),
}
"""A word for each document, in its file name, id, title, programme, period, source, headings and every sentence."""

FIGURES = {"partner": 715430, "staff": 836290}
"""Figures that stand in these documents only: 71543000, 71543001 and so on."""

WORDS = {
    "partner": ("Pelverine", "Zoltenby", "Ellicombe", "Dravenhult"),
    "staff": ("Tansyvole", "Quillomar", "Yarrowmint", "Sneffelby"),
}
"""Words that stand in glossaries of these audiences only, and in names that their documents write out."""

ACRONYMS = ("PZQ", "EDP", "TQX", "YSP")
"""Short names that only those glossaries and documents explain."""

HIDDEN_IDS = tuple(f"{marker.lower()}-brief" for markers in MARKERS.values() for marker in markers)


def markers_of(audience: str) -> tuple[str, ...]:
    """Return every word and figure that nobody below `audience` may see, in small letters."""
    figures = (f"{FIGURES[audience]}{number:02}" for number in range(len(SUBJECTS)))
    return (*(marker.lower() for marker in (*MARKERS[audience], *WORDS[audience])), *figures)


def write_marked_corpus(folder: Path) -> Path:
    """Write the small corpus with the marked documents and a glossary for staff, and return the folder."""
    files: dict[str, str | bytes] = dict(SMALL_CORPUS)
    catalogue = SMALL_CORPUS["catalogue.toml"]
    for audience, markers in MARKERS.items():
        for number, (marker, subject) in enumerate(zip(markers, SUBJECTS, strict=True)):
            files[f"{marker}.md"] = _document(marker, subject, f"{FIGURES[audience]}{number:02}")
            catalogue += (
                f'\n[[document]]\nfile = "{marker}.md"\nid = "{marker.lower()}-brief"\naudience = "{audience}"\n'
                f'programme = "{marker} programme"\nperiod = "{marker} years"\nsource = "https://{marker}.example"\n'
            )
    files["catalogue.toml"] = catalogue
    return write_files(folder, files)


def write_marked_glossaries(folder: Path) -> tuple[Path, Path]:
    """Write a folder for each hidden audience, with a glossary and a document that writes out a name; return both.

    Both glossaries also explain FOG, which the public one explains otherwise.
    """
    made = []
    for audience, term in (("staff", "TQX"), ("partner", "PZQ")):
        first, second, third, fourth = WORDS[audience]
        initials = f"{third[0]}{fourth[0]}P"
        files = {
            "catalogue.toml": f'default_audience = "{audience}"\n',
            "glossary.toml": (
                f'[[term]]\nterm = "{term}"\nexpansion = "{first} {second} Exchange"\nmeaning = "The {first} '
                f'exchange of {second}."\n\n[[term]]\nterm = "FOG"\nexpansion = "{first} Of Gold"\n'
                f'meaning = "The {second} fund."\n'
            ),
            "panel.md": f"# A panel\n\nThe {third} {fourth} Panel ({initials}) meets on Mondays.\n",
        }
        made.append(write_files(folder / audience, files))
    return made[0], made[1]


def _document(marker: str, subject: str, figure: str) -> str:
    return (
        f"# The {marker} {subject}\n\nThe {marker} {subject} costs £{figure} a year. {marker} pays for the {subject} "
        f"since 2017.\n\n## Who runs the {marker} {subject}\n\nThe chief of the {subject} is Ann {marker}. She leads "
        f"{figure} people who look after the {subject}.\n\n## Results of {marker}\n\nThe {subject} of {marker} opened "
        f"in May 2018 and was visited {figure} times. {marker} means that the {subject} is open to all.\n"
    )
