"""`ihub users`: the people of an installation, and what is kept about them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from corpus.document import Audience
from ui.cli.records import COMMAND_LINE, open_records
from ui.cli.start import read_settings
from ui.person import Role

if TYPE_CHECKING:
    from ui.records.audit import AuditLog
    from ui.records.database import Database
    from ui.records.people import People

app = typer.Typer(help="People who sign in, and what is kept about them.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Account name, or the id that `ihub users list` shows.")]
MayRead = Annotated[Audience, typer.Option(help="What the person may read.")]
MayDo = Annotated[Role, typer.Option(help="What the person may do.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name to sign in with.")],
    audience: MayRead = Audience.PUBLIC,
    role: MayDo = Role.READER,
    password_stdin: FromStdin = False,
) -> None:
    """Add an account; the password is asked for."""
    people, _, audit = _people()
    from ui.access.passwords import hash_password
    from ui.records.audit import Action

    person = people.add_account(name, hash_password(_password(password_stdin)), audience, role)
    told = {"audience": str(audience), "role": str(role)}
    audit.record(Action.PERSON_ADDED, actor=COMMAND_LINE, subject=str(person.id), details=told)
    typer.echo(f"Added {name}.")


@app.command("list")
def list_people(as_json: Annotated[bool, typer.Option("--json", help="Print exactly one JSON list.")] = False) -> None:
    """List everybody who can sign in or has."""
    people, _, _ = _people()
    rows = [
        {
            "id": known.person.id,
            "name": known.person.name,
            "signs_in_by": str(known.provider),
            "audience": str(known.person.audience),
            "role": str(known.person.role),
            "seen": known.seen.date().isoformat(),
            "disabled": known.disabled,
        }
        for known in people.everybody()
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table("Name", "Signs in by", "Audience", "Role", "Last seen", "Id", "Disabled")
    shown = ("name", "signs_in_by", "audience", "role", "seen", "id")
    for row in rows:
        table.add_row(*(Text(str(row[key])) for key in shown), "yes" if row["disabled"] else "")
    Console().print(table)


@app.command("set")
def change(
    name: Name,
    audience: Annotated[Audience | None, typer.Option(help="What the person may read from now on.")] = None,
    role: Annotated[Role | None, typer.Option(help="What the person may do from now on.")] = None,
    password: Annotated[bool, typer.Option("--password", help="Ask for a new password.")] = False,
    password_stdin: FromStdin = False,
) -> None:
    """Change what a person may read or do, or their password; it holds from their next question on."""
    people, database, audit = _people()
    from ui.access.passwords import hash_password
    from ui.records.audit import Action
    from ui.records.sessions import Sessions

    person_id = str(people.named(name).person.id)
    values = {key: str(value) for key, value in (("audience", audience), ("role", role)) if value is not None}
    told = dict(values)
    if password or password_stdin:
        values["password"] = hash_password(_password(password_stdin))
        told["password"] = "new"  # noqa: S105
        Sessions(database, 1).end_all(person_id)
    people.change(person_id, values)
    audit.record(Action.PERSON_CHANGED, actor=COMMAND_LINE, subject=person_id, details=told)
    typer.echo(f"Changed {name}." if told else "Nothing was changed.")


@app.command()
def remove(name: Name) -> None:
    """Remove a person with everything that is kept about them, as `forget` does."""
    forget(name)


@app.command("sign-out")
def sign_out(name: Name) -> None:
    """End all sessions of a person, in every browser."""
    people, database, audit = _people()
    from ui.records.audit import Action
    from ui.records.sessions import Sessions

    person_id = str(people.named(name).person.id)
    number = Sessions(database, 1).end_all(person_id)
    audit.record(Action.SIGNED_OUT_EVERYWHERE, actor=COMMAND_LINE, subject=person_id)
    typer.echo(f"Ended {number} sessions.")


@app.command()
def disable(name: Name) -> None:
    """Keep a person from signing in and end their sessions; nothing of theirs is deleted."""
    _switch(name, disabled=True)


@app.command()
def enable(name: Name) -> None:
    """Let a person sign in again."""
    _switch(name, disabled=False)


def _switch(name: str, *, disabled: bool) -> None:
    people, database, audit = _people()
    from ui.records.audit import Action
    from ui.records.sessions import Sessions

    person_id = str(people.named(name).person.id)
    people.disable(person_id, disabled=disabled)
    Sessions(database, 1).end_all(person_id)
    audit.record(Action.PERSON_CHANGED, actor=COMMAND_LINE, subject=person_id, details={"disabled": disabled})
    typer.echo(f"{name} can{'not' if disabled else ''} sign in.")


@app.command()
def export(
    name: Name,
    to: Annotated[Path | None, typer.Option(help="File to write to, instead of standard output.")] = None,
) -> None:
    """Write everything that is kept about a person, as one JSON object."""
    people, database, audit = _people()
    from ui.records.audit import Action
    from ui.records.personal import PersonalData

    known = people.named(name)
    told = json.dumps(PersonalData(database, audit).export(known), ensure_ascii=False, indent=2)
    if to is None:
        typer.echo(told)
    else:
        to.write_text(told + "\n", "utf-8")
    audit.record(Action.PERSON_EXPORTED, actor=COMMAND_LINE, subject=str(known.person.id))


@app.command()
def forget(name: Name) -> None:
    """Delete everything about a person: account, sessions, conversations."""
    people, database, audit = _people()
    from ui.records.audit import Action
    from ui.records.personal import PersonalData

    person_id = str(people.named(name).person.id)
    deleted = PersonalData(database, audit).forget(person_id)
    audit.record(Action.PERSON_FORGOTTEN, actor=COMMAND_LINE, subject=person_id)
    typer.echo(f"Deleted {name}: {', '.join(f'{number} {kind}' for kind, number in deleted.items())}.")


def _people() -> tuple[People, Database, AuditLog]:
    from ui.records.people import People

    database, audit = open_records(read_settings())
    return People(database), database, audit


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
