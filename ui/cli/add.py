"""`ihub add`: take files and addresses in as documents."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corpus.document import Audience
from corpus.errors import AssistantError
from ui.cli.failure import FAILURE
from ui.cli.start import known_documents, read_settings, synchronised

if TYPE_CHECKING:
    from assistant.settings import Settings
    from corpus.addresses.fetch import Fetcher


def add(
    sources: Annotated[
        list[str], typer.Argument(metavar="PATH|URL...", help="Files, folders, web addresses or sitemaps (.xml).")
    ] = [],  # noqa: B006 - typer copies it
    audience: Annotated[
        Audience | None, typer.Option(help="Who may read them; staff, unless they are there already.")
    ] = None,
    programme: Annotated[str, typer.Option(help="Programme or portfolio they belong to.")] = "",
    period: Annotated[str, typer.Option(help="Years they speak of, such as 2017-18.")] = "",
    title: Annotated[str, typer.Option(help="Title, when one document is added.")] = "",
    listed: Annotated[
        Path | None, typer.Option("--list", metavar="FILE", help="Text file with one path or address a line.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a document that has the same file name.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print exactly one JSON object.")] = False,
) -> None:
    """Take files and web pages in as documents, and index them; exit status 1 if one fails."""
    from corpus.addresses.fetch import Fetcher
    from corpus.addresses.sitemap import read_list

    settings = read_settings()
    wanted = [*sources, *(read_list(listed) if listed else [])]
    if not wanted:
        raise typer.BadParameter("name a file, a folder, an address or --list FILE")
    facts = {"audience": audience, "programme": programme, "period": period, "title": title}
    added: list[str] = []
    problems: list[str] = []
    taken = {document.id for document in known_documents(settings)}
    with Fetcher(allow_private=settings.private_addresses) as fetcher:
        steps = list(_steps(wanted, settings, fetcher, facts, problems, replace=replace))
        if title and len(steps) > 1:
            raise typer.BadParameter("--title names one document, and there are several")
        for step in steps:
            try:
                added.append(step(taken=taken))
            except AssistantError as error:
                problems.append(str(error))
    _finish(settings, added, problems, as_json=as_json)


def _steps(
    wanted: list[str],
    settings: Settings,
    fetcher: Fetcher,
    facts: dict[str, Any],
    problems: list[str],
    *,
    replace: bool,
) -> Iterator[Callable[..., str]]:
    """Yield what takes each document in; what cannot be found out is added to `problems`."""
    from corpus.addresses.keeping import add_address
    from corpus.addresses.sitemap import addresses_of
    from corpus.intake import accept

    for source in wanted:
        if "://" in source:
            try:
                for address in addresses_of(source, fetcher):
                    yield partial(add_address, settings.intake, fetcher, address, **facts)
            except AssistantError as error:
                problems.append(str(error))
            continue
        for path in _files(Path(source).expanduser()):
            yield partial(accept, settings.intake, path.name, path, replace=replace, **facts)


def _files(path: Path) -> Iterator[Path]:
    """Yield a file, or the files below a folder that are neither hidden nor links."""
    if not path.is_dir():
        yield path
        return
    for inner in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in inner.relative_to(path).parts)
        if inner.is_file() and not inner.is_symlink() and not hidden:
            yield inner


def _finish(settings: Settings, added: list[str], problems: list[str], *, as_json: bool) -> None:
    """Index what was added, and say what happened."""
    from index.embedding import MiniLMEmbeddings

    if added:
        report = synchronised(settings, MiniLMEmbeddings(settings.embedding_model))
        problems += [str(rejected) for rejected in report.rejected]
        added = [key for key in added if key in {*report.added, *report.changed, *report.renamed, *report.unchanged}]
    if as_json:
        typer.echo(json.dumps({"added": added, "problems": problems}, ensure_ascii=False))
    else:
        for key in added:
            typer.echo(f"Added {key}.")
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        raise typer.Exit(FAILURE)
