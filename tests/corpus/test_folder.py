"""Corpus folders: which files are documents, what they are called, and what is wrong with a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from corpus.catalogue import Catalogue, read_catalogue
from corpus.document import Audience
from corpus.errors import AssistantError, CatalogueInvalid, CorpusUnavailable, DocumentRejected
from corpus.folder import SHIPPED_DOCUMENTS, SourceFile, load, scan
from corpus.glossary import read_glossary
from tests.corpus.making import write_files


def files(*folders: Path) -> dict[str, SourceFile]:
    """Return what a scan finds, by document id."""
    return {source.document_id: source for source in scan(folders, Audience.PUBLIC).files}


def test_the_documents_that_ship_are_all_read() -> None:
    found = scan([SHIPPED_DOCUMENTS], Audience.PUBLIC)
    assert not found.rejected
    documents = [load(source) for source in found.files]
    assert len(documents) > 20
    assert all(document.sections and document.title for document in documents)
    assert "117 separate organisations" in next(d.text for d in documents if d.id == "directors-overview-2017-18")


def test_a_folder_without_a_catalogue_works(tmp_path: Path) -> None:
    write_files(tmp_path, {"My Report (2018).txt": "Some text.", "other.markdown": "Some text.", "A.MD": "Text."})
    assert sorted(files(tmp_path)) == ["a", "my-report-2018", "other"]


def test_names_become_ids_of_plain_letters(tmp_path: Path) -> None:
    write_files(tmp_path, {"Café à Glasgow.txt": "x y", "日本.txt": "x y", "sub/Deep_File.v2.txt": "x y"})
    names = {source.file: source.document_id for source in scan([tmp_path], Audience.PUBLIC).files}
    assert names["Café à Glasgow.txt"] == "cafe-a-glasgow"
    assert names["sub/Deep_File.v2.txt"] == "sub-deep-file-v2"
    assert names["日本.txt"].startswith("document-")


def test_ids_stay_the_same_from_scan_to_scan(tmp_path: Path) -> None:
    write_files(tmp_path, {"日本.txt": "x", "a/b.txt": "x", "a-b.txt": "x"})
    assert files(tmp_path) == files(tmp_path)


def test_the_catalogue_describes_a_document(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "sub/a.txt": "Text of the document.",
            "catalogue.toml": (
                '[[document]]\nfile = "sub/a.txt"\nid = "the-id"\ntitle = "The title"\nkind = "report"\n'
                'period = "2017-18"\nprogramme = "SPSP"\naudience = "staff"\nsource = "https://example.org/"\n'
                "written = 2026-11-24\n"
            ),
        },
    )
    document = load(files(tmp_path)["the-id"])
    assert (document.title, document.kind, document.period) == ("The title", "report", "2017-18")
    assert (document.programme, document.source, document.file) == ("SPSP", "https://example.org/", "sub/a.txt")
    assert document.audience is Audience.STAFF


def test_a_document_without_an_audience_gets_the_one_of_the_setting(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.txt": "x", "b.txt": "x", "catalogue.toml": '[[document]]\nfile = "a.txt"\n'})
    found = scan([tmp_path], Audience.STAFF).files
    assert {load(source).audience for source in found} == {Audience.STAFF}


@pytest.mark.parametrize(
    ("catalogue", "problem"),
    [
        ("[[document]\n", "not valid TOML"),
        (b"\xff\xfe", "not valid TOML"),
        ('[[document]]\ntitle = "no file"\n', "document.0.file"),
        ('[[document]]\nfile = "a.txt"\ncolour = "red"\n', "document.0.colour"),
        ('[[document]]\nfile = "a.txt"\naudience = "everyone"\n', "document.0.audience"),
        ('[[document]]\nfile = "a.txt"\nid = "No Good"\n', "document.0.id"),
        ('[[document]]\nfile = "a.txt"\nwritten = "yesterday"\n', "document.0.written"),
        ('[[documents]]\nfile = "a.txt"\n', "documents"),
        ('[[document]]\nfile = "a.txt"\n[[document]]\nfile = "a.txt"\n', "a.txt is named twice"),
        ('[[document]]\nfile = "a.txt"\nid = "x"\n[[document]]\nfile = "b.txt"\nid = "x"\n', "x is named twice"),
    ],
)
def test_a_wrong_catalogue_is_refused_in_one_sentence(tmp_path: Path, catalogue: str | bytes, problem: str) -> None:
    write_files(tmp_path, {"a.txt": "x", "b.txt": "x", "catalogue.toml": catalogue})
    with pytest.raises(CatalogueInvalid) as caught:
        scan([tmp_path], Audience.PUBLIC)
    assert problem in str(caught.value)
    assert str(tmp_path / "catalogue.toml") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_catalogue_has_no_entries(tmp_path: Path) -> None:
    assert read_catalogue(tmp_path) == Catalogue()


def test_a_file_that_the_catalogue_names_and_is_gone_is_listed_and_the_others_stand(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.txt": "x", "catalogue.toml": '[[document]]\nfile = "gone.txt"\n'})
    found = scan([tmp_path], Audience.PUBLIC)
    assert [source.file for source in found.files] == ["a.txt"]
    assert [(item.file, "not in the folder" in item.reason) for item in found.rejected] == [("gone.txt", True)]


def test_a_file_that_is_renamed_but_not_in_the_catalogue_is_never_shown_to_more_people(tmp_path: Path) -> None:
    write_files(tmp_path, {"pay.txt": "x", "catalogue.toml": '[[document]]\nfile = "wages.txt"\naudience = "staff"\n'})
    assert {source.facts.audience for source in scan([tmp_path], Audience.PUBLIC).files} == {Audience.STAFF}


def test_a_catalogue_may_be_a_table(tmp_path: Path) -> None:
    table = "File,Title,Audience,superseded-by,written\na.txt,First,staff,b,2018-05-14\nb.txt,,,,\n"
    write_files(tmp_path, {"a.txt": "x", "b.txt": "x", "catalogue.csv": "\ufeff" + table})
    entry = read_catalogue(tmp_path).entries["a.txt"]
    assert (entry.title, entry.audience, entry.superseded_by) == ("First", Audience.STAFF, "b")
    assert sorted(files(tmp_path)) == ["a", "b"]


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (b"file\n\xff\n", "not UTF-8"),
        ("file\na.txt,more\n", "more cells"),
        ("title\nNamed\n", "document.0.file"),
        ("file,colour\na.txt,red\n", "document.0.colour"),
        ('file\n"a.txt\n', "not valid CSV"),
        ("file\na.txt\na.txt\n", "a.txt is named twice"),
    ],
)
def test_a_wrong_table_is_refused_in_one_sentence(tmp_path: Path, table: str | bytes, problem: str) -> None:
    write_files(tmp_path, {"a.txt": "x", "catalogue.csv": table})
    with pytest.raises(CatalogueInvalid, match=problem) as caught:
        scan([tmp_path], Audience.PUBLIC)
    assert "\n" not in str(caught.value)


def test_a_file_named_in_both_catalogues_is_refused(tmp_path: Path) -> None:
    write_files(
        tmp_path, {"a.txt": "x", "catalogue.csv": "file\na.txt\n", "catalogue.toml": '[[document]]\nfile = "a.txt"\n'}
    )
    with pytest.raises(CatalogueInvalid, match="named twice"):
        read_catalogue(tmp_path)


def test_the_same_id_in_two_catalogues_leaves_out_the_second(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_files(tmp_path / name, {"a.txt": name, "catalogue.toml": '[[document]]\nfile = "a.txt"\nid = "same"\n'})
    found = scan([tmp_path / "one", tmp_path / "two"], Audience.PUBLIC)
    assert [load(source).text for source in found.files] == ["one"]
    assert [item.reason for item in found.rejected] == ["another folder also has the id same"]


@pytest.mark.parametrize(
    ("glossary", "problem"),
    [
        ("[[term", "not valid TOML"),
        (b"\xff", "not valid TOML"),
        ('[[term]]\nterm = "ACP"\n', "meaning"),
        ('[[term]]\nterm = "ACP"\nmeaning = 3\n', "meaning"),
    ],
)
def test_a_wrong_glossary_is_refused_with_the_place(tmp_path: Path, glossary: str | bytes, problem: str) -> None:
    write_files(tmp_path, {"glossary.toml": glossary})
    with pytest.raises(CatalogueInvalid) as caught:
        read_glossary([tmp_path])
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_several_folders_may_explain_a_term_and_the_first_that_one_may_read_wins(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_files(tmp_path / name, {"glossary.toml": f'[[term]]\nterm = "ACP"\nmeaning = "Meaning {name}."\n'})
    write_files(tmp_path / "two", {"glossary.toml": '[[term]]\nterm = "acp"\nmeaning = "Other."\n'})
    glossary = read_glossary([tmp_path / "one", tmp_path / "none", tmp_path / "two"])
    assert [term.meaning for term in glossary.terms] == ["Meaning one.", "Other."]
    assert [term.meaning for term in glossary.first_meanings().terms] == ["Meaning one."]


@pytest.mark.parametrize(("make", "problem"), [("nothing", "does not exist"), ("file", "is not a folder")])
def test_a_corpus_folder_that_is_none_is_refused(tmp_path: Path, make: str, problem: str) -> None:
    folder = tmp_path / "corpus"
    if make == "file":
        folder.write_text("not a folder")
    with pytest.raises(CorpusUnavailable, match=problem) as caught:
        scan([folder], Audience.PUBLIC)
    assert str(folder) in str(caught.value)


@pytest.mark.parametrize("names", [[], [".hidden.txt", ".git/a.txt"], ["catalogue.toml"]])
def test_a_corpus_folder_without_a_document_is_refused(tmp_path: Path, names: list[str]) -> None:
    write_files(tmp_path, dict.fromkeys(names, ""))
    with pytest.raises(CorpusUnavailable, match="holds no document"):
        scan([tmp_path], Audience.PUBLIC)


def test_a_folder_that_may_not_be_listed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(path: Path, *arguments: object, **named: object) -> object:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", deny)
    monkeypatch.setattr(os, "listdir", deny)
    with pytest.raises(CorpusUnavailable, match="cannot be read"):
        scan([tmp_path], Audience.PUBLIC)


def test_a_file_that_may_not_be_opened_is_rejected_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, {"a.txt": "Text.", "secret.txt": "Text."})
    opened = Path.open

    def deny(path: Path, *arguments: Any, **named: Any) -> Any:
        if path.name == "secret.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **named)

    monkeypatch.setattr(Path, "open", deny)
    found = files(tmp_path)
    assert load(found["a"]).text == "Text."
    with pytest.raises(DocumentRejected) as caught:
        load(found["secret"])
    assert str(caught.value) == "secret.txt was left out: it cannot be opened (Permission denied)."


def test_files_of_other_types_are_rejected_by_name(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.txt": "Text.", "song.mp3": b"ID3", "README": "x"})
    rejected = {item.file: item.reason for item in scan([tmp_path], Audience.PUBLIC).rejected}
    assert rejected == {
        "song.mp3": "files of the type .mp3 are not read",
        "README": "files of the type without a suffix are not read",
    }


def test_links_are_rejected_and_never_followed(tmp_path: Path) -> None:
    outside = write_files(tmp_path / "outside", {"secret.txt": "Secret text.", "deep/other.txt": "Secret text."})
    folder = write_files(tmp_path / "corpus", {"a.txt": "Text."})
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "linked").symlink_to(outside / "deep", target_is_directory=True)
    (folder / "broken.txt").symlink_to(outside / "gone.txt")
    found = scan([folder], Audience.PUBLIC)
    assert [source.file for source in found.files] == ["a.txt"]
    assert sorted(item.file for item in found.rejected) == ["broken.txt", "link.txt", "linked"]


def test_the_same_name_in_two_folders_makes_two_documents(tmp_path: Path) -> None:
    one = write_files(tmp_path / "one", {"report.txt": "First text."})
    two = write_files(tmp_path / "two", {"report.txt": "Second text.", "report.md": "Third text."})
    found = files(one, two)
    assert len(found) == 3
    assert load(found["report"]).text == "First text."
    assert {load(source).text.strip() for source in found.values()} == {"First text.", "Second text.", "Third text."}


def test_a_name_from_the_catalogue_is_kept_even_if_a_file_would_have_made_it(tmp_path: Path) -> None:
    write_files(
        tmp_path, {"a.txt": "First.", "b.txt": "Second.", "catalogue.toml": '[[document]]\nfile = "b.txt"\nid = "a"\n'}
    )
    found = files(tmp_path)
    assert load(found["a"]).text == "Second."
    assert len(found) == 2


def test_a_file_that_vanishes_between_scan_and_load_is_rejected(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.txt": "Text."})
    source = files(tmp_path)["a"]
    source.path.unlink()
    with pytest.raises(DocumentRejected, match="cannot be opened"):
        load(source)


def test_a_person_reads_up_to_their_audience() -> None:
    assert Audience.PUBLIC.readable == (Audience.PUBLIC,)
    assert Audience.PARTNER.readable == (Audience.PUBLIC, Audience.PARTNER)
    assert Audience.STAFF.readable == tuple(Audience)
    assert not Audience.PUBLIC.may_read(Audience.PARTNER)
    assert not Audience.PARTNER.may_read(Audience.STAFF)


@pytest.mark.parametrize(
    "error",
    [CorpusUnavailable("/x", "does not exist"), CatalogueInvalid("/x", "it is wrong"), DocumentRejected("x", "it is")],
)
def test_every_message_is_one_sentence(error: AssistantError) -> None:
    assert str(error).endswith(".")
    assert "\n" not in str(error)


def test_what_nobody_stated_is_guessed_and_marked(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "a.md": "# Annual report 2017/18\n\nText.",
            "b.md": "---\ntitle: Stated\nperiod: 2016\nlanguage: gd\n---\n# Heading 2018\n\nText.",
            "minutes-2018-05-14.txt": "Text.",
            "both 2017 and 2019.txt": "Text.",
        },
    )
    found = {source.file: load(source) for source in scan([tmp_path], Audience.PUBLIC).files}
    assert {file: (d.title, d.period, d.guessed) for file, d in found.items()} == {
        "a.md": ("Annual report 2017/18", "2017-18", ("title", "period")),
        "b.md": ("Stated", "2016", ()),
        "minutes-2018-05-14.txt": ("minutes 2018 05 14", "2018", ("title", "period")),
        "both 2017 and 2019.txt": ("both 2017 and 2019", "", ("title",)),
    }
    assert found["b.md"].language == "gd"


@pytest.mark.parametrize(
    ("default", "stated", "audience"),
    [
        (Audience.PUBLIC, "staff", Audience.STAFF),
        (Audience.STAFF, "public", Audience.STAFF),
        (Audience.PARTNER, "everyone", Audience.PARTNER),
    ],
)
def test_a_text_can_narrow_its_audience_and_never_widen_it(
    tmp_path: Path, default: Audience, stated: str, audience: Audience
) -> None:
    write_files(tmp_path, {"a.md": f"---\naudience: {stated}\n---\nText."})
    (source,) = scan([tmp_path], default).files
    assert load(source).audience is audience


def test_a_folder_inside_that_may_not_be_listed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, {"a.txt": "Text.", "inner/b.txt": "Text."})
    listed = os.scandir

    def deny(path: Any) -> Any:
        if Path(path).name == "inner":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", deny)
    with pytest.raises(CorpusUnavailable, match="inner cannot be read"):
        scan([tmp_path], Audience.PUBLIC)
