"""Signing in with an OpenID Connect provider on a real port: the whole flow, and every lie in it refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient

from corpus.document import Audience
from tests.access.provider import CLIENT, SECRET, Claims, Provider
from tests.access.signing import HTML, Installation, install
from tests.ui.browser.serving import serving
from ui.person import Role

ADDRESS = "http://testserver"
BACK = "/sign-in/openid/return"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
        made = Provider()
        with serving(made.app()) as address:
            made.issuer = address
            yield made


@pytest.fixture
def installation(provider: Provider, tmp_path: Path) -> Installation:
    provider.person = {"sub": "p1", "name": "Pat", "groups": ["partners"]}
    provider.lie, provider.sign = lambda claims: claims, "RS256"
    return install(
        tmp_path,
        sign_in="openid",
        public_address=ADDRESS,
        openid_issuer=provider.issuer,
        openid_client=CLIENT,
        openid_secret=SECRET,
        audience_groups={"partners": "partner", "hub": "staff"},
        role_groups={"editors": "content_owner"},
    )


def to_provider(client: TestClient, start: str = "/sign-in/openid") -> str:
    """Go to the provider and return the address to which it sends back."""
    leaving = client.get(start)
    assert leaving.status_code == 302, leaving.text
    return str(httpx.get(leaving.headers["location"]).headers["location"])


def come_back(client: TestClient, address: str) -> int:
    return client.get(address.removeprefix(ADDRESS), headers=HTML).status_code


def signed_in(client: TestClient) -> bool:
    return client.get("/account").status_code == 200


def test_who_comes_from_the_provider_reads_and_may_do_what_their_groups_say(
    installation: Installation, provider: Provider
) -> None:
    client = installation.browser()
    assert '<a class="button" href="/sign-in/openid?next=%2F">' in client.get("/sign-in").text
    assert come_back(client, to_provider(client)) == 303
    assert provider.verified[-1]
    known = installation.people.named("p1")
    assert (known.person.name, known.person.audience, known.person.role) == ("Pat", Audience.PARTNER, Role.READER)
    assert client.get("/documents/for-partners").status_code == 200
    assert client.get("/documents/for-staff").status_code == 404
    provider.person = {"sub": "p1", "name": "Pat", "groups": ["hub", "editors", "unknown"]}
    assert come_back(client, to_provider(client)) == 303
    known = installation.people.named("p1")
    assert (known.person.audience, known.person.role) == (Audience.STAFF, Role.CONTENT_OWNER)
    assert len(installation.people.everybody()) == 1


@pytest.mark.parametrize("groups", [None, [], "nothing", ["Hub"], {"hub": True}, [["hub"]], 7])
def test_who_is_in_no_known_group_reads_public_documents(
    installation: Installation, provider: Provider, groups: object
) -> None:
    provider.person = {"sub": "p2", "groups": groups}
    client = installation.browser()
    assert come_back(client, to_provider(client)) == 303
    assert client.get("/documents/for-partners").status_code == 404


LIES: dict[str, Callable[[Claims], Claims]] = {
    "another nonce": lambda claims: {**claims, "nonce": "x"},
    "no nonce": lambda claims: {key: value for key, value in claims.items() if key != "nonce"},
    "another audience": lambda claims: {**claims, "aud": "somebody else"},
    "no audience": lambda claims: {key: value for key, value in claims.items() if key != "aud"},
    "another issuer": lambda claims: {**claims, "iss": "https://evil.example"},
    "no issuer": lambda claims: {key: value for key, value in claims.items() if key != "iss"},
    "expired": lambda claims: {**claims, "exp": claims["iat"] - 3600},
    "no expiry": lambda claims: {key: value for key, value in claims.items() if key != "exp"},
    "from the future": lambda claims: {**claims, "iat": claims["iat"] + 7200, "exp": claims["iat"] + 9000},
    "nobody": lambda claims: {**claims, "sub": ""},
    "no subject": lambda claims: {key: value for key, value in claims.items() if key != "sub"},
    "a list for a subject": lambda claims: {**claims, "sub": ["p1"]},
}


@pytest.mark.parametrize("lie", list(LIES))
def test_a_token_that_does_not_say_the_right_things_is_refused(
    installation: Installation, provider: Provider, lie: str
) -> None:
    provider.lie = LIES[lie]
    client = installation.browser()
    assert come_back(client, to_provider(client)) == 401
    assert not signed_in(client)
    assert installation.people.everybody() == ()
    assert [str(entry.action) for entry in installation.audit.entries()] == ["sign_in_refused"]


@pytest.mark.parametrize("sign", ["none", "HS256", "other key", "cut", "missing"])
def test_a_token_that_the_provider_did_not_sign_is_refused(
    installation: Installation, provider: Provider, sign: str
) -> None:
    provider.sign = sign
    client = installation.browser()
    assert come_back(client, to_provider(client)) == 401
    assert not signed_in(client)


@pytest.mark.parametrize("state", ["", "x", None])
def test_a_wrong_state_is_refused(installation: Installation, state: str | None) -> None:
    client = installation.browser()
    code = parse_qs(urlsplit(to_provider(client)).query)["code"][0]
    address = f"{BACK}?code={code}" + ("" if state is None else f"&state={state}")
    assert come_back(client, address) == 401
    assert not signed_in(client)


def test_the_answer_to_another_browser_is_refused(installation: Installation) -> None:
    """Otherwise somebody could make others sign in as them."""
    mine, other = installation.browser(), installation.browser()
    to_provider(other)
    assert come_back(other, to_provider(mine)) == 401
    assert not signed_in(other)


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/documents/for-partners?a=1&b=2#s5", "/documents/for-partners?a=1&b=2#s5"),
        ("//evil.example/x", "/"),
        ("/" + "a" * 5_000, "/"),
    ],
)
def test_who_signs_in_for_a_page_comes_to_it_if_it_is_one_of_ours(
    installation: Installation, wanted: str, reached: str
) -> None:
    client = installation.browser()
    page = client.get("/sign-in", params={"next": wanted}).text
    link = unescape(page.partition('class="button" href="')[2].partition('"')[0])
    address = to_provider(client, link)
    assert client.get(address.removeprefix(ADDRESS), headers=HTML).headers["location"] == reached


def test_an_answer_counts_once(installation: Installation) -> None:
    client = installation.browser()
    address = to_provider(client)
    assert come_back(client, address) == 303
    session = client.cookies["ihub_session"]
    assert come_back(client, address) == 401
    assert client.cookies["ihub_session"] == session


@pytest.mark.parametrize("query", ["", "?error=access_denied&state=x", "?code=x&state=x", "?error=<script>"])
def test_an_answer_without_a_code_is_refused_in_plain_words(installation: Installation, query: str) -> None:
    answer = installation.browser().get(BACK + query, headers=HTML)
    assert answer.status_code == 401
    assert "Signing in did not work" in answer.text
    assert "<script>" not in answer.text


def test_a_provider_that_is_away_is_told_in_plain_words(installation: Installation, tmp_path: Path) -> None:
    changes = {"sign_in": "openid", "public_address": ADDRESS, "openid_client": CLIENT}
    client = install(tmp_path / "b", openid_issuer="http://127.0.0.1:9", **changes).browser()
    answer = client.get("/sign-in/openid")
    assert answer.status_code == 502
    assert "Signing in did not work" in answer.text


def test_accounts_cannot_sign_in_beside_the_provider(installation: Installation) -> None:
    from tests.access.signing import ORIGIN, PASSWORD

    installation.add("Local", Audience.STAFF)
    answer = installation.browser().post("/sign-in", data={"name": "Local", "password": PASSWORD}, headers=ORIGIN)
    assert answer.status_code == 401
