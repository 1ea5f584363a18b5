"""Settings from the environment and from `.env`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.settings import Settings, SettingsInvalid, load_settings
from corpus.document import Audience
from corpus.folder import SHIPPED_DOCUMENTS


def test_without_settings_the_documents_that_ship_are_used(own_environment: pytest.MonkeyPatch) -> None:
    settings = load_settings()
    assert settings.corpus == (SHIPPED_DOCUMENTS,)
    assert settings.default_audience is Audience.PUBLIC
    assert settings.home.is_absolute()


def test_several_folders_are_separated_like_a_path(own_environment: pytest.MonkeyPatch) -> None:
    own_environment.setenv("IHUB_CORPUS", os.pathsep.join(["/one", " ", "/two words"]))
    assert load_settings().corpus == (Path("/one"), Path("/two words"))


def test_the_home_of_a_person_may_be_written_as_a_tilde(own_environment: pytest.MonkeyPatch) -> None:
    own_environment.setenv("HOME", "/home/somebody")
    own_environment.setenv("IHUB_CORPUS", "~/reports")
    own_environment.setenv("IHUB_HOME", "~/state")
    settings = load_settings()
    assert settings.corpus == (Path("/home/somebody/reports"),)
    assert settings.home == Path("/home/somebody/state")


@pytest.mark.parametrize("name", ["IHUB_CORPSU", "ihub_hoem", "IHUB_"])
def test_an_unknown_setting_is_refused_by_name(own_environment: pytest.MonkeyPatch, name: str) -> None:
    own_environment.setenv(name, "x")
    with pytest.raises(SettingsInvalid, match=name) as caught:
        load_settings()
    assert "does not exist" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IHUB_CORPUS", ""),
        ("IHUB_CORPUS", os.pathsep),
        ("IHUB_DEFAULT_AUDIENCE", "everyone"),
        ("IHUB_PASSAGES", "many"),
        ("IHUB_PASSAGES", "0"),
        ("IHUB_ANSWER_THRESHOLD", "1.5"),
        ("IHUB_READER", "oracle"),
        ("IHUB_TITLE", ""),
        ("IHUB_LOG_LEVEL", "loud"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_in_one_sentence(
    own_environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    own_environment.setenv(name, value)
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    assert name in str(caught.value)
    assert str(caught.value).count("\n") == 0


def test_settings_are_read_from_a_file_beside_the_environment(own_environment: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("IHUB_TITLE=From the file\nIHUB_PASSAGES=7\nOTHER=1\n")
    own_environment.setenv("IHUB_PASSAGES", "9")
    settings = load_settings()
    assert (settings.title, settings.passages) == ("From the file", 9)


def test_an_unknown_setting_in_the_file_is_refused_too(own_environment: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("IHUB_CORPSU=/reports\n")
    with pytest.raises(SettingsInvalid, match="IHUB_CORPSU"):
        load_settings()


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_added_documents_are_read_beside_the_corpus(tmp_path: Path) -> None:
    corpus, home = tmp_path / "corpus", tmp_path / "home"
    settings = Settings(_env_file=None, corpus=(corpus,), home=home)
    assert settings.intake == home / "documents"
    assert settings.folders == (corpus,)
    settings.intake.mkdir(parents=True)
    assert settings.folders == (corpus, home / "documents")
    elsewhere = Settings(_env_file=None, corpus=(corpus,), home=home, uploads=corpus / "added")
    (corpus / "added").mkdir(parents=True)
    assert elsewhere.folders == (corpus,)
