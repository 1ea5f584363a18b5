"""What a person can do with a reply, as escaped HTML: copy, ask again, change, print, and say what they think.

The buttons carry `data-` attributes that static/chat.js acts on; nothing here runs by itself.
"""

from __future__ import annotations

from html import escape

from assistant.answer import Abstention
from ui.conversation import Turn
from ui.export import as_html, as_markdown, as_text, has_answer
from ui.records.feedback import Verdict

REASONS = {
    "not_answered": "It does not answer my question",
    "out_of_date": "It is out of date",
    "hard": "It is hard to understand",
    "wrong_source": "The source is not the right one",
}
"""What can be wrong with an answer, by the name under which it is kept."""

THANKS = {
    Verdict.HELPFUL: "Thank you. Good to know that this helped.",
    Verdict.NOT_HELPFUL: "Thank you. The team will look at this answer.",
    Verdict.TELL_TEAM: "Thank you. The team that keeps the documents will see this question.",
}


def render_actions(turn: Turn, number: int) -> str:
    """Return the row of buttons under a reply."""
    copied = _copying(turn, number) if has_answer(turn) else ""
    buttons = "".join(
        f'<button type="button" id="{action}-{number}" data-action="{action}" data-turn="{number}">{name}</button>'
        for action, name in (("retry", "Ask again"), ("edit", "Edit question"), ("print", "Print"))
    )
    return (
        f'<div class="actions" role="group" aria-label="Use reply {number}">{copied}{buttons}</div>'
        f"{_opinion(turn, number)}"
    )


def _copying(turn: Turn, number: int) -> str:
    formats = (
        ("text", "as text", as_text(turn)),
        ("markdown", "as Markdown", as_markdown(turn)),
        ("html", "for Word", as_html(turn)),
    )
    buttons = "".join(
        f'<button type="button" id="copy-{kind}-{number}" data-copy="{kind}" data-content="{escape(content)}">'
        f'<span class="visually-hidden">Copy </span>{name}</button>'
        for kind, name, content in formats
    )
    return f'<span class="copying"><span aria-hidden="true">Copy:</span>{buttons}</span>'


def _opinion(turn: Turn, number: int) -> str:
    if turn.verdict is not None:
        return f'<p class="thanks">{THANKS[turn.verdict]}</p>'
    if isinstance(turn.reply, Abstention):
        return (
            f'<p class="opinion">Should the documents answer this? <button type="button" id="tell-{number}" '
            f'data-action="{Verdict.TELL_TEAM}" data-turn="{number}">Tell the team</button></p>'
        )
    boxes = "".join(
        f'<div><input type="checkbox" id="{name}-{number}" name="reason" value="{name}">'
        f'<label for="{name}-{number}">{said}</label></div>'
        for name, said in REASONS.items()
    )
    return (
        f'<div class="opinion" role="group" aria-label="Did reply {number} help?"><span>Did this help?</span>'
        f'<button type="button" id="helpful-{number}" data-action="{Verdict.HELPFUL}" data-turn="{number}" '
        f'aria-label="Yes, this helped">Yes</button>'
        f'<button type="button" id="unhelpful-{number}" data-open="opinion-{number}" aria-expanded="false" '
        f'aria-controls="opinion-{number}" aria-label="No, this did not help">No</button></div>'
        f'<form class="opinion-form" id="opinion-{number}" hidden data-action="{Verdict.NOT_HELPFUL}" '
        f'data-turn="{number}"><fieldset><legend>What is wrong?</legend>{boxes}</fieldset>'
        f'<label for="comment-{number}">Anything else? Please do not name people.</label>'
        f'<textarea id="comment-{number}" name="comment" rows="2" maxlength="2000"></textarea>'
        f'<button type="submit">Send</button></form>'
    )
