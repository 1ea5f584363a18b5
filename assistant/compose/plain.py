"""Plain text of what a model writes: no markup, links, images or hidden characters; and the rules of tone."""

from __future__ import annotations

import html
import re
import unicodedata

_IMAGE = re.compile(r"!\[[^\]]*\]\s*(?:\([^)]*\)|\[[^\]]*\])?")
_LINK = re.compile(r"\[([^\]]*)\]\((?:[^()]|\([^()]*\))*\)")
_TAG = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|</?[a-z!?][^<>]*>", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"\b(?:[a-z][a-z0-9+.-]*:(?://|[^\s\w]*[\w%-])|www\.)\S*|\bdata:\S+", re.IGNORECASE)
_SCHEME = re.compile(r"\b(?:https?|ftp|file|javascript|data|mailto|vbscript|tel)\s*:", re.IGNORECASE)
_LINE_MARK = re.compile(r"^\s*(?:#{1,6}\s+|>+\s*|[-*•+]\s+|\d{1,2}[.)]\s+)")
_EMPHASIS = re.compile(r"(\*{1,3}|_{2,3}|`+|~~)(?=\S)(.+?)(?<=\S)\1")
_EMPTY = re.compile(r"\(\s*\)|\[\s*\]")
_LEAD = re.compile(
    r"^(?:(?:according to|based on|as (?:stated|mentioned|described|shown) in|in|from)\s+(?:the\s+)?"
    r"(?:provided\s+|given\s+|above\s+|cited\s+)?(?:evidence|passages?|sentences?|text|context|information|documents?|"
    r"sources?)(?:\s+(?:provided|given|above|number))?(?:\s+\d+)?|(?:the\s+)?answer(?:\s+is)?\s*:|answer\s*:)\s*,?\s*(?=\w)",
    re.IGNORECASE,
)
_MACHINERY = re.compile(
    r"\b(?:evidence (?:sentences?|numbers?|above|provided)|passages? \d+|sentences? \d+|"
    r"provided (?:text|context|evidence)|the (?:text|context) (?:above|provided|says|states)|"
    r"the evidence (?:is|suggests|says|shows|states|indicates)|as an ai|language model|"
    r"my (?:instructions|rules|prompt)|system prompt|these rules|not in the documents)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"(?<![\w’'-])(?:I|I'm|I’m|my|me|myself|[Ww]e|[Oo]ur|us|ours)(?![\w-])")
_SECOND_PERSON = re.compile(r"(?<![\w-])(?:you|your|yours|yourself)(?![\w-])", re.IGNORECASE)
_LEFT_OVER = re.compile(r"[{}\\|^=~]")
"""Characters of code and formulas; no sentence needs them."""

_PART = re.compile(r"^(?:\W*[,;:)\]]|(?:which|whereas|or)\b)|\?[\"”’)]*$", re.IGNORECASE)
"""Where a sentence begins that is only a part of one, and how a question ends; neither states anything."""

LEAST_WORDS = 4
"""Words of a sentence; what is shorter is mostly a name or a title and states nothing."""

_OPINION = re.compile(
    r"\b(?:in my (?:view|opinion)|it is (?:clear|obvious|important to note)|it seems|arguably|fortunately|sadly|"
    r"clearly|undoubtedly|it is worth noting)\b",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"\b(?:patients?|people|anyone|adults|children|mothers|carers)\s+(?:should|must|need to|ought to)\s+(?:not\s+)?"
    r"(?:take|stop|start|avoid|see|ask|call|contact|seek|consult|use|drink|eat)\b|\b(?:consult|see|ask|contact)\s+(?:a|an|the)\s+"
    r"(?:doctor|gp|nurse|pharmacist|health(?:care)? professional)\b|^(?:take|stop taking|do not take|avoid|seek)\b",
    re.IGNORECASE,
)


def plain_text(written: str) -> str:
    """Return one line of plain text: markup is taken off, images and addresses are taken out, nothing is hidden.

    What is left never holds an angle bracket, a scheme such as `https:`, or a character that cannot be seen.
    """
    text = unicodedata.normalize("NFC", html.unescape(html.unescape(written)))
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    text = _TAG.sub(" ", _LINK.sub(r"\1", _IMAGE.sub(" ", text)))
    text = _SCHEME.sub(" ", _ADDRESS.sub(" ", text))
    text = _LINE_MARK.sub("", text).replace("<", " ").replace(">", " ")
    text = _EMPTY.sub(" ", _EMPHASIS.sub(r"\2", text))
    return " ".join(text.replace("**", "").replace("`", "").split())


def without_lead(sentence: str) -> str:
    """Return a sentence without a lead-in such as "According to passage 3,"."""
    rest = _LEAD.sub("", sentence)
    return rest if rest == sentence else rest[:1].upper() + rest[1:]


def unfit(sentence: str, evidence: str) -> str:
    """Return what is wrong with the tone of a sentence, in a few words; empty where nothing is.

    `evidence` is the text of all evidence: "you" may stand where a document has it ("What matters to you?").
    """
    if _LEFT_OVER.search(sentence):
        return "holds markup or code"
    if _PART.search(sentence) or len(sentence.split()) < LEAST_WORDS:
        return "no whole statement"
    if _MACHINERY.search(sentence):
        return "speaks of the machinery"
    asked = {match[0].casefold() for match in _SECOND_PERSON.finditer(sentence)}
    if _FIRST_PERSON.search(sentence) or not all(re.search(rf"\b{word}\b", evidence, re.IGNORECASE) for word in asked):
        return "not in the third person"
    if _ADVICE.search(sentence) and not _ADVICE.search(evidence):
        return "advice on care"
    return "an opinion" if _OPINION.search(sentence) else ""
