"""Replies become escaped HTML whose citation numbers and sources point at each other."""

from __future__ import annotations

import re
from html import unescape

import pytest

from assistant.answer import Abstention, Answer, NearDocument, Reason, Stage, Statement
from corpus.glossary import Glossary
from tests.ui.scripted import GLOSSARY, make_abstention, make_answer, make_citation
from ui.address import MOST_MARKED, document_address, public_address
from ui.conversation import Turn
from ui.evidence import mark_range, render_source, render_sources, shorten
from ui.glossary import Words
from ui.records.feedback import Verdict
from ui.render import announce, render_abstention, render_answer, render_conversation

NO_WORDS = Words(Glossary(), "1")

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "[click](javascript:alert(1))",
    "$\\frac{1}{2}$ and $$x$$ `code` **bold**",
    "${alert(1)} {{constructor.constructor('alert(1)')()}}",
]


@pytest.mark.parametrize("question", HOSTILE)
def test_a_question_is_shown_as_the_text_that_was_typed(question: str) -> None:
    html = render_conversation((Turn(question),))
    shown = re.search(r"</span>(.*?)</h2>", html, re.DOTALL)
    assert shown is not None
    assert "<" not in shown.group(1)
    assert unescape(shown.group(1)) == question


def test_no_text_of_a_source_becomes_markup() -> None:
    citation = make_citation(title="<b>t</b>", period="<b>p</b>", section='"<b>s</b>', source="https://x.org/?a=<b>")
    assert "<b>" not in render_source(citation, 1, {})
    assert "<i>" not in render_answer(make_answer(), 1, NO_WORDS, {})
    assert "<script" not in render_abstention(make_abstention(), NO_WORDS, {})


def test_each_citation_number_opens_its_words_and_its_source_leads_back() -> None:
    turns = (Turn("first?", make_answer(1)), Turn("second?", make_answer(2)))
    answers, sources = render_conversation(turns), render_sources(turns)
    for place in ("1-1", "2-1", "2-2"):
        assert re.search(rf'id="citation-{place}" href="/documents/overview\?start=\d+&amp;end=\d+', answers)
        assert f'id="source-{place}"' in sources
        assert f'href="#citation-{place}"' in sources


def test_a_citation_used_twice_has_one_id_and_two_buttons() -> None:
    answer = Answer((Statement("One.", (1,)), Statement("Two.", (1,))), (make_citation(1),))
    html = render_answer(answer, 1, NO_WORDS, {})
    assert html.count('id="citation-1-1"') == 1
    assert html.count('class="citation"') == 2


def test_a_citation_is_named_for_screen_readers_and_its_card_quotes() -> None:
    html = render_answer(make_answer(), 1, NO_WORDS, {})
    assert 'aria-label="Source 1: The &quot;&lt;overview&gt;&quot;, 2017-18, Partners › Councils (opens' in html
    assert "<q>Cited words here.</q>" in html


def test_every_link_into_a_document_marks_all_that_the_conversation_cites_from_it() -> None:
    elsewhere = make_citation(2, start=5, end=8, document_id="other")
    first = Answer((Statement("One.", (1,)), Statement("Two.", (2,))), (make_citation(1), elsewhere))
    later = Answer((Statement("Three.", (1,)),), (make_citation(1, start=3, end=9),))
    near = Abstention(Reason.NOTHING_FOUND, "No.", (NearDocument("overview", "Overview", "", ""),))
    turns = (Turn("a", first), Turn("b", later), Turn("c", near))
    cited = make_citation()
    both = f"{cited.start}-{cited.end}_3-9"
    for html in (render_conversation(turns), render_sources(turns)):
        assert f"start={cited.start}&amp;end={cited.end}&amp;also=3-9#cited" in html
        assert f"start=3&amp;end=9&amp;also={cited.start}-{cited.end}#cited" in html
        assert "/documents/other?start=5&amp;end=8#cited" in html
    assert f'href="/documents/overview?also={both}"' in render_conversation(turns)


def test_of_very_many_cited_sentences_the_latest_are_marked() -> None:
    places = [(number, number + 1) for number in range(100)]
    address = document_address("d", 0, 1, also=places)
    assert address.endswith("_99-100#cited")
    assert address.count("_") == MOST_MARKED - 1


def test_the_sources_of_the_latest_answer_come_first() -> None:
    sources = render_sources((Turn("a", make_answer()), Turn("b", make_abstention()), Turn("c", make_answer())))
    assert sources.index("source-3-1") < sources.index("source-1-1")
    assert "source-2" not in sources


def test_the_quoted_sentence_alone_is_marked_in_its_passage() -> None:
    html = render_source(make_citation(), 1, {})
    assert "First words &amp; more. <mark>Cited words here.</mark> Last words." in html


def test_a_source_leads_to_the_sentence_in_the_document() -> None:
    citation = make_citation()
    assert f"/documents/overview?start={citation.start}&amp;end={citation.end}#cited" in render_source(citation, 1, {})


@pytest.mark.parametrize(
    "source", ["javascript:alert(1)", "data:text/html,x", "", "ftp://x", "//x.org", "http://", "https://[x"]
)
def test_only_web_addresses_are_linked(source: str) -> None:
    assert public_address(source) is None
    assert "Public source" not in render_source(make_citation(source=source), 1, {})


def test_a_public_source_opens_without_handing_over_the_page() -> None:
    html = render_source(make_citation(), 1, {})
    assert 'href="https://example.org/overview" target="_blank" rel="noopener noreferrer"' in html


def test_document_ids_are_quoted_in_addresses() -> None:
    assert document_address("a/../b?c#d", 1, 2) == "/documents/a%2F..%2Fb%3Fc%23d?start=1&end=2#cited"


def test_an_answer_that_is_still_written_shows_its_stage_and_no_buttons() -> None:
    html = render_conversation((Turn("a", make_answer(2)),), stage=Stage.CHECKING)
    assert html.count('class="statement"') == 2
    assert "Checking what was written" in html
    assert "data-action" not in html


def test_acronyms_are_explained_once_and_not_where_the_text_explains_them() -> None:
    words = Words(GLOSSARY, "1")
    assert "A way &lt;to&gt; improve." in words.mark("More QI <now>.")
    assert "<now>" not in words.mark("<now>")
    assert words.mark("QI again") == "QI again"
    assert Words(GLOSSARY, "2").mark("QI (quality improvement)") == "QI (quality improvement)"
    assert "abbr" not in Words(GLOSSARY, "3").mark("QIX, e-QI and aQI")


@pytest.mark.parametrize("verdict", list(Verdict))
def test_an_opinion_that_was_given_is_thanked_for_and_not_asked_again(verdict: Verdict) -> None:
    html = render_conversation((Turn("a", make_answer(), verdict=verdict),))
    assert 'class="thanks"' in html
    assert f'data-action="{verdict}"' not in html


def test_an_abstention_can_be_told_to_the_team() -> None:
    html = render_conversation((Turn("a", make_abstention()),))
    assert 'data-action="tell_team" data-turn="1"' in html
    assert "data-copy" not in html


def test_an_abstention_says_why_and_lists_the_nearest_documents() -> None:
    html = render_abstention(make_abstention(), NO_WORDS, {})
    assert "The documents do not say &lt;how much&gt;." in html
    assert 'href="/documents/near%20%26%20far"' in html
    assert 'class="answer"' not in html


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_heading(reason: Reason) -> None:
    assert 'class="verdict"' in render_abstention(Abstention(reason, "Why."), NO_WORDS, {})


def test_a_pending_reply_says_that_it_is_being_looked_for() -> None:
    assert "Looking in the documents" in render_conversation((Turn("q"),))


def test_the_page_facts_of_a_source_leave_out_what_is_not_known() -> None:
    assert "Page" not in render_source(make_citation(), 1, {})
    assert "<dt>Page</dt><dd>&lt;7&gt;</dd>" in render_source(make_citation(page="<7>"), 1, {})
    assert "Section" not in render_source(make_citation(section=""), 1, {})


def test_mark_range_escapes_all_three_parts() -> None:
    assert mark_range("<a>&<b>", 3, 4) == "&lt;a&gt;<mark>&amp;</mark>&lt;b&gt;"
    assert mark_range("<a>", 1, 1) == "&lt;a&gt;"


def test_what_is_announced_is_plain_text() -> None:
    assert announce(make_answer(2)) == "Answer from 2 sources: Statement 1 <i>. Statement 2 <i>."
    assert announce(make_abstention()).startswith("No answer found. ")


def test_long_questions_are_shortened_at_a_word() -> None:
    assert shorten("word " * 40) == ("word " * 18).strip() + "…"
    assert shorten("x" * 200, limit=10) == "x" * 10 + "…"
