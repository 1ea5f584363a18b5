"""Definitions found in documents: what is one, where it stands, and who may know it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Audience
from index.definitions import Definition, defines, find_definitions, open_definitions, save_definitions
from index.embedding import MiniLMEmbeddings
from index.generation import Generations
from index.passage import Passage, Sentence
from index.sync import sync
from tests.corpus.making import write_files


def passage(*lines: str) -> Passage:
    sentences = tuple(Sentence(place * 1000, place * 1000 + len(line), line) for place, line in enumerate(lines))
    return Passage("doc:0-1", "doc", "Title", "", None, 0, 1, sentences)


def found(*lines: str) -> list[tuple[str, str, int]]:
    return [(one.acronym, one.name, one.sentence) for one in find_definitions([passage(*lines)])]


@pytest.mark.parametrize(
    ("line", "acronym", "name"),
    [
        ("The Integration Joint Board (IJB) met.", "IJB", "Integration Joint Board"),
        ("An IJB (Integration Joint Board) met.", "IJB", "Integration Joint Board"),
        ("Two Integration Joint Boards (IJBs) met.", "IJB", "Integration Joint Board"),
        ("the Scottish Patient Safety Programme (SPSP) began", "SPSP", "Scottish Patient Safety Programme"),
        ("NHS Education for Scotland (NES) trains", "NES", "NHS Education for Scotland"),
        ("a non-steroidal anti-inflammatory drug (NSAID)", "NSAID", "non-steroidal anti-inflammatory drug"),
        ("The Friends of the Garden (FOG) meet.", "FOG", "Friends of the Garden"),
        ("the electronic Frailty Index (eFI) finds", "eFI", "electronic Frailty Index"),
    ],
)
def test_an_acronym_is_found_with_its_name(line: str, acronym: str, name: str) -> None:
    assert found("Before.", line) == [(acronym, name, 1)]


@pytest.mark.parametrize(
    "line",
    [
        "The board (see page 4) met.",
        "The board met in Perth (UK).",
        "Falls fell (by 25%).",
        "It met. Joint Board (IJB).",
        "(SPSP)",
        "SPSP ()",
        "A programme (SPSP",
        "",
    ],
)
def test_brackets_that_spell_nothing_are_no_definition(line: str) -> None:
    assert found(line or ".") == []


@given(st.text(max_size=120))
def test_any_text_can_be_looked_through(line: str) -> None:
    for one in find_definitions([passage(line)]):
        assert one.name in " ".join(line.split()) or one.name in line


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    definitions = (Definition("IJB", "Integration Joint Board", "doc:0-9", 2), Definition("É", "Été", "d:1-2", 0))
    save_definitions(tmp_path, definitions)
    assert open_definitions(tmp_path) == definitions


@pytest.mark.parametrize(
    ("sentence", "term"),
    [
        ("Frailty is a state of low reserves.", "frailty"),
        ("The ihub is part of Healthcare Improvement Scotland.", "ihub"),
        ("SPSP stands for Scottish Patient Safety Programme: it began in 2008.", "SPSP"),
        ("Triage: sorting by need.", "triage"),
        ("In 2019 Ann Reid, director of the programme, spoke.", "Ann Reid"),
        ("Ann Reid was the national clinical lead.", "Ann Reid"),
    ],
)
def test_a_sentence_that_says_what_something_is_defines_it(sentence: str, term: str) -> None:
    assert defines(sentence, term)


@pytest.mark.parametrize(
    ("sentence", "term"),
    [
        ("Frailty is growing in Scotland.", "frailty"),
        ("We know what frailty is.", "frailty"),
        ("Ann Reid visited the ward.", "Ann Reid"),
        ("A (b) is the c.", "a (b"),
        ("Anything.", ".*"),
    ],
)
def test_a_sentence_that_only_names_something_does_not_define_it(sentence: str, term: str) -> None:
    assert not defines(sentence, term)


def test_what_staff_documents_define_is_kept_apart(tmp_path: Path, embeddings: MiniLMEmbeddings) -> None:
    catalogue = '[[document]]\nfile = "secret.md"\naudience = "staff"\n'
    files = {
        "open.md": "# Open\n\nThe Friends of the Garden (FOG) meet.",
        "secret.md": "# Secret\n\nThe Quiet Money Fund (QMF) pays.",
        "catalogue.toml": catalogue,
    }
    home = tmp_path / "home"
    sync([write_files(tmp_path / "corpus", files)], home, embeddings)
    generations = Generations(home)
    folder = generations.current_folder()
    assert folder is not None
    kept = generations.open(folder, embeddings).definitions
    assert [one.acronym for one in kept[Audience.PUBLIC]] == ["FOG"]
    assert kept[Audience.PARTNER] == ()
    assert [one.acronym for one in kept[Audience.STAFF]] == ["QMF"]
