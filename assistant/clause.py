"""The parts of a question: what is asked, the auxiliary, the subject and the rest; names, verbs and topics in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.lexicon import (
    ALSO_NOUNS,
    AUXILIARIES,
    BE,
    GENERIC,
    NOT_A_VERB,
    PREPOSITIONS,
    RELATIONAL,
    VERB_WORDS,
    VERBS,
)
from index.analysis import analyse

CLASS = r"(?:portfolio|programme|project|team|network|collaborative|services?|group|unit|board|initiative)"
PROGRAMME = re.compile(
    r"(?:housing|dementia|frailty|mental health|medicines|maternity|primary care|acute(?: adult)?(?: care)?|"
    r"hospital at home|neighbourhood care|pressure ulcers|palliative care|strategic planning|value management|"
    r"living well in communities|evidence and evaluation)$",
    re.IGNORECASE,
)
PLACE = re.compile(
    r"\b(?:NHS )?(?:Aberdeen(?:shire)?|Angus|Argyll and Bute|Ayrshire and Arran|(?:Scottish )?Borders|Clackmannanshire|"
    r"Dumfries and Galloway|Dundee|Edinburgh|England|Europe|Falkirk|Fife|Forth Valley|(?:Greater )?Glasgow"
    r"(?: and Clyde)?|Grampian|Highland|Inverclyde|Ireland|(?:(?:East|West|North|South) )?(?:Lothian|\w+shire)|"
    r"Midlothian|Moray|Orkney|Perth and Kinross|Scotland|Shetland|Stirling|Tayside|the UK|Wales|Western Isles)\b"
)
PERIOD = re.compile(r"\b(?:(?:in|during|since|by|for) )?(?:19|20)\d\d(?: ?(?:-|–|/|to) ?\d{2,4})?\b")
NAME = re.compile(
    r"\bWhat matters to you\b(?:\?['’”\"]? day\b)?|\bihub\b|\b(?!I\b)(?:[A-Z]|e[A-Z])[\w@’'&-]*"
    rf"(?:(?:(?<=[a-z]) (?!in {PLACE.pattern[2:-2]})(?:of|for|and|at|in|on|to|the|with|&))? [A-Z][\w@’'&-]*)*"
)
_PERSON = re.compile(r"\b[A-Z][a-z]+(?: [A-Z]\.)?(?: (?:Mc|Mac|O['’])?[A-Z][a-z]+(?:-[A-Z][a-z]+)?){1,2}\b")
_NOT_A_PERSON = re.compile(rf"{CLASS}|health|care|scotland|hub|nhs|planning|university|report|council", re.IGNORECASE)
_ASKING = re.compile(
    r"^(?:please |can you |could you |do you know |i want to know )*(?:(?:tell|show|give) (?:me|us)(?: some)?"
    r"(?: more)?|describe|explain|compare|name|list)?(?: about)? ?",
    re.IGNORECASE,
)
LEAD = re.compile(
    r"^(?:(?:and|but|so|also|then|ok|okay|thanks|thank you|great|interesting|right|well)\b[\s,.!…]*)+(?=\w)",
    re.IGNORECASE,
)
WH = re.compile(r"^(?:what|who|whom|whose|which|when|where|why|how)(?:['’]s)?$", re.IGNORECASE)
_ADJECTIVE = re.compile(
    r"\w+(?:able|ible|ful|ous|ive|ical|ed|ant)|red|bad|good|big|best|easier|harder|better|old|new|free|safe|long|important|"
    r"difficult|different|popular|traditional|so|also|still|really|not|called|known|like|similar",
    re.IGNORECASE,
)
_HAVE = frozenset(["have", "has", "had"])
"""Auxiliaries that are verbs of their own where no other verb follows: "How many people had dementia?"."""
LONGEST_TOPIC = 120
"""Characters; what is longer would drown the question that it is put into."""
_IRREGULAR = dict(
    re.findall(
        r"(\w+)/(\w+)",
        """
        get/got give/gave take/took make/made have/had do/did run/ran find/found lead/led hold/held build/built
        begin/began become/became come/came go/went see/saw set/set spend/spent win/won bring/brought grow/grew
        fall/fell rise/rose teach/taught meet/met keep/kept send/sent tell/told think/thought know/knew
        choose/chose leave/left write/wrote say/said cut/cut put/put show/showed plan/planned stop/stopped
        drop/dropped pay/paid
        """,
    )
)
_GOAL = re.compile(
    r"\b(?:the |its |their )?(?:[\w-]+ ){0,2}(?:aim|goal|target|objective|ambition)s?\b"
    rf"(?: (?:of|for|to)(?: (?!(?:{'|'.join(PREPOSITIONS)})\b)[\w,.'’-]+)+)?"
)
_GLUE = "\u00a0"
"""Holds the words of a name together while a question is split."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A question in parts, each a tuple of words or names: "How many boards | did | the ihub | work with"."""

    asked: tuple[str, ...]
    auxiliary: str
    subject: tuple[str, ...]
    rest: tuple[str, ...]

    @property
    def noun(self) -> str:
        """Return what is asked for: "boards" in "How many boards" and in "Which boards"; empty where nothing is."""
        small = [word.lower() for word in self.asked]
        if small[:2] in (["how", "many"], ["how", "much"]):
            return " ".join(self.asked[2:])
        return " ".join(self.asked[1:]) if small[:1] in (["which"], ["what"]) else ""


def clause_of(question: str) -> Clause:
    """Return the parts of a question, of the last one where a text holds several; a title is all `subject`."""
    sentences = [s for s in re.split(r"(?<=[?.!])(?<!matters to you\?) +", " ".join(question.split())) if " " in s] or [
        question
    ]
    asked = [s for s in sentences if s.endswith("?")] or sentences
    text = _ASKING.sub("", LEAD.sub("", asked[-1])).rstrip(" ?!.")
    text = re.sub(r"^[\w ]{1,25}, (?=(?:what|who|which|when|where|why|how|is|are|do|does|did)\b)", "", text, flags=re.I)
    text = re.sub(r",? and (?:what|who|which|when|where|why|how)\b.*$", "", text, flags=re.IGNORECASE)
    text = re.sub(r"^(?:what|how) about ", "", text, flags=re.IGNORECASE)
    text = re.sub(r"^(what|who|where|how|when)['’]s\b", r"\1 is", text, flags=re.IGNORECASE)
    first, space, others = text.partition(" ")
    if WH.match(first) or first.lower() in AUXILIARIES:
        text = first + space + NAME.sub(lambda match: match[0].replace(" ", _GLUE), others)
    else:
        text = NAME.sub(lambda match: match[0].replace(" ", _GLUE), text)
    parts = _split(text.split(" "))
    whole = [tuple(word.replace(_GLUE, " ") for word in part) for part in parts]
    return Clause(whole[0], " ".join(whole[1]), whole[2], whole[3])


def _split(words: list[str]) -> tuple[list[str], list[str], list[str], list[str]]:
    """Return the words asked with, the auxiliary, the subject and the rest."""
    auxiliary = next((i for i, word in enumerate(words) if word.lower() in AUXILIARIES), None)
    if not WH.match(words[0]) and auxiliary != 0:
        return [], [], words, []
    first = {"what": 2, "which": 2, "how": 3}.get(words[0].lower(), 1)
    verbs = [i for i, word in enumerate(words) if i >= first and is_verb(word)]
    verb = next((i for i in verbs if not _is_noun_too(words[i]) or words[0].lower() == "who"), None)
    if auxiliary is not None and auxiliary >= first and words[auxiliary] in _HAVE and all(i < auxiliary for i in verbs):
        return words[:auxiliary], [], [], words[auxiliary:]
    if auxiliary is None or (verb is not None and verb < auxiliary):
        if words[0].lower() == "who":
            verb = 1
        verb = verb if verb is not None else (verbs or [len(words)])[0]
        return words[:verb], [], [], words[verb:]
    start = auxiliary + 1
    after_be, defines = words[auxiliary].lower() in BE, words[0].lower() in {"what", "who"} and auxiliary == 1
    end = start + (_after_be(words[start:], defines) if after_be else _after_do(words[start:]))
    return words[:auxiliary], [words[auxiliary]], words[start:end], words[end:]


def _after_do(words: list[str]) -> int:
    """Return how many words the subject has behind "did", "can"...: those before the verb."""
    if words[:1] and words[0].lower() in GENERIC - {"the", "this", "that", "these", "those"}:
        return 1
    verbs = [i for i, word in enumerate(words) if i and (word in {"do", "have", "be"} or is_verb(word))]
    sure = next((i for i in verbs if words[i] in AUXILIARIES | {"be"} or not _is_noun_too(words[i])), None)
    maybe = next((i for i in verbs if i != sure and _is_noun_too(words[i])), None)
    joint = next((i for i, word in enumerate(words) if word.lower() in PREPOSITIONS), len(words))
    if maybe is not None and (sure is None or maybe < joint < sure):
        return maybe
    known = [i for i in (sure, maybe) if i is not None]
    return known[0] if known else max(0, len(words) - 1)


def _after_be(words: list[str], defines: bool) -> int:
    """Return how many words the subject has behind "is", "were"...: those before a participle or an adjective."""
    if words[:1] and words[0].lower() in GENERIC - {"the", "this", "that", "these", "those"}:
        return 1
    for i, word in enumerate(words):
        small, named = word.lower(), words[i - 1][:1].isupper() or words[i - 1] == "ihub"
        participle = re.search(r"(?:ed|ing|wn|lt|ld|de|un|ne|set|put|led|run|ten|ken|ught)$", small) and is_verb(word)
        joined = small in PREPOSITIONS - {"of"} and not defines
        last = i == len(words) - 1 or words[i + 1].lower() in PREPOSITIONS
        if i and (
            participle or joined or small in {"known", "like"} or (named and small in {"a", "an", "the", "part"})
        ):
            return i
        if i and not defines and last and _ADJECTIVE.fullmatch(small):
            return i
    return len(words)


def is_verb(word: str) -> bool:
    """Say whether a word is a form of a verb that we know."""
    if not word[:1].islower() or (NOT_A_VERB.search(word) and word.removesuffix("s") not in VERB_WORDS):
        return False
    return analyse(word)[:1] != [] and analyse(word)[0] in VERBS


def _is_noun_too(word: str) -> bool:
    return bool(ALSO_NOUNS.intersection(analyse(word)[:1]))


def is_going_on(word: str) -> bool:
    """Say whether a word is a verb in its -ing form, as in "is that going up?"."""
    return word.endswith("ing") and is_verb(word) and not _is_noun_too(word)


def is_asked(text: str) -> bool:
    """Say whether a text is a question or a request rather than a remark or a title."""
    start = LEAD.sub("", text).split(" ")[0]
    return "?" in text or bool(WH.match(start)) or start.lower() in AUXILIARIES or _ASKING.sub("", text) != text


def names_in(text: str) -> list[str]:
    """Return the proper names of a text; its first word counts only where its form says so, as in "SPSP"."""
    first, _, others = text.partition(" ")
    if re.search(r"[A-Z@].*[A-Z@]", first):
        return [match[0] for match in NAME.finditer(text)]
    return [match[0] for match in NAME.finditer(others)]


def named(answer: str, question: str) -> str:
    """Return the first name in an answer that its question did not hold, a person if there is one, or nothing."""
    people = [m[0] for m in _PERSON.finditer(answer) if not _NOT_A_PERSON.search(m[0]) and m[0] not in question]
    return (people or [name for name in names_in(answer) if name not in question] or [""])[0]


def is_person(name: str) -> bool:
    """Say whether a name reads like a person's."""
    return bool(_PERSON.fullmatch(name)) and not _NOT_A_PERSON.search(name)


def is_detail(word: str) -> bool:
    """Say whether a noun is always of something, as results and aims are."""
    return bool(set(analyse(word)) & RELATIONAL) and not word.endswith(("ed", "different"))


def is_topic(phrase: str) -> bool:
    """Say whether a phrase can be what later questions refer to."""
    words = phrase.lower().split()
    if re.search(
        r"\b(?:ones?|others?|best|better|easier|harder|same)$|^(?:any|some|if|best|better|other) ", phrase.lower()
    ):
        return False
    first = words[0] if words else ""
    if (first in PREPOSITIONS | AUXILIARIES | {"not", "be", "been"} and not NAME.fullmatch(phrase)) or (
        is_verb(first) and not first.endswith(("s", "ing"))
    ):
        return False
    plain = (
        not words
        or words[0] in GENERIC - {"the", "ihub"}
        or (WH.match(words[0]) and not NAME.match(phrase))
        or len(phrase) > LONGEST_TOPIC
    )
    return (
        not plain and bool(analyse(phrase)) and not (len(words) == 1 and is_verb(phrase) and not phrase.endswith("s"))
    )


def owner_in(phrase: str) -> str:
    """Return Y of "the results of Y" and of "Y's results", otherwise the phrase."""
    for pattern in (
        r"(?P<detail>.+?) (?:of|for|between|in|behind|to|with) (?P<owner>.+)$",
        r"(?P<owner>.+?)['’]s? (?P<detail>.+)$",
    ):
        match = re.match(pattern, phrase)
        if match and any(is_detail(word) for word in match["detail"].split()):
            return owner_in(match["owner"])
    return phrase


def goal_in(*phrases: str) -> str:
    """Return "the goal of Y" of the first phrase that holds such, up to the next preposition, or nothing."""
    found = (_GOAL.search(phrase) for phrase in phrases)
    return next((match[0].strip() for match in found if match), "")


def object_in(phrase: str) -> str:
    """Return the first noun phrase of what follows a verb."""
    glued = NAME.sub(lambda match: match[0].replace(" ", "_"), phrase)
    kept: list[str] = []
    for word in glued.split():
        small = word.lower()
        if small in {"if", "when", "because", "that"} or (kept and small in PREPOSITIONS - {"of"} | AUXILIARIES):
            break
        skipped = small in PREPOSITIONS | AUXILIARIES | GENERIC - {"the", "ihub"} or (is_verb(word) and not kept)
        if not skipped or kept:
            kept.append(word)
    return owner_in(" ".join(kept).replace("_", " ")) if analyse(" ".join(kept)) else ""


def description_of(clause: Clause) -> str:
    """Return "the boards the ihub worked with" for "How many boards did the ihub work with", or nothing."""
    rest, subject = list(clause.rest), " ".join(clause.subject)
    if not is_plural(clause.noun):
        return ""
    if clause.auxiliary in {"did", "does"} and rest:
        rest[0] = _past(rest[0]) if clause.auxiliary == "did" else rest[0] + "s"
    elif subject == "there":
        subject = ""
    elif clause.auxiliary in BE and subject.islower() and not re.match(r"(?:the|an?|ihub|\w+[^us]s)\b", subject):
        rest, subject = ["that", clause.auxiliary, subject, *rest], ""
    elif clause.auxiliary != "do":
        rest = [word for word in ("" if subject else "that", clause.auxiliary, *rest) if word]
    phrase = " ".join(word for word in ("the", clause.noun, subject, *rest) if word)
    return phrase if len(phrase) <= LONGEST_TOPIC else f"the {clause.noun}"


def _past(verb: str) -> str:
    return _IRREGULAR.get(verb) or (verb + "d" if verb.endswith("e") else re.sub(r"(?<=[^aeiou])y$", "i", verb) + "ed")


def is_plural(phrase: str) -> bool:
    """Say whether a noun phrase stands for several."""
    if head_of(phrase).isupper():
        return False
    head = head_of(phrase).lower()
    return (
        head in {"people", "staff", "children", "women", "men"}
        or bool(re.search(r"[^su'’i]s$", head))
        or (" and " in phrase and not NAME.fullmatch(phrase))
    )


def head_of(phrase: str) -> str:
    """Return the noun of a phrase: its last word before a preposition or a clause."""
    words = NAME.sub(lambda match: match[0].replace(" ", _GLUE), phrase).split(" ")
    cut = next((i for i, word in enumerate(words) if i and word.lower() in PREPOSITIONS | {"that", "the"}), len(words))
    return words[cut - 1].split(_GLUE)[-1]
