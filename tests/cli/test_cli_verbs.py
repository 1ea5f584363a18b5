"""Every verb of the command line: what it prints, as JSON and for people, and its exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.generation import Generation
from tests.cli.running import ABSTAINED, ANSWERED, FAILURE, USAGE, ihub, ihub_process, one_sentence
from tests.corpus.making import GARDEN, RIVER, write_files

FALLS = "How many falls did the wardens count on the river walk in 2018?"
ANSWER_KEYS = {
    *("question", "standalone_question", "answered", "mode", "text", "reason", "citations", "timings_ms"),
    "nearest",
}
CITATION_KEYS = {
    *("number", "document_id", "title", "section", "page", "start", "end", "quotation", "source", "score"),
}
RATES = {
    *("questions", "answerable", "unanswerable", "evidence_any", "evidence_all", "evidence_first"),
    *("retrieved_5", "retrieved_10", "wrongly_abstained", "abstained_on_unanswerable", "accuracy"),
}

pytestmark = pytest.mark.usefixtures("installed")


def test_an_answer_as_json_is_one_object_of_the_promised_form() -> None:
    result = ihub("ask", FALLS, "--json")
    assert result.exit_code == ANSWERED
    found = json.loads(result.stdout)
    assert set(found) == ANSWER_KEYS
    assert (found["question"], found["standalone_question"]) == (FALLS, FALLS)
    assert (found["answered"], found["mode"], found["reason"], found["nearest"]) == (True, "quote", None, [])
    assert "14 falls" in found["text"]
    assert all(isinstance(took, float) for took in found["timings_ms"].values())
    first = found["citations"][0]
    assert set(first) == CITATION_KEYS
    assert (first["number"], first["document_id"], first["section"], first["page"]) == (1, "river-walk", "Safety", None)
    assert (first["title"], first["source"]) == ("River walk report", "https://example.org/river")
    assert RIVER[first["start"] : first["end"]] == first["quotation"]
    assert 0 <= first["score"] <= 1


def test_declining_as_json_is_the_same_object_with_a_reason() -> None:
    result = ihub("ask", "Who won the football world cup in 1998?", "--json")
    assert result.exit_code == ABSTAINED
    found = json.loads(result.stdout)
    assert set(found) == ANSWER_KEYS
    assert (found["answered"], found["reason"], found["citations"]) == (False, "nothing_found", [])
    assert found["text"].startswith("The documents do not say.")


def test_an_answer_for_people_names_its_sources() -> None:
    result = ihub("ask", FALLS)
    assert result.exit_code == ANSWERED
    assert "14 falls on the river walk. [1]" in result.stdout
    assert "[1] River walk report, 2018-19, Safety" in result.stdout
    assert "https://example.org/river" in result.stdout


def test_declining_for_people_says_so() -> None:
    result = ihub("ask", "Should I stop taking my tablets?")
    assert result.exit_code == ABSTAINED
    assert "cannot give advice" in result.stdout


@pytest.mark.parametrize(("audience", "knows"), [(None, False), ("public", False), ("partner", False), ("staff", True)])
def test_only_staff_are_told_what_is_for_staff(audience: str | None, knows: bool) -> None:
    options = ["--audience", audience] if audience else []
    result = ihub("ask", "How much do the wardens earn an hour?", "--json", *options)
    assert ("14.75" in result.stdout) is knows
    assert ("wages" in result.stdout) is knows


def test_a_second_sync_as_json_finds_everything_unchanged(small_index: Generation) -> None:
    result = ihub("sync", "--json")
    assert result.exit_code == ANSWERED
    found = json.loads(result.stdout)
    assert set(found) >= {"added", "changed", "removed", "unchanged", "rejected"}
    assert sorted(found["unchanged"]) == ["choir", "garden", "glossary", "rents", "river-walk", "wages"]
    assert [found[name] for name in ("added", "changed", "removed", "rejected")] == [[], [], [], []]
    assert found["generation"] == small_index.name


def test_a_sync_reports_every_kind_of_change(own_copy: Path) -> None:
    write_files(own_copy / "corpus", {"choir.md": "# Choir\n\nIt sings.\n", "new.txt": "New.", "old.doc": b"\xd0\xcf"})
    (own_copy / "corpus" / "rents.md").unlink()
    catalogue = own_copy / "corpus" / "catalogue.toml"
    catalogue.write_text(catalogue.read_text().replace('[[document]]\nfile = "rents.md"\naudience = "partner"\n', ""))
    result = ihub("sync", "--json")
    found = json.loads(result.stdout)
    assert (found["added"], found["changed"], found["removed"]) == (["new"], ["choir"], ["rents"])
    assert found["rejected"] == [{"file": "old.doc", "reason": "files of the type .doc are not read"}]
    again = ihub("sync")
    assert again.exit_code == ANSWERED
    assert "0 added, 0 changed, 0 removed, 0 renamed, 6 unchanged" in again.stdout
    assert "old.doc was left out: files of the type .doc are not read." in again.stdout
    assert "already up to date" in again.stdout


def test_the_documents_are_listed_as_json() -> None:
    result = ihub("documents", "--json")
    assert result.exit_code == ANSWERED
    rows = {row["id"]: row for row in json.loads(result.stdout)}
    assert set(rows) == {"choir", "garden", "glossary", "rents", "river-walk", "wages"}
    assert rows["garden"].pop("indexed")[:2] == "20"
    assert rows["garden"] | {"passages": 0} == {
        "id": "garden",
        "title": "The community garden",
        "file": "garden.md",
        "period": "2016 to 2018",
        "programme": "Green places",
        "kind": "brief",
        "audience": "public",
        "source": "https://example.org/garden",
        "date": "",
        "language": "",
        "superseded_by": "",
        "fetched": "",
        "guessed": [],
        "warnings": [],
        "pages": 0,
        "passages": 0,
    }
    assert rows["garden"]["passages"] >= 3


def test_the_documents_are_listed_for_people() -> None:
    result = ihub("documents", "--audience", "public")
    assert result.exit_code == ANSWERED
    assert "The community garden" in result.stdout
    assert "wages" not in result.stdout


def test_what_was_guessed_is_marked_in_the_list() -> None:
    result = ihub("documents")
    assert "The harbour choir ?" in result.stdout
    assert "The community garden ?" not in result.stdout
    assert "? marks what was guessed" in result.stdout


def test_a_document_is_shown_to_the_character() -> None:
    result = ihub("documents", "show", "river-walk")
    assert result.exit_code == ANSWERED
    assert result.stdout_bytes.decode() == RIVER


@pytest.mark.parametrize("arguments", [["unknown"], ["wages", "--audience", "public"]])
def test_a_document_that_is_unknown_or_hidden_is_not_shown(arguments: list[str]) -> None:
    result = ihub("documents", "show", *arguments)
    assert result.exit_code == FAILURE
    assert result.stdout == ""
    assert one_sentence(result) == f"There is no document {arguments[0]}; `ihub documents` lists them."


@pytest.fixture
def questions(tmp_path: Path) -> str:
    """A question file of two questions that are answered right and one that is not."""
    lines = [
        {
            "id": "1",
            "question": FALLS,
            "answerable": True,
            "doc": "river-walk.txt",
            "evidence": ["In 2018 the wardens counted 14 falls on the river walk."],
            "kind": "figure",
        },
        {"id": "2", "question": "Who won the football world cup?", "answerable": False, "kind": "other"},
        {
            "id": "3",
            "question": FALLS,
            "answerable": True,
            "doc": "garden.md",
            "evidence": [GARDEN.splitlines()[2]],
            "kind": "figure",
        },
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    return str(path)


def test_an_evaluation_as_json_has_counts_rates_kinds_and_times(questions: str) -> None:
    result = ihub("evaluate", questions, "--json")
    assert result.exit_code == ANSWERED
    found = json.loads(result.stdout)
    assert set(found) >= {*RATES, "median_ms", "p95_ms", "kinds"}
    assert (found["questions"], found["answerable"], found["unanswerable"]) == (3, 2, 1)
    assert (found["evidence_any"], found["abstained_on_unanswerable"], found["accuracy"]) == (0.5, 1.0, 0.6667)
    assert set(found["kinds"]) == {"figure", "other"}
    assert set(found["kinds"]["figure"]) >= RATES


def test_an_evaluation_for_people_lists_what_went_wrong(questions: str) -> None:
    result = ihub("evaluate", questions, "--failures")
    assert result.exit_code == ANSWERED
    assert "66.7%" in result.stdout
    assert "3 figure (answered)" in result.stdout
    assert "Per kind" in result.stdout


def test_the_doctor_finds_a_healthy_installation_well() -> None:
    result = ihub("doctor")
    assert result.exit_code == ANSWERED
    assert "WRONG" not in result.stdout
    for name in ("versions", "embedding model", "documents", "glossary", "state folder", "index"):
        assert f"ok    {name}: " in result.stdout


def test_the_doctor_says_what_is_wrong_and_how_to_mend_it(
    installed: pytest.MonkeyPatch, small_corpus: Path, tmp_path: Path
) -> None:
    installed.setenv("IHUB_CORPUS", str(tmp_path / "gone"))
    result = ihub("doctor")
    assert result.exit_code == FAILURE
    assert "WRONG documents: The corpus folder" in result.stdout
    assert "set IHUB_CORPUS" in result.stdout


def test_without_a_verb_the_verbs_are_shown() -> None:
    result = ihub("--help")
    assert result.exit_code == ANSWERED
    assert all(
        verb in result.output for verb in ("serve", "ask", "add", "remove", "sync", "documents", "evaluate", "doctor")
    )
    assert ihub("unknown").exit_code == USAGE


def test_the_installed_command_answers_with_nothing_but_json_on_its_output(
    small_corpus: Path, small_home: Path, small_index: Generation
) -> None:
    environment = {"IHUB_CORPUS": str(small_corpus), "IHUB_HOME": str(small_home), "IHUB_READER": "baseline"}
    done = ihub_process("ask", FALLS, "--json", environment=environment)
    assert done.returncode == ANSWERED, done.stderr
    assert json.loads(done.stdout)["answered"]
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""


def test_the_first_start_builds_the_index_and_then_answers(tmp_path: Path, small_corpus: Path) -> None:
    environment = {"IHUB_CORPUS": str(small_corpus), "IHUB_HOME": str(tmp_path / "home"), "IHUB_READER": "baseline"}
    done = ihub_process("ask", b"How many falls \xff\x07 were counted on the river walk?", environment=environment)
    assert done.returncode == ANSWERED, done.stderr
    assert b"14 falls" in done.stdout
    assert b"Traceback" not in done.stderr
