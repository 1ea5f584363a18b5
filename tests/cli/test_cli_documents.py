"""Adding, removing and following documents on the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.running import ABSTAINED, ANSWERED, FAILURE, USAGE, ihub, one_sentence, said
from tests.corpus.making import write_files

LAMPS = "The lamp keeper lights 41 lamps every evening."
QUESTION = "How many lamps does the lamp keeper light every evening?"


def answered(audience: str) -> bool:
    return "41 lamps" in ihub("ask", QUESTION, "--audience", audience).stdout


def test_an_added_file_is_answered_from_and_a_removed_one_is_not(own_copy: Path) -> None:
    source = write_files(own_copy / "elsewhere", {"Lamps.md": LAMPS}) / "Lamps.md"
    result = ihub("add", str(source), "--audience", "partner", "--programme", "Light", "--title", "The lamps")
    assert result.exit_code == ANSWERED, result.stderr
    assert result.stdout == "Added lamps.\n"
    assert answered("partner")
    assert not answered("public")
    row = next(row for row in json.loads(ihub("documents", "--json").stdout) if row["id"] == "lamps")
    assert (row["title"], row["programme"], row["guessed"]) == ("The lamps", "Light", [])
    removed = ihub("remove", "lamps", "garden")
    assert removed.stdout == "Removed lamps.\nRemoved garden.\n"
    assert not answered("staff")
    assert (own_copy / "corpus" / "garden.md").exists()
    assert source.exists()
    assert ihub("ask", "How much did the council give for the first tools and seeds?").exit_code == ABSTAINED


def test_an_added_file_without_an_audience_is_for_staff(own_copy: Path) -> None:
    source = write_files(own_copy / "elsewhere", {"lamps.txt": LAMPS}) / "lamps.txt"
    ihub("add", str(source))
    assert answered("staff")
    assert not answered("partner")


def test_a_folder_is_added_and_what_is_refused_is_said(own_copy: Path) -> None:
    folder = write_files(own_copy / "elsewhere", {"a.txt": "One.", "deep/b.md": "Two.", "c.xyz": "x", ".d.txt": "x"})
    listed = write_files(own_copy / "lists", {"all.txt": f"# mine\n{folder}\n\n{folder / 'gone.txt'}\n"}) / "all.txt"
    result = ihub("add", "--list", str(listed), "--json")
    assert result.exit_code == FAILURE
    found = json.loads(result.stdout)
    assert found["added"] == ["a", "b"]
    assert found["problems"][0] == "c.xyz was left out: files of the type .xyz are not read."
    assert "gone.txt was left out: it cannot be opened" in found["problems"][1]
    assert said(result) == found["problems"]


def test_a_file_of_the_same_name_is_replaced_only_when_told_to(own_copy: Path) -> None:
    path = write_files(own_copy / "elsewhere", {"lamps.txt": "No lamps."}) / "lamps.txt"
    ihub("add", str(path))
    path.write_text(LAMPS)
    refused = ihub("add", str(path))
    assert refused.exit_code == FAILURE
    assert "another file of this name" in one_sentence(refused)
    assert ihub("add", str(path), "--replace").exit_code == ANSWERED
    assert answered("staff")


@pytest.mark.parametrize("arguments", [["add"], ["add", "x.txt", "--audience", "everyone"], ["remove"]])
def test_wrong_use_is_a_usage_error(installed: pytest.MonkeyPatch, arguments: list[str]) -> None:
    assert ihub(*arguments).exit_code == USAGE


def test_a_private_address_is_refused_in_one_sentence(own_copy: Path) -> None:
    result = ihub("add", "http://127.0.0.1:9/a.txt")
    assert result.exit_code == FAILURE
    assert "private network" in one_sentence(result)


def test_an_unknown_document_cannot_be_removed(own_copy: Path) -> None:
    result = ihub("remove", "nothing")
    assert result.exit_code == FAILURE
    assert one_sentence(result) == "There is no document nothing; `ihub documents` lists them."


@pytest.mark.usefixtures("ctrl_c")
def test_a_watched_folder_is_followed_until_ctrl_c(own_copy: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.upper().startswith("IHUB_")}
    environment |= {"IHUB_CORPUS": str(own_copy / "corpus"), "IHUB_HOME": str(own_copy / "home")}
    command = [Path(sys.executable).parent / "ihub", "sync", "--watch", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            first = json.loads(process.stdout.readline())
            assert first["added"] == []
            while b"Watching" not in process.stderr.readline():
                pass
            for number in range(3):
                write_files(own_copy / "corpus", {"lamps.txt": f"{LAMPS} {number}"})
                time.sleep(0.2)
            seen = json.loads(process.stdout.readline())
            assert {*seen["added"], *seen["changed"]} == {"lamps"}
            process.send_signal(signal.SIGINT)
            process.wait(60)
            assert process.returncode == 130
        finally:
            process.kill()  # else leaving waits for it for ever, whatever failed
