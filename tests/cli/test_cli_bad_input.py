"""Bad input to the command line: one clear sentence each, the right exit status, nothing lost."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from index.embedding import model_folder
from index.generation import Generation
from tests.cli.running import ABSTAINED, ANSWERED, FAILURE, USAGE, ihub, ihub_process, one_sentence, said
from tests.corpus.making import write_files

FALLS = "How many falls did the wardens count on the river walk in 2018?"

pytestmark = pytest.mark.usefixtures("installed")


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\x00\x07"])
def test_an_empty_question_is_a_usage_error(question: str) -> None:
    result = ihub("ask", question)
    assert result.exit_code == USAGE
    assert one_sentence(result) == "Please type a question."
    assert result.stdout == ""


def test_a_question_of_twenty_thousand_characters_is_a_usage_error() -> None:
    result = ihub("ask", "x" * 20_000, "--json")
    assert result.exit_code == USAGE
    assert "20,000 characters" in one_sentence(result)
    assert result.stdout == ""


@pytest.mark.parametrize("question", ["🎉👍🏽", "?!…", "\u200b"])
def test_a_question_without_words_is_declined(question: str) -> None:
    result = ihub("ask", question, "--json")
    assert result.exit_code == ABSTAINED
    found = json.loads(result.stdout)
    assert (found["answered"], found["reason"]) == (False, "not_a_question")
    assert "Please ask it in words." in found["text"]


@pytest.mark.parametrize(
    "question",
    [
        "Wie hoch ist der Eiffelturm?",
        "世界上最高的山是哪一座？",
        "<script>alert(document.cookie)</script><img src=x onerror=alert(1)>",
        "\x1b[31mWho\x00 won\x07 the football world cup?",
    ],
)
def test_a_question_that_nothing_fits_is_declined_in_plain_words(question: str) -> None:
    result = ihub("ask", question)
    assert result.exit_code == ABSTAINED
    assert result.stdout.startswith("The documents do not say.")
    assert said(result) == []


def test_control_characters_in_a_question_do_no_harm() -> None:
    result = ihub("ask", "\x1b[2JHow many falls did\x00 the wardens\r\n count on the river walk in 2018?\x07", "--json")
    assert result.exit_code == ANSWERED
    found = json.loads(result.stdout)
    assert "14 falls" in found["text"]
    assert not any(ord(character) < 32 for character in found["question"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", FALLS, "--audience", "everyone"],
        ["documents", "--audience", "everyone"],
        ["evaluate", "x.jsonl", "--audience", "everyone"],
        ["ask"],
        ["ask", FALLS, "--unknown"],
        ["serve", "--port", "99999"],
        ["serve", "--port", "many"],
    ],
)
def test_an_unknown_audience_or_option_is_a_usage_error(arguments: list[str]) -> None:
    result = ihub(*arguments)
    assert result.exit_code == USAGE
    assert "Traceback" not in result.output
    assert result.stdout == ""


VERBS = [["ask", FALLS], ["sync"], ["documents"], ["documents", "show", "garden"], ["serve", "--port", "0"]]


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_a_corpus_folder_that_is_missing_is_named(
    installed: pytest.MonkeyPatch, tmp_path: Path, verb: list[str]
) -> None:
    installed.setenv("IHUB_CORPUS", str(tmp_path / "gone"))
    result = ihub(*verb)
    assert result.exit_code == FAILURE
    assert one_sentence(result) == (
        f"The corpus folder {tmp_path / 'gone'} does not exist; set IHUB_CORPUS to a folder of documents."
    )


def test_a_corpus_folder_that_is_empty_is_named(installed: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    installed.setenv("IHUB_CORPUS", str(tmp_path / "empty"))
    result = ihub("ask", FALLS)
    assert result.exit_code == FAILURE
    assert f"{tmp_path / 'empty'} holds no document" in one_sentence(result)


def test_a_corpus_folder_that_is_a_file_is_named(installed: pytest.MonkeyPatch, tmp_path: Path) -> None:
    installed.setenv("IHUB_CORPUS", str(write_files(tmp_path, {"a.txt": "x"}) / "a.txt"))
    result = ihub("sync")
    assert result.exit_code == FAILURE
    assert "is not a folder" in one_sentence(result)


def test_a_corpus_folder_that_may_not_be_read_is_named(installed: pytest.MonkeyPatch, small_corpus: Path) -> None:
    def deny(path: object = ".") -> object:
        raise PermissionError(13, "Permission denied", str(path))

    installed.setattr("os.scandir", deny)
    installed.setattr("os.listdir", deny)
    result = ihub("sync")
    assert result.exit_code == FAILURE
    assert f"{small_corpus} cannot be read" in one_sentence(result)


def test_a_file_that_is_not_utf8_is_left_out_and_the_others_answer(own_copy: Path) -> None:
    write_files(own_copy / "corpus", {"latin.txt": "Caf\xe9 on the river walk".encode("latin-1")})
    result = ihub("ask", FALLS)
    assert result.exit_code == ANSWERED
    assert "14 falls" in result.stdout
    assert said(result) == ["latin.txt was left out: it is not UTF-8 text; save it again with the encoding UTF-8."]


def test_a_corpus_of_nothing_but_unreadable_files_is_refused_with_the_reason(
    installed: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed.setenv("IHUB_CORPUS", str(write_files(tmp_path / "corpus", {"latin.txt": b"\xe9"})))
    installed.setenv("IHUB_HOME", str(tmp_path / "home"))
    result = ihub("sync")
    assert result.exit_code == FAILURE
    assert "latin.txt: it is not UTF-8 text" in one_sentence(result)


@pytest.mark.parametrize(("name", "text"), [("word.txt", "Frailty"), ("word.md", "Frailty"), ("word.md", "# Frailty")])
def test_a_document_of_one_word_is_taken(installed: pytest.MonkeyPatch, tmp_path: Path, name: str, text: str) -> None:
    installed.setenv("IHUB_CORPUS", str(write_files(tmp_path / "corpus", {name: text})))
    installed.setenv("IHUB_HOME", str(tmp_path / "home"))
    assert json.loads(ihub("sync", "--json").stdout)["added"] == ["word"]
    result = ihub("ask", "How many beds are there in Dundee?")
    assert result.exit_code == ABSTAINED
    assert result.stdout.startswith("The documents do not say.")
    assert said(result) == []
    assert "Frailty" in ihub("documents", "show", "word").stdout


def test_a_wrong_catalogue_is_refused_and_the_old_index_kept(own_copy: Path) -> None:
    good = (own_copy / "corpus" / "catalogue.toml").read_bytes()
    write_files(own_copy / "corpus", {"catalogue.toml": good + b'\n[[document]]\nfile = "choir.md"\ncolour = 1\n'})
    result = ihub("ask", FALLS)
    assert result.exit_code == FAILURE
    assert "colour" in one_sentence(result)
    write_files(own_copy / "corpus", {"catalogue.toml": good})
    assert not json.loads(ihub("sync", "--json").stdout)["added"]


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = ihub("serve", "--port", str(port))
    assert result.exit_code == FAILURE
    assert one_sentence(result).startswith(f"Port {port} on 127.0.0.1 cannot be used (Address already in use)")


def test_a_host_that_is_not_this_machine_is_named() -> None:
    result = ihub("serve", "--host", "192.0.2.1", "--port", "0")
    assert result.exit_code == FAILURE
    assert "192.0.2.1" in one_sentence(result)


@pytest.mark.parametrize("verb", [["ask", FALLS], ["sync"], ["documents"]], ids=" ".join)
def test_a_state_folder_that_is_none_is_named(installed: pytest.MonkeyPatch, tmp_path: Path, verb: list[str]) -> None:
    (tmp_path / "file").write_text("a file where the folder should be")
    installed.setenv("IHUB_HOME", str(tmp_path / "file"))
    result = ihub(*verb)
    assert result.exit_code == FAILURE
    assert f"The state folder {tmp_path / 'file'} cannot be read" in one_sentence(result)
    assert "set IHUB_HOME" in result.stderr


@pytest.mark.parametrize("verb", [["ask", FALLS], ["sync"], ["documents"]], ids=" ".join)
def test_a_state_folder_of_a_newer_version_is_refused_and_left_alone(
    own_copy: Path, small_index: Generation, verb: list[str]
) -> None:
    path = own_copy / "home" / "generations" / small_index.name / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "state_version": 99}))
    before = path.read_bytes()
    result = ihub(*verb)
    assert result.exit_code == FAILURE
    assert "was written by a newer version" in one_sentence(result)
    assert path.read_bytes() == before


@pytest.mark.parametrize("part", ["documents.sqlite3", "chroma", "lexical", "manifest.json"])
def test_a_damaged_index_is_mended_or_named_in_one_sentence(own_copy: Path, small_index: Generation, part: str) -> None:
    path = own_copy / "home" / "generations" / small_index.name / part
    for file in [path] if path.is_file() else [inner for inner in path.rglob("*") if inner.is_file()]:
        file.write_bytes(b"damaged" * 1000)
    result = ihub("ask", FALLS)
    if result.exit_code == ANSWERED:
        assert "14 falls" in result.stdout
    else:
        assert result.exit_code == FAILURE
        assert one_sentence(result)


@pytest.fixture
def damaged_model(installed: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An installation whose model file has one byte changed, found instead of the real one."""
    package = tmp_path / "package"
    shutil.copytree(model_folder(), package / "model")
    weights = package / "model" / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)
    found = SimpleNamespace(submodule_search_locations=[str(package)])
    installed.setattr("index.embedding.importlib.util.find_spec", lambda name: found)
    model_folder.cache_clear()
    installed.setenv("IHUB_HOME", str(tmp_path / "home"))
    return installed


@pytest.mark.usefixtures("damaged_model")
def test_a_model_file_with_one_byte_changed_is_refused(tmp_path: Path) -> None:
    try:
        for verb in (["ask", FALLS], ["sync"]):
            result = ihub(*verb)
            assert result.exit_code == FAILURE
            sentence = one_sentence(result)
            assert "model.safetensors is damaged" in sentence
            assert "install the project again" in sentence
        doctor = ihub("doctor")
        assert doctor.exit_code == FAILURE
        assert "WRONG embedding model: " in doctor.stdout
        assert not (tmp_path / "home" / "current").exists()
    finally:
        model_folder.cache_clear()


def test_a_damaged_model_is_found_even_when_the_index_is_already_built(
    damaged_model: pytest.MonkeyPatch, small_home: Path
) -> None:
    damaged_model.setenv("IHUB_HOME", str(small_home))
    try:
        result = ihub("ask", FALLS)
        assert result.exit_code == FAILURE
        assert "is damaged" in one_sentence(result)
    finally:
        model_folder.cache_clear()


@pytest.mark.parametrize(
    ("name", "value"), [("IHUB_CORPSU", "/x"), ("IHUB_PASSAGES", "none"), ("IHUB_DEFAULT_AUDIENCE", "all")]
)
def test_a_wrong_setting_is_a_usage_error(installed: pytest.MonkeyPatch, name: str, value: str) -> None:
    installed.setenv(name, value)
    for verb in (["ask", FALLS], ["doctor"]):
        result = ihub(*verb)
        assert result.exit_code == USAGE
        assert name in one_sentence(result)


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"{}\n", b"not json"])
def test_a_question_file_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "questions.jsonl"
    if content is not None:
        path.write_bytes(content)
    result = ihub("evaluate", str(path), "--json")
    assert result.exit_code == FAILURE
    assert str(path) in one_sentence(result)
    assert result.stdout == ""


def test_stopping_with_the_keyboard_loses_nothing(
    own_copy: Path, installed: pytest.MonkeyPatch, small_index: Generation
) -> None:
    def stop(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    write_files(own_copy / "corpus", {"new.txt": "A new document about bridges."})
    with installed.context() as interrupted:
        interrupted.setattr("index.sync.split", stop)
        result = ihub("sync")
    assert result.exit_code == 130
    assert "Nothing was lost" in one_sentence(result)
    assert (own_copy / "home" / "current").read_text().strip() == small_index.name
    assert json.loads(ihub("sync", "--json").stdout)["added"] == ["new"]


def test_a_failure_of_the_installed_command_is_one_line(tmp_path: Path) -> None:
    environment = {"IHUB_CORPUS": str(tmp_path / "gone"), "IHUB_HOME": str(tmp_path / "home")}
    done = ihub_process("ask", FALLS, environment=environment)
    assert done.returncode == FAILURE
    assert done.stdout == b""
    assert done.stderr.decode().splitlines() == [
        f"The corpus folder {tmp_path / 'gone'} does not exist; set IHUB_CORPUS to a folder of documents."
    ]
