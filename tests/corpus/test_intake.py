"""Intake: taking files into a folder and out of it again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.catalogue import CATALOGUE_FILE, read_catalogue
from corpus.document import Audience
from corpus.errors import CatalogueInvalid, CorpusUnavailable, DocumentRejected
from corpus.folder import load, scan
from corpus.intake import accept, change_audience, describe, prepare, withdraw
from corpus.naming import safe_name
from tests.corpus.making import write_files


def audiences(*folders: Path) -> dict[str, Audience | None]:
    """Return the audience of each document that a scan finds."""
    return {source.document_id: source.facts.audience for source in scan(folders, Audience.PUBLIC).files}


def visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def test_an_accepted_file_is_a_document_with_its_facts(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    document_id = accept(
        folder,
        "Board paper (May).txt",
        b"The board met.",
        title="Board paper",
        audience=Audience.PARTNER,
        programme="Frailty",
        period="2018",
    )
    assert document_id == "board-paper-may"
    (source,) = scan([folder], Audience.PUBLIC).files
    document = load(source)
    assert (document.id, document.title, document.programme) == (document_id, "Board paper", "Frailty")
    assert (document.period, document.audience) == ("2018", Audience.PARTNER)
    assert document.text == "The board met."


def test_a_file_without_an_audience_is_for_staff(tmp_path: Path) -> None:
    document_id = accept(tmp_path, "a.txt", b"Text.")
    assert audiences(tmp_path) == {document_id: Audience.STAFF}


def test_a_file_dropped_beside_added_ones_is_for_staff(tmp_path: Path) -> None:
    accept(tmp_path, "a.txt", b"Text.", audience=Audience.PUBLIC)
    write_files(tmp_path, {"b.txt": "Text."})
    assert audiences(tmp_path) == {"a": Audience.PUBLIC, "b": Audience.STAFF}


def test_a_prepared_folder_keeps_dropped_files_to_staff_and_is_left_alone_afterwards(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "documents", {"a.txt": "Text."})
    prepare(folder)
    assert audiences(folder) == {"a": Audience.STAFF}
    (folder / CATALOGUE_FILE).write_text('default_audience = "partner"\n')
    prepare(folder)
    assert audiences(folder) == {"a": Audience.PARTNER}


def test_a_file_on_disk_is_copied_not_moved(tmp_path: Path) -> None:
    original = write_files(tmp_path / "elsewhere", {"a.md": "# A\n\nText."}) / "a.md"
    accept(tmp_path / "documents", original.name, original)
    assert original.read_bytes() == (tmp_path / "documents" / "a.md").read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("film.mp4", b"x", "files of the type .mp4 are not read"),
        ("nothing", b"x", "without a suffix"),
        ("empty.txt", b"", "it is empty"),
        ("catalogue.toml", b"x", "describe documents"),
        ("x/../catalogue.toml", b"x", "describe documents"),
        ("glossary.toml", b"x", "describe documents"),
        ("gone.txt", Path("/nowhere/gone.txt"), "cannot be opened"),
        ("folder.txt", Path("/"), "it is not a file"),
    ],
)
def test_what_cannot_be_a_document_is_refused_in_one_sentence(
    tmp_path: Path, name: str, content: bytes | Path, problem: str
) -> None:
    with pytest.raises(DocumentRejected, match=problem) as caught:
        accept(tmp_path / "documents", name, content)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "documents").exists()


def test_a_fact_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentRejected, match="superseded_by cannot be used"):
        accept(tmp_path, "a.txt", b"Text.", superseded_by="No Good")
    assert visible(tmp_path) == []


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.intake.MAX_ADDED_BYTES", 1_000_000)
    with pytest.raises(DocumentRejected, match="larger than 1 MB"):
        accept(tmp_path, "a.txt", b"x" * 1_000_001)


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\report.md", "report.md"),
        ("..\\..\\x.txt", "x.txt"),
        (".hidden.txt", "hidden.txt"),
        ("a\x00b\n\x1b[31m.txt", "a-b-31m.txt"),
        ("CON.txt", "CON-file.txt"),
        ("  many   spaces .txt", "many spaces.txt"),
        ("Café, à Glasgow (2018).md", "Café, à Glasgow (2018).md"),
        ("<script>alert(1)</script>.txt", "script.txt"),
        ("….txt", "document.txt"),
    ],
)
def test_a_name_is_never_a_path(tmp_path: Path, name: str, stored: str) -> None:
    accept(tmp_path / "documents", name, b"Text.")
    assert visible(tmp_path) == sorted([CATALOGUE_FILE, stored])


@given(st.text())
def test_any_name_becomes_one_that_can_be_stored(name: str) -> None:
    stored = safe_name(name)
    assert Path(stored).name == stored
    assert not stored.startswith(".")
    assert stored.isprintable()
    assert 0 < len(stored.encode()) <= 255
    assert safe_name(stored) == stored


def test_the_same_file_again_gets_the_new_facts_and_keeps_the_others(tmp_path: Path) -> None:
    first = accept(tmp_path, "a.txt", b"Text.", audience=Audience.PUBLIC, period="2018")
    assert accept(tmp_path, "a.txt", b"Text.", title="Named") == first
    (source,) = scan([tmp_path], Audience.STAFF).files
    assert (source.facts.title, source.facts.period, source.facts.audience) == ("Named", "2018", Audience.PUBLIC)


def test_another_file_of_the_same_name_replaces_only_when_told_to(tmp_path: Path) -> None:
    first = accept(tmp_path, "a.txt", b"Old.", audience=Audience.PARTNER)
    with pytest.raises(DocumentRejected, match="another file of this name"):
        accept(tmp_path, "a.txt", b"New.")
    assert (tmp_path / "a.txt").read_bytes() == b"Old."
    assert accept(tmp_path, "a.txt", b"New.", replace=True) == first
    assert (tmp_path / "a.txt").read_bytes() == b"New."
    assert audiences(tmp_path) == {first: Audience.PARTNER}


def test_ids_are_unique_in_the_folder_and_beyond(tmp_path: Path) -> None:
    assert accept(tmp_path, "a.txt", b"Text.", taken={"a"}) == "a-2"
    assert accept(tmp_path, "a.md", b"Text.", taken={"a"}) == "a-3"


def test_comments_and_entries_of_a_catalogue_are_kept(tmp_path: Path) -> None:
    written = '# Mine.\n[[document]]\nfile = "a.txt" # first\naudience = "partner"\n'
    write_files(tmp_path, {"a.txt": "Text.", "catalogue.toml": written})
    accept(tmp_path, "b.txt", b"Text.")
    change_audience(tmp_path, "a", Audience.STAFF)
    text = (tmp_path / CATALOGUE_FILE).read_text()
    assert "# Mine." in text
    assert "# first" in text
    assert audiences(tmp_path) == {"a": Audience.STAFF, "b": Audience.STAFF}


def test_a_wrong_catalogue_is_left_as_it_is(tmp_path: Path) -> None:
    write_files(tmp_path, {"catalogue.toml": "[[document"})
    with pytest.raises(CatalogueInvalid):
        accept(tmp_path, "a.txt", b"Text.")
    assert visible(tmp_path) == ["catalogue.toml"]
    assert (tmp_path / "catalogue.toml").read_text() == "[[document"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "documents").write_text("a file")
    with pytest.raises(CorpusUnavailable, match="cannot be written"):
        accept(tmp_path / "documents", "a.txt", b"Text.")


def test_a_withdrawn_document_is_gone_with_its_file_and_entry(tmp_path: Path) -> None:
    document_id = accept(tmp_path, "a.txt", b"Text.")
    accept(tmp_path, "b.txt", b"Text.")
    withdraw(tmp_path, document_id)
    assert visible(tmp_path) == ["b.txt", CATALOGUE_FILE]
    assert list(audiences(tmp_path)) == ["b"]


def test_a_document_of_another_folder_is_withdrawn_and_changed_without_touching_it(tmp_path: Path) -> None:
    shipped = write_files(tmp_path / "shipped", {"a.txt": "Text.", "b.txt": "Text.", "c.txt": "Text."})
    own = tmp_path / "documents"
    withdraw(own, "a")
    change_audience(own, "b", Audience.PARTNER)
    assert audiences(shipped, own) == {"b": Audience.PARTNER, "c": Audience.PUBLIC}
    assert visible(shipped) == ["a.txt", "b.txt", "c.txt"]


def test_a_new_document_never_takes_the_id_of_a_withdrawn_one(tmp_path: Path) -> None:
    withdraw(tmp_path, "a")
    assert accept(tmp_path, "a.txt", b"Text.") == "a-2"
    assert list(audiences(tmp_path)) == ["a-2"]


def test_facts_are_changed_and_taken_away(tmp_path: Path) -> None:
    document_id = accept(tmp_path, "a.txt", b"Text.", title="Wrong", period="2018")
    describe(tmp_path, document_id, title="Right", period="", superseded_by="b")
    entry = read_catalogue(tmp_path).entries["a.txt"]
    assert (entry.title, entry.period, entry.superseded_by) == ("Right", "", "b")


@pytest.mark.parametrize("file", ["../secret.txt", "/etc/hostname"])
def test_a_catalogue_that_points_out_of_its_folder_deletes_nothing(tmp_path: Path, file: str) -> None:
    secret = write_files(tmp_path, {"secret.txt": "Keep."}) / "secret.txt"
    folder = write_files(
        tmp_path / "documents", {"catalogue.toml": f'[[document]]\nfile = "{file}"\nid = "out"\n', "a.txt": "x"}
    )
    with pytest.raises(DocumentRejected, match="outside the folder"):
        withdraw(folder, "out")
    assert secret.exists()


KILLED = """
import sys
from pathlib import Path
from corpus.document import Audience
from corpus.intake import accept
for number in range(10_000):
    accept(Path(sys.argv[1]), "a.txt", b"Text %d." % number, audience=list(Audience)[number % 3], replace=True)
    print(number, flush=True)
"""


def test_a_killed_intake_leaves_a_folder_that_can_be_read(tmp_path: Path) -> None:
    for wanted in (b"2", b"7", b"11"):
        with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if line.strip() == wanted:
                    os.kill(process.pid, signal.SIGKILL)
                    break
        (source,) = scan([tmp_path], Audience.PUBLIC).files
        assert load(source).text.startswith("Text ")
        assert accept(tmp_path, "a.txt", b"Again.", replace=True) == "a"
