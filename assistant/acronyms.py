"""How a question names things: acronyms written out for retrieval, proper names, and the parts of a question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from corpus.glossary import Glossary, Term
from index.analysis import analyse

AUXILIARIES = frozenset(
    re.findall(
        r"\S+",
        """
        is are was were do does did has have had can could will would should may might
        """,
    )
)
BE = frozenset(["is", "are", "was", "were"])
PREPOSITIONS = frozenset(
    re.findall(
        r"\S+",
        """
        in on at for with by from to of about into through during between within across under after before
        since until like than as against versus around over behind towards
        """,
    )
)
GENERIC = frozenset(
    re.findall(
        r"\S+",
        """
        you we i people one there it they he she that this these those someone anyone ihub the
        """,
    )
)
_VERB_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
        achieve affect agree appoint ask attend base become became begin began bring brought build built call
        cause choose chose close collaborate come came compare compete complete consider contain contribute
        cook create cut decide define deliver describe develop die differ eat employ encourage engage evaluate
        evolve expect face fall fell find follow found gain get give gave go grow grew happen help hold held
        host identify improve include involve join keep kept know known launch learn leave left lead led live
        look lose lost make made manage matter mean meet met move offer own pay paid produce provide publish
        put quote reach receive recommend recover reduce rely replace respond rise rose run ran save say said
        see saw sell serve set spend spent spread stand stop take took taken teach taught tell think treat try
        turn use used want weigh went win won write wrote written test work plan support cost change study
        report visit focus aim fund train need start design measure share play drop show increase form end
        pilot team
        """,
    )
)
VERBS = frozenset(stem for word in _VERB_WORDS for stem in analyse(word))
_NO_VERB = re.compile(r"(?:ment|tion|sion|ive|er|or|al|ance|ence|ness|ly)s?$")
ALSO_NOUNS = frozenset(
    analyse(
        """
        test work plan support help cost change study report lead visit focus aim fund train need use end form
        start design measure share play drop rise show increase learning building offer meeting pilot cut face
        team call
        """
    )
)
RELATIONAL = frozenset(
    analyse(
        """
        advantage aim application approach barrier benefit budget cause challenge characteristic component
        consequence conclusion cost difference disadvantage drawback effect element example factor feature
        finding focus funding goal history impact importance leader lesson limitation member membership method
        objective option origin outcome output part partner principle priority problem purpose reason
        recommendation result risk role saving sign size staff stage step success symptom theme type use vision
        meaning definition level author character similarity source way kind concern issue criticism
        contribution process evidence timeline reaction
        """
    )
)
"""Nouns that are always of something: "the results" asks whose."""
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
    r"\bWhat matters to you\b|\bihub\b|\b(?!I\b)(?:[A-Z]|e[A-Z])[\w@’'&-]*"
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
    sentences = [s for s in re.split(r"(?<=[?.!]) +", " ".join(question.split())) if " " in s] or [question]
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
    if not word[:1].islower() or (_NO_VERB.search(word) and word.removesuffix("s") not in _VERB_WORDS):
        return False
    return analyse(word)[:1] != [] and analyse(word)[0] in VERBS


def _is_noun_too(word: str) -> bool:
    return bool(ALSO_NOUNS.intersection(analyse(word)[:1]))


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


_ALSO_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
        ACP CO HIS LIST NES NEWS SIGN TRIST WHO
        """,
    )
)
"""Acronyms that are, or that search would take for, words: found in capitals only, and never added to a name."""
_NEVER_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
        CAMHS CAUTI CYPIC EEVIT EFI EIP EIPIN EYC HAI IHI IHUB IJB ISD LWIC MCQIC NSAIDS QI RAFA SICPS SPSP-IOP
        """,
    )
)
"""Acronyms with vowels that are found in small letters too, as are all without vowels."""


def expand(question: str, glossary: Glossary) -> str:
    """Return the question with each acronym written out behind it and each spelt-out name given its acronym.

    "IJBs" becomes "IJBs (Integration Joint Boards)"; "integration joint board" becomes "integration joint board (IJB)".
    An acronym that is a word too counts in capitals only, so that "news" stays a word; nothing is written out that the
    question already says. For retrieval; a reader is better served by the question itself.
    """
    shouted = question.isupper() and " " in question.strip()
    found: list[tuple[int, int, str]] = []
    for term, acronym, name in _patterns(glossary):
        short, long, is_word = acronym.search(question), name.search(question), term.term.upper() in _ALSO_WORDS
        if short and not long and not (shouted and is_word):
            several = short["plural"] and not term.expansion.endswith("s")
            found.append((*short.span(), re.sub(r"[()]", "", term.expansion) + ("s" if several else "")))
        elif long and not short and not is_word:
            found.append((*long.span(), term.term))
    text = question
    for start, end, other in sorted(found, reverse=True):
        if not any(begin <= start and end <= stop and (begin, stop) != (start, end) for begin, stop, _ in found):
            text = f"{text[:end]} ({other}){text[end:]}"
    return text


@lru_cache(maxsize=8)
def _patterns(glossary: Glossary) -> tuple[tuple[Term, re.Pattern[str], re.Pattern[str]], ...]:
    """Return each acronym with what finds it and what finds its name written out."""
    patterns = []
    for term in glossary.terms:
        words = re.findall(r"[\w’']+", re.sub(r"\(.*?\)", "", term.expansion))
        if not words or term.expansion.casefold() == term.term.casefold():
            continue
        plain = term.term.upper() in _NEVER_WORDS or not re.search(r"[AEIOU]", term.term, re.IGNORECASE)
        whole = rf"(?<![\w@&-]){re.escape(term.term)}(?P<plural>s)?(?:['’]s?)?(?![\w@&]|-\w)"
        name = r"(?<![\w@&-])" + r"\W{1,3}".join(re.escape(word) for word in words) + r"s?(?![\w@&]|-\w)"
        patterns.append((term, re.compile(whole, re.IGNORECASE if plain else 0), re.compile(name, re.IGNORECASE)))
    return tuple(patterns)
