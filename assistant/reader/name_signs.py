"""Signs of proper names in a text, by their capitals: which of them are new, and which are of people."""

from __future__ import annotations

import re

from assistant.reader.figure_signs import without_dates

_PROPER = re.compile(r"\b(?:[A-Z][\w’'-]*[a-z][\w’'-]*|[A-Z]{2,}[\w-]*)")
_INSIDE = re.compile(r"(?<!^)(?<![.?!:] )\b(?!I\b|NHS\b|UK\b)[A-Z@][\w@’'&-]*")
_FULL_NAME = re.compile(r"\b([A-Z][a-zé’'-]+) ((?:Mc|Mac|O’|O')?[A-Z][a-zé’'-]+)\b")
_TITLED = re.compile(r"\b(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Dame|Lord) [A-Z]")
_WORD = re.compile(r"[\w@’'&%-]+")

_COMMON = frozenset(
    "ihub the a an in on at it its this that these those scottish government healthcare improvement scotland his "
    "according by one two three four five six seven eight nine ten for with and of from to after before when as some "
    "many most all each other another more published page undated older phase they he she there we i people teams our "
    "over since during under".split()
)
"""Words with a capital that name nothing new: openings of sentences, and the publisher of all the documents."""

_BODIES = frozenset(
    "health care board boards council scotland scottish foundation programme program collaborative network university "
    "hospital hospitals service services association commission agency inspectorate division team unit group committee "
    "page report plan act nhs government improvement framework patient safety national early intervention mental "
    "primary acute adult action value management home house housing place integrated joint community communities "
    "living well street department institute college society academy royal public bodies social work person centre "
    "day event study journal open quality news blog minister ministers director officer lead chief professor "
    "doctor".split()
)
"""Words in names of bodies, posts and publications; two capitals in a row with one of them are not a person."""

_PLACES = frozenset(
    "ayrshire arran borders dumfries galloway fife forth valley grampian glasgow clyde highland highlands lanarkshire "
    "lothian orkney shetland tayside western isles aberdeen aberdeenshire angus argyll bute clackmannanshire "
    "dunbartonshire dundee edinburgh eilean siar falkirk inverclyde midlothian moray perth kinross renfrewshire "
    "stirling north south east west greater".split()
)
"""Words in the names of Scotland's health boards and council areas."""

_NOT_PERSON = _BODIES | _PLACES | _COMMON

_WORKS = "pages?|reports?|news|blog|toolkit|plan|site|item|post|brief"
_PUBLISHER = re.compile(r"\b(?:ihub|improvement hub|the hub)\b", re.IGNORECASE)
_PUBLISHED = re.compile(
    rf"(?:improvement hub \()?\bihub\)?(?:['’]?s)?(?: [\w-]+){{0,3}} (?:{_WORKS})\b|"
    r"\b(?:page|site|report) of the (?:improvement hub|ihub)(?: \(ihub\))?",
    re.IGNORECASE,
)
_PUBLISHER_ITSELF = re.compile(r"\b(?:ihub|improvement hub|we|our|us)\b", re.IGNORECASE)

_COUNTRIES = {
    **dict.fromkeys(("scots", "scot", "scottish"), "scotland"),
    **dict.fromkeys(("britons", "brits", "british"), "uk"),
    **dict.fromkeys(("germans", "german"), "germany"),
    **dict.fromkeys(("swedes", "swedish"), "sweden"),
    "dutch": "netherlands",
    "english": "england",
    "welsh": "wales",
    "norwegian": "norway",
    "glaswegians": "glasgow",
}
"""Peoples by their countries, since a question about Scots is answered by a sentence about Scotland."""


def words(text: str) -> frozenset[str]:
    """Return the words of a text in small letters, without possessive endings."""
    return frozenset(_plain(word) for word in _WORD.findall(text))


def named(question: str) -> frozenset[str]:
    """Return the proper names in a question, in small letters; its first word is never one, nor is "I" or "the NHS"."""
    return frozenset(_country(_plain(name)) for name in _INSIDE.findall(question))


def share_held(wanted: frozenset[str], text: str) -> float:
    """Return the share of `wanted` names that a text holds, in [0, 1]; 1 where none is wanted."""
    held = frozenset(map(_country, words(text)))
    return len(wanted & held) / len(wanted) if wanted else 1.0


def new_names(text: str, known: frozenset[str]) -> frozenset[str]:
    """Return the proper names in a text that are not among the `known` words; dates are no names."""
    found = frozenset(_plain(name) for name in _PROPER.findall(without_dates(text)))
    return frozenset(name for name in found - known - _COMMON if not name.startswith(("ihub", "spsp")))


def names_person(text: str, known: frozenset[str]) -> bool:
    """Say whether a text names a person who is not named by the `known` words."""
    for found in _FULL_NAME.finditer(without_dates(text)):
        both = {_plain(found[1]), _plain(found[2])}
        if not both <= known and not both & _NOT_PERSON:
            return True
    return _TITLED.search(text) is not None


def is_about_publisher(question: str) -> bool:
    """Say whether a question is about the ihub itself, and not about a page or report of its own."""
    return _PUBLISHER.search(_PUBLISHED.sub(" ", question)) is not None


def speaks_of_publisher(text: str) -> bool:
    """Say whether a text speaks of the ihub, by name or as "we"; naming it as the source of a fact does not count."""
    return _PUBLISHER_ITSELF.search(_PUBLISHED.sub(" ", text)) is not None


def _plain(name: str) -> str:
    return re.sub(r"['’]s?$", "", name).casefold()


def _country(name: str) -> str:
    return _COUNTRIES.get(name, name)
