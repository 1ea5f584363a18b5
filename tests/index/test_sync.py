"""Sync: what is read and embedded again, what is published, and what happens when it goes wrong."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from filelock import FileLock

from corpus.document import Audience, Document
from corpus.errors import CorpusUnavailable
from corpus.folder import SourceFile, load
from corpus.intake import withdraw
from corpus.load.sandbox import shared_process
from index.embedding import MiniLMEmbeddings, PassageVectors
from index.errors import IndexUnusable, StateUnavailable
from index.generation import Generation, Generations
from index.passage import Passage
from index.retriever import HybridRetriever
from index.sync import SyncReport, sync
from tests.corpus.making import write_files

FILES = {
    "bees.txt": "The beekeepers keep nine hives.",
    "boats.txt": "The boat yard mends forty boats a year.",
    "bread.txt": "The bakery bakes two hundred loaves each morning.",
}


class CountingEmbeddings(MiniLMEmbeddings):
    """The real model, which remembers the texts that it embedded for the index."""

    def __init__(self, model: MiniLMEmbeddings) -> None:
        super().__init__()
        self.__dict__.update(_encoder=model._encoder, _batch_encoder=model._batch_encoder)
        self.texts: list[str] = []

    def embed_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        self.texts += [passage.text for passage in passages]
        return super().embed_passages(passages)

    def taken(self) -> list[str]:
        """Return the texts embedded since the last call."""
        texts, self.texts = self.texts, []
        return texts


class Place:
    """A corpus folder and a state folder to sync."""

    def __init__(self, folder: Path, model: MiniLMEmbeddings) -> None:
        self.corpus = write_files(folder / "corpus", FILES)
        self.home = folder / "home"
        self.embeddings = CountingEmbeddings(model)

    def sync(self, **changes: str | bytes) -> SyncReport:
        """Write files, named without .txt, and sync."""
        write_files(self.corpus, {f"{name}.txt": content for name, content in changes.items()})
        return sync([self.corpus], self.home, self.embeddings)

    def current(self) -> Generation:
        """Open the current generation."""
        folder = Generations(self.home).current_folder()
        assert folder is not None
        return Generations(self.home).open(folder, self.embeddings)

    def found(self, question: str, audience: Audience = Audience.PUBLIC) -> list[str]:
        """Return the texts that a person finds, best first."""
        retriever = HybridRetriever(generation=self.current(), embeddings=self.embeddings, audience=audience)
        return [ranked.passage.text for ranked in retriever.retrieve(question)]

    def names(self) -> list[str]:
        """Return the names of the generations on disk, finished or not."""
        return sorted(path.name for path in (self.home / "generations").iterdir())


@pytest.fixture
def place(tmp_path: Path, embeddings: MiniLMEmbeddings) -> Place:
    return Place(tmp_path, embeddings)


@pytest.fixture(scope="module")
def first_home(tmp_path_factory: pytest.TempPathFactory, embeddings: MiniLMEmbeddings) -> Path:
    """A state folder after the first sync, to be copied."""
    place = Place(tmp_path_factory.mktemp("first"), embeddings)
    place.sync()
    return place.home


@pytest.fixture
def synced(place: Place, first_home: Path) -> Place:
    shutil.copytree(first_home, place.home)
    return place


def test_the_first_sync_adds_everything(place: Place) -> None:
    report = place.sync()
    assert (report.added, report.changed, report.removed, report.unchanged) == (("bees", "boats", "bread"), (), (), ())
    assert report.published
    assert report.passages == 3
    assert place.found("How many hives?")[0] == FILES["bees.txt"]


def test_a_sync_without_changes_publishes_and_embeds_nothing(synced: Place) -> None:
    before = synced.names()
    report = synced.sync()
    assert (set(report.unchanged), report.added, report.changed) == ({"bees", "boats", "bread"}, (), ())
    assert not report.published
    assert synced.embeddings.taken() == []
    assert synced.names() == before


def test_only_a_changed_document_is_embedded_again(synced: Place) -> None:
    report = synced.sync(bees="The beekeepers keep eleven hives now.")
    assert (report.changed, report.added, report.removed) == (("bees",), (), ())
    assert set(report.unchanged) == {"boats", "bread"}
    assert synced.embeddings.taken() == ["The beekeepers keep eleven hives now."]
    found = synced.found("How many hives do the beekeepers keep?")
    assert found[0] == "The beekeepers keep eleven hives now."
    assert FILES["bees.txt"] not in found
    assert len(found) == 3


def test_a_removed_document_is_never_found_again(synced: Place) -> None:
    (synced.corpus / "bees.txt").unlink()
    report = synced.sync()
    assert (report.removed, set(report.unchanged)) == (("bees",), {"boats", "bread"})
    assert synced.embeddings.taken() == []
    assert FILES["bees.txt"] not in synced.found("How many hives do the beekeepers keep?")
    current = synced.current()
    assert current.documents.document("bees", Audience.STAFF) is None
    assert current.vectors.count(Audience.PUBLIC) == len(current.lexical[Audience.PUBLIC]) == 2


def test_a_renamed_document_keeps_its_id_and_is_not_embedded_again(synced: Place) -> None:
    (synced.corpus / "bees.txt").rename(synced.corpus / "hives.txt")
    report = synced.sync()
    assert (report.renamed, report.added, report.changed, report.removed) == (("bees",), (), (), ())
    assert synced.embeddings.taken() == []
    document = synced.current().documents.document("bees", Audience.PUBLIC)
    assert document is not None
    assert (document.file, document.title) == ("hives.txt", "hives")
    assert synced.found("How many hives?").count(FILES["bees.txt"]) == 1
    assert not synced.sync().published
    assert synced.sync(hives="The beekeepers keep ten hives.").changed == ("bees",)


def test_a_new_file_under_an_old_name_is_another_document(synced: Place) -> None:
    (synced.corpus / "bees.txt").rename(synced.corpus / "hives.txt")
    report = synced.sync(bees="Bees visit nine thousand flowers.")
    assert (report.changed, len(report.added)) == (("bees",), 1)
    texts = {
        d.file: synced.current().documents.document(d.id, Audience.PUBLIC)
        for d in synced.current().documents.documents(Audience.PUBLIC)
    }
    assert {file: document.text for file, document in texts.items() if document} == {
        "bees.txt": "Bees visit nine thousand flowers.",
        "hives.txt": FILES["bees.txt"],
        "boats.txt": FILES["boats.txt"],
        "bread.txt": FILES["bread.txt"],
    }


def test_ids_survive_a_state_folder_that_lost_its_notes_on_files(synced: Place) -> None:
    (synced.corpus / "bees.txt").rename(synced.corpus / "hives.txt")
    synced.sync()
    (synced.home / "files.json").write_text("damaged")
    assert not synced.sync().published
    assert synced.embeddings.taken() == []


def test_a_document_that_is_withdrawn_stays_so_under_another_name(synced: Place) -> None:
    (synced.corpus / "bees.txt").rename(synced.corpus / "hives.txt")
    synced.sync()
    withdraw(synced.corpus, "bees")
    for _ in range(3):
        synced.sync()
        assert FILES["bees.txt"] not in synced.found("How many hives?", Audience.STAFF)


def test_only_the_changed_part_of_a_document_is_embedded_again(place: Place) -> None:
    parts = [f"## Part {n}\n\nThe keeper of part {n} has {n * 7} hives and a dog." for n in range(8)]
    write_files(place.corpus, {"long.md": "# Long\n\n" + "\n\n".join(parts)})
    place.sync()
    place.embeddings.taken()
    parts[7] = "## Part 7\n\nThe keeper of part seven has left."
    write_files(place.corpus, {"long.md": "# Long\n\n" + "\n\n".join(parts)})
    report = place.sync()
    assert place.embeddings.taken() == ["The keeper of part seven has left."]
    assert (report.changed, report.embedded, report.passages) == (("long",), 1, 8)
    fresh = Place(place.corpus.parent / "fresh", place.embeddings)
    sync([place.corpus], fresh.home, fresh.embeddings)
    question = "How many hives has the keeper of part 3?"
    assert place.found(question) == fresh.found(question)


def test_what_is_said_about_a_document_changes_without_embedding(synced: Place) -> None:
    write_files(synced.corpus, {"catalogue.toml": '[[document]]\nfile = "bees.txt"\nprogramme = "Honey"\n'})
    assert synced.sync().changed == ("bees",)
    assert synced.embeddings.taken() == []
    document = synced.current().documents.document("bees", Audience.PUBLIC)
    assert document is not None
    assert document.programme == "Honey"


def test_a_file_that_was_only_touched_is_neither_parsed_nor_published(synced: Place) -> None:
    os.utime(synced.corpus / "bees.txt", ns=(1, 1))
    assert not synced.sync().published


def test_an_unchanged_file_is_not_read(synced: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.seen.SETTLED_NS", 0)
    synced.sync()

    def refuse(source: object) -> str:
        raise AssertionError("the file was read")

    monkeypatch.setattr("index.seen.hash_of", refuse)
    monkeypatch.setattr("index.vector_store.chromadb.PersistentClient", refuse)
    assert not synced.sync().published


def test_a_file_written_twice_within_a_tick_of_the_clock_is_read_again(synced: Place) -> None:
    path = synced.corpus / "bees.txt"
    status = path.stat()
    path.write_text(FILES["bees.txt"].replace("nine", "five"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert synced.sync().changed == ("bees",)


def test_a_document_that_moves_to_another_audience_leaves_the_old_one(synced: Place) -> None:
    write_files(synced.corpus, {"catalogue.toml": '[[document]]\nfile = "bees.txt"\naudience = "staff"\n'})
    assert synced.sync().changed == ("bees",)
    assert FILES["bees.txt"] not in synced.found("How many hives?")
    assert FILES["bees.txt"] in synced.found("How many hives?", Audience.STAFF)
    assert synced.current().vectors.count(Audience.PUBLIC) == 2


def test_a_file_that_cannot_be_read_is_reported_and_the_others_stand(place: Place) -> None:
    report = place.sync(latin="Caf\xe9".encode("latin-1"))
    assert [(item.file, "UTF-8" in item.reason) for item in report.rejected] == [("latin.txt", True)]
    assert report.added == ("bees", "boats", "bread")


def test_a_rejected_file_does_not_publish_a_generation_at_every_sync(place: Place) -> None:
    first = place.sync(latin="Caf\xe9".encode("latin-1"))
    second = place.sync()
    assert not second.published
    assert second.generation == first.generation
    assert [item.file for item in second.rejected] == ["latin.txt"]
    assert place.names() == [first.generation]


def test_a_rejected_file_is_not_read_again_until_it_changes_or_is_asked_for(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.sync(latin="Caf\xe9".encode("latin-1"))
    asked: list[str] = []

    def counted(source: SourceFile, content_hash: str) -> Document:
        asked.append(source.file)
        return load(source, content_hash)

    monkeypatch.setattr("index.sync.load", counted)
    place.sync()
    assert asked == []
    sync([place.corpus], place.home, place.embeddings, again=True)
    assert sorted(asked) == ["bees.txt", "boats.txt", "bread.txt", "latin.txt"]
    assert place.sync(latin="Coffee is served at nine.").added == ("latin",)


def test_a_document_that_becomes_unreadable_is_gone_from_every_answer(synced: Place) -> None:
    report = synced.sync(bees="Caf\xe9".encode("latin-1"))
    assert (report.removed, [item.file for item in report.rejected]) == (("bees",), ["bees.txt"])
    assert FILES["bees.txt"] not in synced.found("How many hives?")


def test_a_corpus_that_lost_all_its_documents_is_refused_and_the_index_kept(synced: Place) -> None:
    for name in FILES:
        (synced.corpus / name).write_bytes(b"\xff")
    with pytest.raises(CorpusUnavailable, match="UTF-8"):
        synced.sync()
    assert len(synced.found("How many hives?")) == 3


@pytest.mark.parametrize("stage", ["reading", "embedding"])
@pytest.mark.parametrize("error", [RuntimeError("stopped"), KeyboardInterrupt()])
def test_a_sync_that_is_stopped_leaves_the_old_answers(synced: Place, stage: str, error: BaseException) -> None:
    def stop(at: str, done: int, total: int) -> None:
        if at == stage:
            raise error

    (synced.corpus / "boats.txt").unlink()
    write_files(synced.corpus, {"bees.txt": "No hives are left.", "new.txt": "Something new."})
    with pytest.raises(type(error)):
        sync([synced.corpus], synced.home, synced.embeddings, progress=stop)
    found = synced.found("How many hives?")
    assert sorted(found) == sorted(FILES.values())
    report = synced.sync()
    assert (report.added, report.changed, report.removed) == (("new",), ("bees",), ("boats",))
    assert "No hives are left." in synced.found("How many hives?")
    assert not [name for name in synced.names() if name.startswith("building")]


def test_a_first_sync_that_is_stopped_publishes_nothing(place: Place) -> None:
    def stop(at: str, done: int, total: int) -> None:
        if at == "embedding" and done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sync([place.corpus], place.home, place.embeddings, progress=stop)
    assert Generations(place.home).current_folder() is None
    assert len(place.sync().added) == 3


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_does_not_wait_for_a_slow_parser(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(source: SourceFile, content_hash: str) -> Document:
        if source.file == "slow.csv":
            threading.Timer(0.5, os.kill, [os.getpid(), signal.SIGINT]).start()
        return load(source, content_hash)

    slow = place.corpus / "slow.csv"
    slow.write_text("Ward,Falls,Year\n" + "Kirkhaven,14,2018\n" * 95_000)
    monkeypatch.setattr("index.sync.load", interrupted)
    with pytest.raises(KeyboardInterrupt):
        place.sync()
    assert shared_process().running_id is None  # it was ended while it read
    slow.unlink()
    assert len(place.sync().added) == 3


@pytest.mark.parametrize("damage", ["{", "{}", "[]", "\0\0"])
def test_an_index_with_a_damaged_manifest_is_built_again(synced: Place, damage: str) -> None:
    (synced.current().folder / "manifest.json").write_text(damage)
    with pytest.raises(IndexUnusable, match="is damaged"):
        synced.current()
    assert len(synced.sync().added) == 3
    assert len(synced.found("How many hives?")) == 3


@pytest.mark.parametrize("lost", ["manifest.json", "documents.sqlite3", "chroma", "lexical"])
def test_an_index_that_lost_a_part_is_built_again(synced: Place, lost: str) -> None:
    path = synced.current().folder / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    synced.sync()
    assert synced.found("How many hives do the beekeepers keep?")[0] == FILES["bees.txt"]
    assert synced.current().vectors.count(Audience.PUBLIC) == 3


def test_an_index_with_a_damaged_document_file_is_built_again(synced: Place) -> None:
    (synced.current().folder / "documents.sqlite3").write_bytes(b"damaged" * 1000)
    synced.sync()
    assert len(synced.found("How many hives?")) == 3


@pytest.mark.parametrize("pointer", ["", "000099\n", "../elsewhere\n"])
def test_a_pointer_to_nothing_is_mended_by_a_sync(synced: Place, pointer: str) -> None:
    (synced.home / "current").write_text(pointer)
    synced.sync()
    assert len(synced.found("How many hives?")) == 3


@pytest.mark.parametrize(
    "manifest",
    [
        {"state_version": 99, "model": "m", "dimension": 384},
        {"state_version": 99, "models": {"dense": "m"}, "layout": "other"},
    ],
)
def test_a_state_folder_of_a_newer_version_is_left_alone(synced: Place, manifest: dict[str, object]) -> None:
    path = synced.current().folder / "manifest.json"
    path.write_text(json.dumps(manifest))
    before = synced.names()
    with pytest.raises(IndexUnusable, match="newer version"):
        synced.sync(bees="Changed.")
    assert synced.names() == before
    assert json.loads(path.read_text()) == manifest


@pytest.mark.parametrize(
    "other",
    [{"model": "other"}, {"splitter": "other"}, {"analyser": "other"}, {"space": "other"}, {"state_version": 0}],
)
def test_an_index_that_was_built_another_way_is_built_again(synced: Place, other: dict[str, object]) -> None:
    path = synced.current().folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **other}))
    report = synced.sync()
    assert report.published
    assert len(synced.embeddings.taken()) == 3
    assert synced.current().manifest.model == synced.embeddings.identity


@pytest.mark.parametrize("inside", ["", "deeper"])
def test_a_state_folder_that_cannot_be_written_is_named(place: Place, inside: str) -> None:
    place.home.write_text("a file where the folder should be")
    home = place.home / inside if inside else place.home
    with pytest.raises(StateUnavailable) as caught:
        sync([place.corpus], home, place.embeddings)
    assert str(home) in str(caught.value)
    assert "IHUB_HOME" in str(caught.value)


def test_a_state_folder_may_be_named_relative_to_the_working_folder(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place.corpus.parent)
    sync([place.corpus], Path("home"), place.embeddings)
    assert len(place.found("How many hives?")) == 3


def test_a_second_sync_waits_and_says_when_the_first_does_not_end(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.sync.LOCK_SECONDS", 0.05)
    place.home.mkdir()
    with FileLock(place.home / "sync.lock"), pytest.raises(StateUnavailable, match="another sync"):
        place.sync()
    assert len(place.sync().added) == 3


def test_only_the_current_generation_and_the_one_before_are_kept(
    synced: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.generation.GRACE_SECONDS", 0)
    for number in range(3):
        synced.sync(bees=f"The beekeepers keep {number} hives.")
    assert synced.names() == ["000003", "000004"]


def test_a_generation_that_a_question_may_still_use_is_kept_for_a_while(synced: Place) -> None:
    for number in range(3):
        synced.sync(bees=f"The beekeepers keep {number} hives.")
    assert synced.names() == ["000001", "000002", "000003", "000004"]


def test_an_open_generation_answers_while_the_next_is_published(synced: Place) -> None:
    old = HybridRetriever(generation=synced.current(), embeddings=synced.embeddings)
    old.retrieve("hives")
    synced.sync(bees="No hives are left.")
    assert FILES["bees.txt"] in [ranked.passage.text for ranked in old.retrieve("How many hives?")]
    assert FILES["bees.txt"] not in synced.found("How many hives?")


def test_documents_are_listed_in_the_order_of_folders_and_names(synced: Place, tmp_path: Path) -> None:
    extra = write_files(tmp_path / "extra", {"aardvark.txt": "An animal."})
    sync([synced.corpus, extra], synced.home, synced.embeddings)
    assert [d.id for d in synced.current().documents.documents(Audience.PUBLIC)] == [
        "bees",
        "boats",
        "bread",
        "aardvark",
    ]


def test_documents_of_one_word_and_of_headings_only_are_taken(place: Place) -> None:
    write_files(place.corpus, {"only-a-heading.md": "# Frailty\n"})
    report = place.sync(word="Frailty")
    assert {"word", "only-a-heading"} <= set(report.added)
    assert "Frailty" in place.found("Frailty")


def test_a_corpus_without_any_passage_can_be_indexed_and_asked(tmp_path: Path, embeddings: MiniLMEmbeddings) -> None:
    place = Place(tmp_path, embeddings)
    for name in FILES:
        (place.corpus / name).unlink()
    write_files(place.corpus, {"only-a-heading.md": "# Frailty\n"})
    assert place.sync().added == ("only-a-heading",)
    assert place.found("What is frailty?") == []


def test_a_file_name_that_is_not_utf8_does_not_stop_the_others(place: Place) -> None:
    Path(os.fsdecode(os.fsencode(place.corpus) + b"/caf\xe9.txt")).write_text("The café opens at nine.")
    report = place.sync()
    assert {"bees", "boats", "bread"} <= set(report.added)
    assert len(report.added) + len(report.rejected) == 4


def test_progress_tells_what_is_done_of_how_much(place: Place) -> None:
    steps: list[tuple[str, int, int]] = []
    sync([place.corpus], place.home, place.embeddings, progress=lambda *step: steps.append(step))
    for stage in ("reading", "embedding"):
        mine = [step for step in steps if step[0] == stage]
        assert mine[0][1] == 0
        assert mine[-1] == (stage, 3, 3)
        assert [done for _, done, _ in mine] == sorted(done for _, done, _ in mine)
