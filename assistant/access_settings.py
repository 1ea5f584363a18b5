"""Settings of who may see what, how much one person may ask, and how long things are remembered."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode

from corpus.document import Audience

Addresses = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]


class AccessSettings(BaseSettings):
    """The part of the settings that decides about people."""

    audience: Audience = Field(
        default=Audience.PUBLIC,
        description="What people may read who are not signed in. Where the server can be reached from other machines "
        "and nobody can sign in, they read public documents only.",
    )
    role: Literal["reader", "content_owner", "administrator"] = Field(
        default="reader",
        description="What people may do who are not signed in. Followed only where nobody but this machine can reach "
        "the server.",
    )
    sign_in: Literal["off", "accounts", "openid", "proxy"] = Field(
        default="off",
        description="How people sign in: not at all, with accounts of `ihub users`, with an OpenID Connect provider, "
        "or by headers of a reverse proxy; docs/access.md says how.",
    )
    public_address: str = Field(
        default="",
        pattern=r"^$|^https?://[^/\s]+$",
        description="Address at which people reach the server, such as https://ask.example.org. Needed for OpenID "
        "Connect; with https, cookies are sent over https only.",
    )
    secret: SecretStr = Field(
        default=SecretStr(""),
        description="Key that signs cookies. Default: one that is made once and kept in the home folder.",
    )
    session_hours: int = Field(default=12, ge=1, le=24 * 30, description="Hours after which people sign in again.")
    openid_issuer: str = Field(default="", description="Address of the OpenID Connect provider.")
    openid_client: str = Field(default="", description="Client id at the provider.")
    openid_secret: SecretStr = Field(default=SecretStr(""), description="Client secret at the provider.")
    openid_scopes: str = Field(default="openid profile email", description="Scopes that are asked for.")
    groups_claim: str = Field(
        default="groups", min_length=1, description="Claim of the provider's token that lists a person's groups."
    )
    audience_groups: dict[str, Audience] = Field(
        default_factory=dict,
        description='Groups and the audience of their members, as JSON: {"hub-staff": "staff"}. Who is in none reads '
        "public documents.",
    )
    role_groups: dict[str, Literal["content_owner", "administrator"]] = Field(
        default_factory=dict,
        description='Groups and the role of their members, as JSON: {"editors": "content_owner"}.',
    )
    proxy_addresses: Annotated[Addresses, NoDecode] = Field(
        default=(),
        description="Addresses or networks of reverse proxies, separated by commas; headers about the person and the "
        "way of a request are believed from these only.",
    )
    proxy_user_header: str = Field(default="X-Forwarded-User", description="Header in which the proxy names a person.")
    proxy_groups_header: str = Field(
        default="X-Forwarded-Groups", description="Header in which the proxy lists a person's groups, with commas."
    )
    frame_ancestors: str = Field(
        default="'self'",
        pattern=r"^[^;,\r\n]+$",
        description="Sites that may show the pages within theirs, as in the Content-Security-Policy header.",
    )
    questions_per_minute: int = Field(default=20, ge=1, description="Questions that one person may ask in a minute.")
    address_questions_per_minute: int = Field(
        default=120, ge=1, description="Questions that may come from one network address in a minute."
    )
    answers_at_once: int = Field(default=2, ge=1, description="Questions of one person that are answered at once.")
    answering: int = Field(default=2, ge=1, description="Questions that are answered at once, of all people.")
    waiting: int = Field(default=100, ge=1, description="Questions that may wait for their turn.")
    upload_megabytes: int = Field(default=50, ge=1, description="Largest file that can be uploaded, in megabytes.")
    uploads_per_hour: int = Field(default=100, ge=1, description="Files that one person may upload in an hour.")
    keep_conversations_days: int = Field(default=365, ge=1, description="Days for which conversations are kept.")
    keep_questions_days: int = Field(
        default=180, ge=1, description="Days for which questions and feedback are kept for the insights, without names."
    )
    keep_audit_days: int = Field(default=730, ge=1, description="Days for which the audit log is kept.")
    keep_people_days: int = Field(
        default=365, ge=1, description="Days after the last visit for which somebody who signs in elsewhere is kept."
    )

    @field_validator("proxy_addresses", mode="before")
    @classmethod
    def _split_addresses(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in value.split(",") if part.strip())
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.sign_in == "openid" and not (self.openid_issuer and self.openid_client and self.public_address):
            raise ValueError("IHUB_SIGN_IN=openid needs IHUB_OPENID_ISSUER, IHUB_OPENID_CLIENT and IHUB_PUBLIC_ADDRESS")
        if self.sign_in == "proxy" and not self.proxy_addresses:
            raise ValueError("IHUB_SIGN_IN=proxy needs IHUB_PROXY_ADDRESSES")
        return self
