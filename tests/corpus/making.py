"""Files for tests: a small corpus of invented documents, and how it is put on disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from corpus.document import Audience, Document
from corpus.folder import load, scan

GARDEN = """\
# The community garden

The community garden opened in May 2016 behind the old library. It is looked after by twelve volunteers.

## Money

The council gave £4,500 for the first tools and seeds. Visitors gave a further £820 in 2017-18.

## What grows there

The volunteers grow:

- carrots and leeks in the north bed
- apples along the wall
- herbs for the café kitchen

## Sources

https://example.org/garden, read in March 2019.
"""

RIVER = """\
River walk report

The river walk follows the water for three miles between the mill and the harbour.

Safety

In 2018 the wardens counted 14 falls on the river walk. They put up 30 metres of new handrail in 2019.

Dogs

Dogs are welcome as long as they are kept on a lead.
"""

CHOIR = """\
# The harbour choir

The choir practises every Tuesday evening in the mission hall. New singers pay nothing for the first month.

The choir’s motto is “Sing as one”.

## What is not known

The pages read for this brief do not say how many singers the choir has.
"""

RENTS = """\
# Rents of the workshops

The rent of a workshop in the mill is £212 a month. Rents rise by 3% each April.
"""

WAGES = """\
# Wages of the wardens

The wardens earn £14.75 an hour. The chief warden is Morag Sinclair.
"""

CATALOGUE = """\
[[document]]
file = "garden.md"
id = "garden"
title = "The community garden"
period = "2016 to 2018"
programme = "Green places"
kind = "brief"
source = "https://example.org/garden"
audience = "public"

[[document]]
file = "river-walk.txt"
period = "2018-19"
source = "https://example.org/river"

[[document]]
file = "rents.md"
audience = "partner"

[[document]]
file = "wages.md"
id = "wages"
audience = "staff"
source = "https://example.org/internal/wages"
"""

GLOSSARY = """\
[[term]]
term = "FOG"
expansion = "Friends of the Garden"
meaning = "The Friends of the Garden raise money for the community garden."
source_title = "Garden pages"
source = "https://example.org/fog"
date = "2017"
"""

SMALL_CORPUS: Mapping[str, str] = {
    "catalogue.toml": CATALOGUE,
    "glossary.toml": GLOSSARY,
    "garden.md": GARDEN,
    "river-walk.txt": RIVER,
    "choir.md": CHOIR,
    "rents.md": RENTS,
    "wages.md": WAGES,
}


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below `folder`, which is made if missing, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def load_one(folder: Path, name: str, content: str | bytes) -> Document:
    """Write one file into an own folder and return the document that it becomes.

    Raises:
        DocumentRejected: as for `corpus.folder.load`.
    """
    write_files(folder, {name: content})
    (source,) = (source for source in scan([folder], Audience.PUBLIC).files if source.file == name)
    return load(source)
