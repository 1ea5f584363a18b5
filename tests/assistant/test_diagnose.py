"""Diagnosis: what is wrong is named, and what is well is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.diagnose import Finding, diagnose
from assistant.settings import Settings
from index.generation import Generation
from tests.corpus.making import write_files

CHECKED = ["versions", "embedding model", "reader", "documents", "glossary", "state folder", "index"]


def findings(settings: Settings, **changes: object) -> dict[str, Finding]:
    """Return what a diagnosis of changed settings finds, by name."""
    return {finding.name: finding for finding in diagnose(settings.model_copy(update=changes))}


def wrong(found: dict[str, Finding]) -> list[str]:
    """Return the names of what is not well."""
    return [name for name, finding in found.items() if not finding.well]


def test_a_healthy_installation_is_well(small_settings: Settings, small_index: Generation) -> None:
    found = findings(small_settings)
    assert set(CHECKED) <= set(found)
    assert wrong(found) == []
    assert f"generation {small_index.name} with 6 documents" in found["index"].text
    assert "1 terms" in found["glossary"].text


def test_an_index_that_is_not_built_yet_is_no_fault(small_settings: Settings, tmp_path: Path) -> None:
    found = findings(small_settings, home=tmp_path / "new")
    assert wrong(found) == []
    assert "not built yet" in found["index"].text


def test_missing_weights_are_wrong_unless_the_baseline_reads(small_settings: Settings, tmp_path: Path) -> None:
    found = findings(small_settings, reader="trained", reader_weights=tmp_path)
    assert wrong(found) == ["reader"]
    assert "IHUB_READER=baseline" in found["reader"].text
    assert wrong(findings(small_settings, reader_weights=tmp_path, reader="baseline")) == []


def test_a_missing_corpus_folder_is_wrong(small_settings: Settings, tmp_path: Path) -> None:
    found = findings(small_settings, corpus=(tmp_path / "gone",))
    assert wrong(found) == ["documents"]
    assert "does not exist" in found["documents"].text


def test_a_wrong_glossary_is_wrong(small_settings: Settings, tmp_path: Path) -> None:
    write_files(tmp_path, {"a.txt": "Text.", "glossary.toml": "[[term"})
    assert wrong(findings(small_settings, corpus=(tmp_path,))) == ["glossary"]


def test_a_state_folder_that_cannot_be_written_is_wrong(small_settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    found = findings(small_settings, home=tmp_path / "file")
    assert "state folder" in wrong(found)
    assert "IHUB_HOME" in found["state folder"].text


def test_a_file_that_is_left_out_is_named(small_settings: Settings, tmp_path: Path) -> None:
    write_files(tmp_path, {"a.txt": "Text.", "b.xyz": "Text."})
    assert "b.xyz was left out" in findings(small_settings, corpus=(tmp_path,))["documents"].text


def built(tmp_path: Path, small_settings: Settings, small_index: Generation) -> Path:
    """Return a copy of the state folder of the small corpus, to be damaged."""
    import shutil

    return Path(shutil.copytree(small_settings.home, tmp_path / "home"))


@pytest.mark.parametrize("manifest", ["{", '{"state_version": 99, "model": "m", "dimension": 1}'])
def test_a_manifest_that_cannot_be_used_is_wrong(
    tmp_path: Path, small_settings: Settings, small_index: Generation, manifest: str
) -> None:
    home = built(tmp_path, small_settings, small_index)
    (home / "generations" / small_index.name / "manifest.json").write_text(manifest)
    assert wrong(findings(small_settings, home=home)) == ["index"]


@pytest.mark.parametrize("part", ["documents.sqlite3", "chroma", "lexical"])
@pytest.mark.parametrize("damage", ["lost", "damaged"])
def test_a_part_of_the_index_that_is_lost_or_damaged_is_wrong(
    tmp_path: Path, small_settings: Settings, small_index: Generation, part: str, damage: str
) -> None:
    import shutil

    home = built(tmp_path, small_settings, small_index)
    path = home / "generations" / small_index.name / part
    files = [path] if path.is_file() else [inner for inner in path.rglob("*") if inner.is_file()]
    if damage == "damaged":
        for file in files:
            file.write_bytes(b"damaged" * 1000)
    elif path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    assert wrong(findings(small_settings, home=home)) == ["index"]


def test_a_diagnosis_changes_nothing(small_settings: Settings, tmp_path: Path) -> None:
    findings(small_settings, home=tmp_path / "new")
    assert list(tmp_path.iterdir()) == []
