"""Finding passages for a question in what one person may read, over real indexes."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answer import Exchange, Filters, Query
from assistant.factory import open_assistant
from assistant.finder import Finder
from assistant.pipeline import Assistant
from assistant.question import QuestionRejected
from assistant.settings import Settings
from corpus.document import Audience
from corpus.glossary import Glossary
from index.embedding import MiniLMEmbeddings
from index.generation import Generation, Generations
from index.search import Likely
from index.sync import sync
from tests.corpus.making import write_files

CORPUS = {
    "catalogue.toml": """\
[[document]]
file = "green-2017.md"
period = "2017-18"
programme = "Green places"

[[document]]
file = "green-2018.md"
period = "2018-19"
programme = "Green places"

[[document]]
file = "copy.md"

[[document]]
file = "pay.md"
audience = "staff"
""",
    "green-2017.md": """\
# Green places report

The director of Green places is Ruth Glassborow. Volunteers planted 210 trees in the park.

## Aims

Green places has these aims:

- more shade in the school yards of the old town
- quieter streets near the hospital and the care homes
- clean water in the pond behind the town hall
""",
    "green-2018.md": """\
# Green places report

Volunteers planted 345 trees in the park. The Friends of the Pond Society (FOPS) paid for ducks.
""",
    "copy.md": "# Copied\n\nVolunteers planted 345 trees in the park. The Friends of the Pond Society (FOPS) paid.",
    "harbour.md": """\
# Harbour patrol

The harbour patrol is a boat that looks after swimmers. It carries two people.

# Beach guards

The beach guards watch the sand from a tower. Five people take turns.
""",
    "pay.md": "# Pay\n\nThe Quiet Money Fund (QMF) pays Morag Sinclair £900 for the patrol.",
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, embeddings: MiniLMEmbeddings) -> Generation:
    home = tmp_path_factory.mktemp("town-home")
    sync([write_files(tmp_path_factory.mktemp("town"), CORPUS)], home, embeddings)
    generations = Generations(home)
    folder = generations.current_folder()
    assert folder is not None
    return generations.open(folder, embeddings)


@pytest.fixture(scope="module")
def public(town: Generation, embeddings: MiniLMEmbeddings) -> Finder:
    return Finder(town, embeddings, Audience.PUBLIC, Glossary(), 8)


@pytest.fixture(scope="module")
def staff(town: Generation, embeddings: MiniLMEmbeddings) -> Finder:
    return Finder(town, embeddings, Audience.STAFF, Glossary(), 8)


def texts(finder: Finder, question: str, filters: Filters = Filters()) -> list[str]:  # noqa: B008 - frozen
    return [found.passage.text for found in finder.find(question, filters)]


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("How many trees were planted in 2017-18?", "210"),
        ("How many trees were planted in 2018/19?", "345"),
    ],
)
def test_the_period_of_a_question_puts_its_document_first_and_hides_none(
    public: Finder, question: str, number: str
) -> None:
    found = texts(public, question)
    assert number in found[0]
    assert any("210" in text for text in found)
    assert any("345" in text for text in found)


def test_a_filter_that_was_picked_leaves_nothing_else(public: Finder) -> None:
    for filters in (Filters(documents=("green-2017",)), Filters(programme="Green places", period="2017-18")):
        found = public.find("How many trees were planted in 2018-19?", Filters(documents=("green-2017",)))
        assert {one.passage.document_id for one in found} == {"green-2017"}
        assert "210" in texts(public, "Who planted trees?", filters)[0]
    assert (
        texts(public, "How many trees were planted?", Filters(documents=("harbour",), programme="Green places")) == []
    )


def test_a_filter_opens_nothing_that_a_person_may_not_read(public: Finder, staff: Finder) -> None:
    pay = Filters(documents=("pay",))
    assert texts(public, "What does the Quiet Money Fund pay?", pay) == []
    assert "£900" in texts(staff, "What does the Quiet Money Fund pay?", pay)[0]


def likely(sentence: str, embeddings: MiniLMEmbeddings) -> Likely:
    vector = tuple(embeddings.embed_query(sentence))
    return Likely(vector, lambda passage: any(one.text == sentence for one in passage.sentences))


def test_the_passage_of_a_likely_sentence_is_found_whatever_the_question(
    town: Generation, embeddings: MiniLMEmbeddings
) -> None:
    few = Finder(town, embeddings, Audience.PUBLIC, Glossary(), 2)
    question, wanted = "How many trees were planted in the park?", "It carries two people."
    assert not any(wanted in text for text in texts(few, question))
    first = few.find(question, Filters())[0].score
    carried = likely(wanted, embeddings)
    found = few.find("Who gets a ride?", Filters(), [carried])
    assert wanted in found[0].passage.text
    assert few.find(question, Filters(), [carried])[0].score == first
    other = Likely(carried.vector, lambda passage: False)
    assert few.find(question, Filters(), [other]) == few.find(question, Filters())


def test_a_likely_sentence_opens_nothing_that_a_person_may_not_read(
    public: Finder, staff: Finder, embeddings: MiniLMEmbeddings
) -> None:
    paid = likely("The Quiet Money Fund (QMF) pays Morag Sinclair £900 for the patrol.", embeddings)
    asked = "Who gets money for the boat?"
    assert not any("£900" in found.passage.text for found in public.find(asked, Filters(), [paid]))
    assert any("£900" in found.passage.text for found in staff.find(asked, Filters(), [paid]))
    picked = staff.find(asked, Filters(documents=("harbour",)), [paid])
    assert {found.passage.document_id for found in picked} == {"harbour"}


def test_a_mistyped_name_is_mended_for_those_who_may_read_it(public: Finder, staff: Finder) -> None:
    assert public.mended("Who is Ruth Glasborow?") == "Who is Ruth Glassborow?"
    assert "Glassborow" in texts(public, public.mended("Who is Ruth Glasborow?"))[0]
    assert public.mended("Who is Morag Sinclar?") == "Who is Morag Sinclar?"
    assert staff.mended("Who is Morag Sinclar?") == "Who is Morag Sinclair?"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What does FOPS stand for?", "Friends of the Pond Society"),
        ("What is the harbour patrol?", "is a boat"),
        ("Who is Ruth Glassborow?", "director"),
    ],
)
def test_the_passage_that_defines_comes_first(public: Finder, question: str, words: str) -> None:
    assert words in texts(public, question)[0]


def test_a_definition_of_a_staff_document_reaches_only_staff(public: Finder, staff: Finder) -> None:
    assert not any("Quiet Money" in text for text in texts(public, "What is the QMF?"))
    assert "Quiet Money" in texts(staff, "What is the QMF?")[0]
    assert "QMF" not in str(public._written_out)


def test_both_sides_of_a_comparison_are_found(public: Finder) -> None:
    first = " ".join(texts(public, "Compare the harbour patrol and the beach guards")[:3])
    assert "looks after swimmers" in first
    assert "from a tower" in first


def test_a_list_comes_with_its_lead_in(public: Finder) -> None:
    found = texts(public, "clean water in the pond")
    assert any("these aims:" in text and "clean water" in text and "shade" in text for text in found)


def test_what_two_documents_repeat_is_shown_once(public: Finder) -> None:
    found = public.find("Who paid for the ducks of the Friends of the Pond Society?", Filters())
    assert len({one.passage.text for one in found}) == len(found)


@pytest.mark.parametrize(
    "question",
    [
        "a",
        "the of and",
        "what is the",
        "trees " * 330,
        "and who leads it " * 110,
        "compare " + "a and " * 300,
        '"trees" AND park',
        "trees* NEAR park",
        "-trees +park",
        "title:trees OR :",
        "NEAR(trees, 5)",
        "(((((",
        "trees' OR 1=1; DROP TABLE passages; --",
        "%s %d {0} {question} \\",
        ".* [a-z]+ (?P<x>",
        "كم عدد الأشجار في الحديقة؟",
        "\u202etrees in the park\u202c",
        "树木有多少？",
        "🌳🌳🌳",
        "2017-18",
        "What is ((?",
        "who is ' or ''?",
    ],
)
def test_bad_input_gives_passages_or_none_but_never_an_error(staff: Finder, question: str) -> None:
    found = staff.find(staff.mended(question), Filters())
    assert [one.rank for one in found] == list(range(1, len(found) + 1))


@pytest.mark.parametrize("question", ["\x00", "word " * 5000, "", " \n"])
def test_what_cannot_be_asked_is_refused_in_one_sentence(assistant: Assistant, question: str) -> None:
    with pytest.raises(QuestionRejected):
        assistant.invoke(Query(question))


@pytest.mark.parametrize("question", ["trees\x00park", "‮falls‬ on the river walk", "x" * 2000])
def test_control_characters_and_long_words_are_answered_or_declined(assistant: Assistant, question: str) -> None:
    assert assistant.invoke(Query(question)).reply


@pytest.mark.parametrize(
    "filters", [Filters(documents=("\x00",)), Filters(period="'; --"), Filters(programme="🎉" * 99)]
)
def test_odd_filters_leave_nothing(public: Finder, filters: Filters) -> None:
    assert public.find("trees", filters) == ()


def test_the_correction_is_shown_and_the_question_stays_as_it_was_typed(assistant: Assistant) -> None:
    response = assistant.invoke(Query("When does the harbuor choir practise?"))
    assert response.question == "When does the harbuor choir practise?"
    assert response.standalone_question == "When does the harbour choir practise?"


def test_filters_reach_the_passages_of_an_answer(assistant: Assistant) -> None:
    response = assistant.invoke(Query("How many are there?", filters=Filters(documents=("river-walk",))))
    assert {found.passage.document_id for found in response.passages} == {"river-walk"}


def test_a_rewriter_of_ones_own_is_used(
    small_settings: Settings, small_home: Path, embeddings: MiniLMEmbeddings
) -> None:
    made = open_assistant(small_settings, embeddings)
    own = Assistant(
        Generations(small_home),
        embeddings,
        made._reader,
        glossary=made.glossary,
        answer_threshold=0.5,
        passages=4,
        rewriter=lambda question, history: "When does the choir practise?",
    )
    response = own.invoke(Query("and when?", (Exchange("Who sings?", "The choir."),)))
    assert response.standalone_question == "When does the choir practise?"
    assert response.passages[0].passage.document_id == "choir"
