"""From the groups of a person, as somebody else lists them, to what they may read and do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assistant.access_settings import AccessSettings
from corpus.document import Audience
from ui.person import Role


def audience_of(groups: Iterable[str], settings: AccessSettings) -> Audience:
    """Return the highest audience of the groups; public where none is known."""
    found = [settings.audience_groups[group] for group in groups if group in settings.audience_groups]
    return max(found, key=tuple(Audience).index, default=Audience.PUBLIC)


def role_of(groups: Iterable[str], settings: AccessSettings) -> Role:
    """Return the highest role of the groups; reader where none is known."""
    found = [Role(settings.role_groups[group]) for group in groups if group in settings.role_groups]
    return max(found, key=tuple(Role).index, default=Role.READER)


def listed(claims: Mapping[str, object], claim: str) -> tuple[str, ...]:
    """Return the groups that a claim lists: a list, or one string with spaces or commas between them.

    A dotted name such as `realm_access.roles` leads into nested claims.
    """
    value: object = claims
    for step in (claim,) if claim in claims else claim.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    if isinstance(value, str):
        return tuple(value.replace(",", " ").split())
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()
