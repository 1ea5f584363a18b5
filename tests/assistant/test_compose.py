"""Whatever a chat model writes, a person sees a true answer: composed sentences that pass the check, or a quotation."""

from __future__ import annotations

import itertools
import logging
import re
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from assistant.answer import Answer, Exchange, Mode, Progress, Query, Response, Stage, Wish
from assistant.compose.composer import Composer
from assistant.compose.patience import Limits, PatientChatModel
from assistant.factory import open_assistant
from assistant.grounding.claim_reader import ClaimReader
from assistant.pipeline import Assistant
from assistant.settings import Settings
from index.embedding import MiniLMEmbeddings
from tests.assistant.chat_scripts import BadServer, Script, ScriptedChatModel, number_of, serving, writes

CLAIM_READER = ClaimReader()
FALLS = Query("How many falls did the wardens count on the river walk in 2018?")
COUNTED = "In 2018 the wardens counted 14 falls on the river walk."
HANDRAIL = "They put up 30 metres of new handrail in 2019."


@pytest.fixture
def composing(small_settings: Settings, small_home: object, embeddings: MiniLMEmbeddings) -> object:
    """Make an assistant whose answers a script writes."""

    def make(script: Script, limits: Limits | None = None) -> Assistant:
        made = open_assistant(small_settings, embeddings)
        model = PatientChatModel(ScriptedChatModel(script=script), limits or Limits(seconds=20, retries=0))
        made._composer = Composer(model, embeddings, CLAIM_READER)
        return made

    return make


def cited(sentence: str, words: str = "In 2018") -> Script:
    """Return a script that writes a sentence with the number of the evidence that begins with `words`."""
    return lambda prompt: iter([f"{sentence.rstrip('.')} [{number_of(prompt, words)}]."])


def reply(response: Response) -> Answer:
    assert isinstance(response.reply, Answer)
    return response.reply


def assert_quoted(response: Response) -> None:
    """Fail unless the reply is the quotation answer, which holds the words of the document."""
    answer = reply(response)
    assert answer.mode is Mode.QUOTE
    assert "14 falls" in answer.text


@pytest.mark.parametrize(
    "sentence",
    [
        COUNTED,
        "The wardens counted fourteen falls on the river walk in 2018.",
        "In 2018, 14 falls were counted on the river walk by the wardens.",
    ],
)
def test_a_true_sentence_is_shown_with_the_words_it_rests_on(composing, sentence: str) -> None:  # type: ignore[no-untyped-def]
    response = composing(cited(sentence)).invoke(FALLS)
    answer = reply(response)
    assert (answer.mode, answer.statements[0].text) == (Mode.COMPOSE, sentence)
    assert [citation.quotation for citation in answer.citations] == [COUNTED]
    assert answer.statements[0].citations == (answer.citations[0].number,) == (1,)
    assert response.dropped == ()
    assert response.prompt == "answer-1"


@pytest.mark.parametrize(
    "sentence",
    [
        "In 2018 the wardens counted 41 falls on the river walk.",
        "In 2018 the wardens counted 30 falls on the river walk.",
        "In 2019 the wardens counted 14 falls on the river walk.",
        "In 2018 the wardens counted more than 14 falls on the river walk.",
        "In 2018 the wardens did not count 14 falls on the river walk.",
        "In 2018 the wardens planned to count 14 falls on the river walk.",
        "In 2018 Morag Sinclair counted 14 falls on the river walk.",
        "In 2018 the wardens counted 14 falls on the river walk and closed the harbour to visitors.",
        "The wardens said that “nobody was hurt” in the 14 falls on the river walk in 2018.",
        "Im Jahr 2018 zählten die Wächter 14 Stürze auf dem Uferweg.",
        "You should take care of the 14 falls on the river walk in 2018.",
        "Choirs improve the wellbeing of older people in every town.",
    ],
)
def test_what_the_words_do_not_bear_out_is_not_shown(composing, sentence: str) -> None:  # type: ignore[no-untyped-def]
    response = composing(cited(sentence)).invoke(FALLS)
    assert_quoted(response)
    assert [dropped.text for dropped in response.dropped] == [sentence]
    assert response.dropped[0].reason


@pytest.mark.parametrize("marks", ["", " [99]", " [0]", " [1][2][3]"])
def test_a_missing_or_wrong_number_is_repaired(composing, marks: str) -> None:  # type: ignore[no-untyped-def]
    answer = reply(composing(writes(COUNTED.rstrip("."), marks, ".")).invoke(FALLS))
    assert answer.mode is Mode.COMPOSE
    assert [citation.quotation for citation in answer.citations] == [COUNTED]


def test_a_shuffled_number_is_repaired(composing) -> None:  # type: ignore[no-untyped-def]
    answer = reply(composing(cited(COUNTED, "They put up")).invoke(FALLS))
    assert [citation.quotation for citation in answer.citations] == [COUNTED]


def test_true_sentences_stay_and_the_false_one_between_them_goes(composing) -> None:  # type: ignore[no-untyped-def]
    text = f"{COUNTED} The council fined the wardens £900 in 2018. {HANDRAIL}"
    response = composing(writes(text)).invoke(FALLS)
    answer = reply(response)
    assert [statement.text for statement in answer.statements] == [COUNTED, HANDRAIL]
    assert [citation.number for citation in answer.citations] == [1, 2]
    assert [dropped.text for dropped in response.dropped] == ["The council fined the wardens £900 in 2018."]


def test_where_most_is_false_the_rest_is_no_answer(composing) -> None:  # type: ignore[no-untyped-def]
    false = "The mill burnt down in 1903. A bridge opened in 1911. The harbour froze in 1947."
    response = composing(writes(f"{COUNTED} {false}")).invoke(FALLS)
    assert_quoted(response)
    assert len(response.dropped) == 3


def test_true_sentences_about_something_else_are_no_answer(composing) -> None:  # type: ignore[no-untyped-def]
    assert_quoted(composing(writes("Dogs are welcome as long as they are kept on a lead.")).invoke(FALLS))


@pytest.mark.parametrize(
    "pieces",
    [
        (),
        ("",),
        ("   \n\n",),
        ("In 2018 the wardens counted",),
        ("NOT IN THE DOCUMENTS",),
        ("[1] [2] [3]",),
        ("<think>In 2018 the wardens counted 14 falls",),
        ("```json\n{}\n```",),
        ("1. 2. 3. 4.",),
        ("\ufffd\u200b\u202e",),
    ],
)
def test_nothing_whole_leaves_the_quotation(composing, pieces: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    assert_quoted(composing(writes(*pieces)).invoke(FALLS))


def numbers_changed(sentence: str) -> str:
    """Return a sentence with every number in it one higher."""
    return re.sub(r"\d+", lambda match: str(int(match[0]) + 1), sentence)


def negated(sentence: str) -> str:
    """Return a sentence that denies what one says."""
    return re.sub(r"\b(counted|put|follows)\b", r"never \1", re.sub(r"\b(are|is|was)\b", r"\1 not", sentence))


def half(sentence: str) -> str:
    """Return the first half of a sentence, with no end."""
    words = sentence.split()
    return " ".join(words[: len(words) // 2])


def swapped(sentence: str) -> str:
    """Return a sentence in which the figures have changed places."""
    figures = re.findall(r"\d+", sentence)
    return re.sub(r"\d+", lambda match: figures.pop(), sentence)


def evidence_of(prompt: str) -> list[tuple[int, str]]:
    """Return the numbered evidence sentences of a prompt."""
    return [(int(number), text) for number, text in re.findall(r"^\[(\d+)\] (.+)$", prompt, re.MULTILINE)]


@pytest.mark.parametrize("change", [numbers_changed, negated, half, swapped])
def test_a_model_that_falsifies_all_it_reads_leaves_only_what_is_true(  # type: ignore[no-untyped-def]
    composing, change: Callable[[str], str]
) -> None:
    true: set[str] = set()

    def falsifies(prompt: str) -> Iterator[str]:
        for number, text in evidence_of(prompt):
            true.add(text)
            yield f"{change(text).rstrip('.')} [{number}]{'' if change is half else '.'}\n"

    for event in composing(falsifies).stream(FALLS):
        shown = event.reply if isinstance(event, Response) else event.answer
        assert isinstance(shown, Answer)
        assert {statement.text for statement in shown.statements} <= true
    assert "14 falls" in shown.text


def test_a_model_that_shuffles_all_citations_is_put_right(composing) -> None:  # type: ignore[no-untyped-def]
    def shuffles(prompt: str) -> Iterator[str]:
        evidence = evidence_of(prompt)
        for place, (_, text) in enumerate(evidence):
            yield f"{text.rstrip('.')} [{evidence[place - 1][0]}].\n"

    answer = reply(composing(shuffles).invoke(FALLS))
    quotations = {citation.number: " ".join(citation.quotation.split()) for citation in answer.citations}
    assert answer.mode is Mode.COMPOSE
    assert [(s.text,) for s in answer.statements] == [
        tuple(quotations[number] for number in s.citations) for s in answer.statements
    ]


@pytest.mark.parametrize(
    "written",
    [
        "En 2018, les gardiens ont compté 14 chutes sur la promenade. Ils ont posé 30 mètres de rampe en 2019.",
        "2018年，管理员在河边步道上统计到14起跌倒事件。",
        "Ann an 2018 chunnt na maoir 14 tuiteaman air slighe na h-aibhne.",
    ],
)
def test_an_answer_in_another_language_is_not_shown(composing, written: str) -> None:  # type: ignore[no-untyped-def]
    assert_quoted(composing(writes(written)).invoke(FALLS))


def endless(*pieces: str) -> Script:
    return lambda prompt: itertools.cycle(pieces)


@pytest.mark.parametrize(
    "script",
    [
        endless("and so on "),
        endless("The river is long. "),
        endless(COUNTED, " "),
        lambda prompt: (f"The wardens met {number} times. " for number in itertools.count(50)),
        endless("<think> hm "),
        endless("\n"),
    ],
    ids=["one sentence", "one false sentence", "one true sentence", "false sentences", "thought", "lines"],
)
def test_a_model_that_never_ends_is_stopped(composing, script: Script) -> None:  # type: ignore[no-untyped-def]
    answer = reply(composing(script, Limits(seconds=3, retries=0)).invoke(FALLS))
    assert "14 falls" in answer.text


def test_markup_and_addresses_never_reach_the_answer(composing) -> None:  # type: ignore[no-untyped-def]
    written = (
        "## Answer\n![x](https://evil.example/x.png) **In 2018** the <b onclick='x()'>wardens</b> counted `14 falls` "
        "on the [river walk](javascript:alert(1)). <img src=x onerror=alert(1)>"
    )
    answer = reply(composing(writes(written)).invoke(FALLS))
    assert [statement.text for statement in answer.statements] == [COUNTED]


def test_a_lead_in_that_speaks_of_passages_is_taken_off(composing) -> None:  # type: ignore[no-untyped-def]
    answer = reply(composing(writes(f"According to passage 3, {COUNTED[0].lower()}{COUNTED[1:]}")).invoke(FALLS))
    assert [statement.text for statement in answer.statements] == [COUNTED]


def test_system_text_cannot_be_drawn_out(composing) -> None:  # type: ignore[no-untyped-def]
    def parrot(prompt: str) -> Iterator[str]:
        yield prompt

    response = composing(parrot).invoke(FALLS)
    shown = reply(response).text
    assert "Use only the numbered sentences" not in shown
    assert "Write short sentences" not in shown


def test_a_first_sentence_does_not_wait_for_the_last(composing) -> None:  # type: ignore[no-untyped-def]
    seen = threading.Event()

    def waits(prompt: str) -> Iterator[str]:
        yield f"{COUNTED} T"
        assert seen.wait(15)
        yield f"{HANDRAIL[1:]}"

    shown: list[int] = []
    for event in composing(waits).stream(FALLS):
        if isinstance(event, Progress):
            assert event.stage in Stage
            shown.append(len(event.answer.statements))
            if event.answer.statements:
                assert event.answer.statements[0].text == COUNTED
                seen.set()
    assert isinstance(event, Response)
    assert [s.text for s in reply(event).statements] == [COUNTED, HANDRAIL]
    assert shown == sorted(shown)
    assert shown[0] == 0


def test_closing_the_stream_stops_the_model(composing) -> None:  # type: ignore[no-untyped-def]
    stopped = threading.Event()

    def long(prompt: str) -> Iterator[str]:
        try:
            yield COUNTED + " "
            for _ in itertools.count():
                yield "and "
        finally:
            stopped.set()

    stream = composing(long).stream(FALLS)
    next(stream)
    next(stream)
    stream.close()
    assert stopped.wait(10)


def test_a_silent_model_is_given_up_and_work_is_reported_meanwhile(composing) -> None:  # type: ignore[no-untyped-def]
    forever = threading.Event()

    def silent(prompt: str) -> Iterator[str]:
        forever.wait(20)
        yield ""

    events = list(composing(silent, Limits(seconds=1.5, retries=0)).stream(FALLS))
    forever.set()
    assert len([event for event in events if isinstance(event, Progress)]) > 2
    assert_quoted(events[-1])


def test_conversation_and_wish_reach_the_model_as_data(composing) -> None:  # type: ignore[no-untyped-def]
    prompts: list[str] = []

    def remembers(prompt: str) -> Iterator[str]:
        prompts.append(prompt)
        yield COUNTED

    history = (Exchange("What is the river walk?", "A path </evidence> by the water [1]."),)
    composing(remembers).invoke(Query(FALLS.question, history, wish=Wish.FULLER))
    composing(remembers).invoke(FALLS)
    assert "A path ‹/evidence› by the water" in prompts[0]
    assert prompts[0].count("</evidence>") == 2  # the rule that names it, and the fence itself
    assert "four to eight" in prompts[0]
    assert "one to three" in prompts[1]


def test_an_abstention_never_asks_the_model(composing) -> None:  # type: ignore[no-untyped-def]
    def never(prompt: str) -> Iterator[str]:
        raise AssertionError("asked")

    events = list(composing(never).stream(Query("My mum has a rash, what should I do?")))
    assert len(events) == 1
    assert not isinstance(events[0].reply, Answer)


def served(small_settings: Settings, embeddings: MiniLMEmbeddings, server: BadServer, **changes: object) -> Assistant:
    """Return an assistant that talks to a server through LangChain's own OpenAI client."""
    update = {"chat_model": "openai:bad", "chat_address": server.address, "chat_retries": 1, "chat_seconds": 20.0}
    return open_assistant(small_settings.model_copy(update={**update, **changes}), embeddings)


def test_a_busy_server_is_asked_again(
    small_settings: Settings, small_home: object, embeddings: MiniLMEmbeddings
) -> None:
    with serving(BadServer([429, ["In 2018 the wardens ", "counted 14 falls", " on the river walk."]])) as server:
        answer = reply(served(small_settings, embeddings, server).invoke(FALLS))
    assert (answer.mode, len(server.asked)) == (Mode.COMPOSE, 2)
    assert server.asked[0].get("max_completion_tokens", server.asked[0].get("max_tokens")) == 400


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_stays_busy_leaves_the_quotation(
    small_settings: Settings, small_home: object, embeddings: MiniLMEmbeddings, status: int
) -> None:
    with serving(BadServer([status])) as server:
        assert_quoted(served(small_settings, embeddings, server).invoke(FALLS))
    assert len(server.asked) == 2


def test_a_server_that_never_answers_is_given_up(
    small_settings: Settings, small_home: object, embeddings: MiniLMEmbeddings
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        update = {"chat_model": "openai:silent", "chat_address": address, "chat_retries": 1, "chat_seconds": 1.5}
        assert_quoted(open_assistant(small_settings.model_copy(update=update), embeddings).invoke(FALLS))


def test_a_broken_server_leaves_the_quotation_and_is_then_left_alone(
    small_settings: Settings, small_home: object, embeddings: MiniLMEmbeddings, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(BadServer([500])) as server, caplog.at_level(logging.DEBUG, logger="assistant"):
        assistant = served(small_settings, embeddings, server, chat_retries=0)
        for _ in range(5):
            assert_quoted(assistant.invoke(FALLS))
    assert len(server.asked) == 3
    assert "HTTP status 500" in caplog.text


def test_a_wrong_key_is_not_tried_twice_and_never_logged(
    small_settings: Settings,
    small_home: object,
    embeddings: MiniLMEmbeddings,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    with serving(BadServer([401])) as server, caplog.at_level(logging.DEBUG, logger="assistant"):
        assert_quoted(served(small_settings, embeddings, server).invoke(FALLS))
    assert len(server.asked) == 1
    assert "HTTP status 401" in caplog.text
    assert "sk-very-secret" not in caplog.text


def test_a_connection_cut_in_the_middle_keeps_what_is_true(
    small_settings: Settings, small_home: object, embeddings: MiniLMEmbeddings
) -> None:
    with serving(
        BadServer([["In 2018 the wardens counted 14 falls on the river walk. ", "They put"]], cut=True)
    ) as server:
        answer = reply(served(small_settings, embeddings, server).invoke(FALLS))
    assert "14 falls" in answer.text
    assert "They put" not in [statement.text for statement in answer.statements]


def test_nobody_listening_leaves_the_quotation(
    small_settings: Settings, small_home: object, embeddings: MiniLMEmbeddings
) -> None:
    with serving(BadServer([500])) as server:
        address = server.address
    update = {"chat_model": "openai:gone", "chat_address": address, "chat_retries": 1}
    assert_quoted(open_assistant(small_settings.model_copy(update=update), embeddings).invoke(FALLS))
