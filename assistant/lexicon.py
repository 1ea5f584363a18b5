"""Words by what they do in a question; in small letters, or as stems where they come in many forms."""

from __future__ import annotations

import re

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
VERB_WORDS = frozenset(
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
VERBS = frozenset(stem for word in VERB_WORDS for stem in analyse(word))
NOT_A_VERB = re.compile(r"(?:ment|tion|sion|ive|er|or|al|ance|ence|ness|ly)s?$")
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
