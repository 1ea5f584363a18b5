"""What the command line does to documents and hands out stands in the audit log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.running import ANSWERED, FAILURE, ihub, one_sentence
from tests.corpus.making import write_files


def recorded() -> list[tuple[str, str, dict[str, Any]]]:
    """Return action, subject and details of every entry, all of the command line."""
    entries = json.loads(ihub("audit", "show", "--json", "--limit", "1000").stdout)
    assert {entry["actor"] for entry in entries} <= {"command line"}
    assert ihub("audit", "verify").exit_code == ANSWERED
    return [(entry["action"], entry["subject"], json.loads(entry["details"])) for entry in entries]


def test_documents_that_are_added_changed_moved_and_removed_are_recorded(own_copy: Path) -> None:
    lamps = write_files(own_copy / "elsewhere", {"lamps.md": "# Lamps\n\nThere are 41 lamps.\n"}) / "lamps.md"
    ihub("add", str(lamps), "--audience", "partner")
    ihub("add", str(lamps), "--audience", "public")
    lamps.write_text("# Lamps\n\nThere are 42 lamps.\n")
    ihub("add", str(lamps), "--replace")
    ihub("remove", "lamps")
    assert recorded() == [
        ("document_added", "lamps", {"audience": "partner"}),
        ("audience_changed", "lamps", {"from": "partner", "to": "public"}),
        ("document_changed", "lamps", {"audience": "public"}),
        ("document_removed", "lamps", {"audience": "public"}),
    ]


def test_changes_in_a_folder_are_recorded_whichever_verb_finds_them(own_copy: Path) -> None:
    corpus = own_copy / "corpus"
    catalogue = corpus / "catalogue.toml"
    catalogue.write_text(catalogue.read_text().replace('\naudience = "public"', '\naudience = "staff"', 1))
    ihub("sync", "--offline")
    (corpus / "choir.md").unlink()
    ihub("documents", "--json")
    assert recorded() == [
        ("audience_changed", "garden", {"from": "public", "to": "staff"}),
        ("document_removed", "choir", {"audience": "public"}),
    ]


def test_reading_every_document_again_records_no_change_that_there_was_not(own_copy: Path) -> None:
    (own_copy / "corpus" / "garden.md").unlink()
    ihub("sync", "--offline", "--all")
    assert recorded() == [("document_removed", "garden", {"audience": "public"})]


def test_insights_that_are_handed_out_are_recorded(own_copy: Path) -> None:
    ihub("insights", "--json", "--audience", "partner")
    assert recorded() == [("exported", "insights", {"audience": "partner"})]


def test_an_entry_that_was_changed_is_found(own_copy: Path) -> None:
    import sqlite3

    ihub("insights")
    with sqlite3.connect(own_copy / "home" / "records.sqlite") as database:
        database.execute("UPDATE audit SET subject = 'nothing'")
    result = ihub("audit", "verify")
    assert result.exit_code == FAILURE
    assert one_sentence(result) == "Entry 1 was changed."
