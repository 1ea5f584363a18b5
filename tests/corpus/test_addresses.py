"""Addresses: what is fetched, what is refused and why, and what happens when it is looked at again."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpcore
import pytest

from corpus.addresses.fetch import Fetcher, checked
from corpus.addresses.guard import AddressRefused, GuardedBackend, is_public, resolve
from corpus.addresses.keeping import add_address, look_again
from corpus.addresses.sitemap import addresses_of, read_list
from corpus.document import Audience
from corpus.errors import DocumentRejected
from corpus.folder import load, scan
from tests.corpus.making import write_files

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Site:
    """A web site on this machine: `answers` by path; `asked` are the requests that it got, with their headers."""

    port: int = 0
    answers: dict[str, Answer | Callable[[dict[str, str]], Answer]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    drip: set[str] = field(default_factory=set)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def says(self, path: str, content: str | bytes, kind: str = "text/plain", **headers: str) -> str:
        body = content.encode() if isinstance(content, str) else content
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (200, {"Content-Type": kind, **named}, body)
        return self.url(path)


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = dict(self.headers.items())
            site.asked.append((self.path, headers))
            answer = site.answers.get(self.path, (404, {}, b""))
            status, sent, body = answer(headers) if callable(answer) else answer
            self.send_response(status)
            for name, value in sent.items():
                self.send_header(name, value)
            self.end_headers()
            if self.path in site.drip:
                while True:
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(0.05)
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *arguments: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()


class Rerouted(httpcore.SyncBackend):
    """A network in which every machine is the one on this port; it remembers where it was asked to connect."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[str] = []

    def connect_tcp(self, host: str, port: int, *arguments: Any, **named: Any) -> httpcore.NetworkStream:
        self.asked.append(host)
        return super().connect_tcp("127.0.0.1", self.port, *arguments, **named)


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(allow_private=True) as fetcher:
        yield fetcher


PRIVATE = [
    "127.0.0.1",
    "127.9.9.9",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "0.1.2.3",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b:1::10.0.0.1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2001:0:7f00:1::1",
    "not an address",
    "",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public_are_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_known(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://017700000001/",
        "http://127.1/",
        "http://0/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://169.254.169.254/latest/meta-data/",
        "https://127.0.0.1:8443/",
        "http://①②⑦.0.0.1/",
    ],
)
def test_no_spelling_of_a_private_address_is_fetched(address: str, site: Site) -> None:
    network = Rerouted(site.port)
    with Fetcher(backend=GuardedBackend(network=network)) as fetcher, pytest.raises(AddressRefused) as caught:
        fetcher.fetch(address)
    assert network.asked == []
    assert site.asked == []
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://example.org/a.txt",
        "gopher://example.org/",
        "data:text/plain,x",
        "javascript:alert(1)",
        "http:///a.txt",
        "http://",
        "example.org",
        "http://user:secret@example.org/",
        "http://example.org@127.0.0.1/",
        "http://example.org:0/",
        "http://example.org:99999/",
        "http://[::1/",
    ],
)
def test_what_is_not_a_plain_web_address_is_refused_and_no_password_is_said(address: str) -> None:
    with pytest.raises(AddressRefused) as caught:
        checked(address)
    assert "secret" not in str(caught.value)


def test_a_name_that_leads_to_a_private_machine_is_refused(site: Site) -> None:
    for found in (["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::ffff:192.168.0.1"]):
        network = Rerouted(site.port)
        backend = GuardedBackend(resolve=lambda host, port, found=found: found, network=network)
        with Fetcher(backend=backend) as fetcher, pytest.raises(AddressRefused, match="private network"):
            fetcher.fetch("http://intranet.example/")
        assert network.asked == []


def test_a_redirect_to_a_private_machine_is_not_followed(site: Site) -> None:
    site.answers["/a"] = (302, {"Location": "http://169.254.169.254/latest/meta-data/"}, b"")
    network = Rerouted(site.port)
    names = {"public.example": ["93.184.216.34"]}
    backend = GuardedBackend(resolve=lambda host, port: names.get(host) or resolve(host, port), network=network)
    with Fetcher(backend=backend) as fetcher, pytest.raises(AddressRefused, match="private network"):
        fetcher.fetch("http://public.example/a")
    assert set(network.asked) == {"93.184.216.34"}


def test_a_name_that_changes_its_answer_leads_nowhere_else(site: Site) -> None:
    site.says("/a.txt", "Public text.")
    answers = iter([["93.184.216.34"], ["127.0.0.1"], ["127.0.0.1"]])
    network = Rerouted(site.port)
    backend = GuardedBackend(resolve=lambda host, port: next(answers), network=network)
    with Fetcher(backend=backend) as fetcher, pytest.raises(AddressRefused):
        fetcher.fetch("http://rebinding.example/a.txt")
    assert set(network.asked) == {"93.184.216.34"}


def test_a_fetched_document_has_its_address_and_date(site: Site, fetcher: Fetcher, tmp_path: Path) -> None:
    address = site.says("/guides/frailty.txt", "Frailty is common.")
    document_id = add_address(tmp_path, fetcher, address, audience=Audience.PUBLIC, programme="Frailty")
    (source,) = scan([tmp_path], Audience.STAFF).files
    document = load(source)
    assert (document.id, document.source, document.programme) == (document_id, address, "Frailty")
    assert (document.text, document.audience) == ("Frailty is common.", Audience.PUBLIC)
    assert len(document.fetched) == len("2026-11-24")


def test_text_in_another_encoding_is_read(site: Site, fetcher: Fetcher, tmp_path: Path) -> None:
    address = site.says("/a", "Café".encode("latin-1"), "text/plain; charset=ISO-8859-1")
    add_address(tmp_path, fetcher, address)
    (source,) = scan([tmp_path], Audience.STAFF).files
    assert load(source).text == "Café"


def test_a_redirect_is_followed_and_the_last_address_kept(site: Site, fetcher: Fetcher) -> None:
    site.answers["/old"] = (301, {"Location": "/new.txt#part"}, b"")
    site.says("/new.txt", "Here.")
    assert fetcher.fetch(site.url("/old")).address == site.url("/new.txt")
    site.answers["/loop"] = (302, {"Location": "/loop"}, b"")
    with pytest.raises(AddressRefused, match="more than 5 times"):
        fetcher.fetch(site.url("/loop"))


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ((200, {}, b"User-agent: *\nDisallow: /private\n"), False),
        ((200, {}, b"User-agent: ihub-assistant\nDisallow: /\n"), False),
        ((200, {}, b"User-agent: other\nDisallow: /\n"), True),
        ((200, {}, b"\xff\xfe<html>"), True),
        ((404, {}, b""), True),
        ((403, {}, b""), True),
        ((503, {}, b""), False),
    ],
)
def test_the_rules_of_a_site_are_followed(site: Site, fetcher: Fetcher, rules: Answer, allowed: bool) -> None:
    site.answers["/robots.txt"] = rules
    address = site.says("/private/a.txt", "Text.")
    if allowed:
        assert fetcher.fetch(address).content == b"Text."
    else:
        with pytest.raises(AddressRefused, match=r"robots\.txt"):
            fetcher.fetch(address)
        assert [path for path, _ in site.asked] == ["/robots.txt"]


def test_a_large_answer_is_cut_off(site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.addresses.fetch.MAX_BYTES", 1_000_000)
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(AddressRefused, match="larger than 1 MB"):
        fetcher.fetch(site.says("/bomb.txt", bomb, Content_Encoding="gzip"))
    site.says("/endless.txt", "")
    site.drip.add("/endless.txt")
    monkeypatch.setattr("corpus.addresses.fetch.MAX_BYTES", 5)
    with pytest.raises(AddressRefused, match="larger"):
        fetcher.fetch(site.url("/endless.txt"))


def test_a_slow_answer_ends_at_the_limit(site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.addresses.fetch.TOTAL_SECONDS", 0.6)
    site.says("/slow.txt", "")
    site.drip.add("/slow.txt")
    with pytest.raises(AddressRefused, match="did not answer in time"):
        fetcher.fetch(site.url("/slow.txt"))


def test_an_error_or_a_machine_that_is_not_there_is_said(site: Site, fetcher: Fetcher) -> None:
    with pytest.raises(AddressRefused, match="error 404"):
        fetcher.fetch(site.url("/gone.txt"))
    with pytest.raises(AddressRefused, match="cannot be reached"):
        fetcher.fetch("http://no-such-machine.invalid/")
    with pytest.raises(AddressRefused, match="cannot be reached"):
        fetcher.fetch("http://127.0.0.1:1/")


def test_an_unchanged_page_is_not_sent_again(site: Site, fetcher: Fetcher, tmp_path: Path) -> None:
    def answer(headers: dict[str, str]) -> Answer:
        if headers.get("If-None-Match") == '"1"':
            return 304, {}, b""
        return 200, {"Content-Type": "text/plain", "ETag": '"1"', "Last-Modified": "then"}, b"Text."

    site.answers["/a.txt"] = answer
    add_address(tmp_path, fetcher, site.url("/a.txt"))
    assert [seen.changed for seen in look_again(tmp_path, fetcher)] == [False]
    assert site.asked[-1][1]["If-Modified-Since"] == "then"
    assert (tmp_path / "127.0.0.1-a.txt").read_bytes() == b"Text."


def test_a_changed_page_is_stored_and_keeps_its_facts(site: Site, fetcher: Fetcher, tmp_path: Path) -> None:
    address = site.says("/a.txt", "Old text.")
    document_id = add_address(tmp_path, fetcher, address, audience=Audience.PARTNER, title="Named")
    site.says("/a.txt", "New text.")
    assert [(seen.document_id, seen.changed) for seen in look_again(tmp_path, fetcher)] == [(document_id, True)]
    (source,) = scan([tmp_path], Audience.STAFF).files
    document = load(source)
    assert (document.text, document.title, document.audience) == ("New text.", "Named", Audience.PARTNER)


def test_a_page_that_fails_keeps_its_document_and_is_reported(site: Site, fetcher: Fetcher, tmp_path: Path) -> None:
    address = site.says("/a.txt", "Text.")
    add_address(tmp_path, fetcher, address)
    site.answers["/a.txt"] = (410, {}, b"")
    (seen,) = look_again(tmp_path, fetcher)
    assert "error 410" in seen.problem
    assert len(scan([tmp_path], Audience.STAFF).files) == 1


def test_a_removed_page_is_not_asked_for_again(site: Site, fetcher: Fetcher, tmp_path: Path) -> None:
    add_address(tmp_path, fetcher, site.says("/a.txt", "Text."))
    (tmp_path / "127.0.0.1-a.txt").unlink()
    asked = len(site.asked)
    assert list(look_again(tmp_path, fetcher)) == []
    assert len(site.asked) == asked


def test_the_same_address_twice_is_one_document(site: Site, fetcher: Fetcher, tmp_path: Path) -> None:
    address = site.says("/a.txt", "One.")
    other = site.says("/b/a.txt", "Other.")
    assert add_address(tmp_path, fetcher, address) == add_address(tmp_path, fetcher, address)
    add_address(tmp_path, fetcher, other)
    assert len(scan([tmp_path], Audience.STAFF).files) == 2


SITEMAP = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
INDEX = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</sitemapindex>'


def test_a_sitemap_gives_the_pages_of_its_own_site(site: Site, fetcher: Fetcher) -> None:
    pages = "".join(f"<url><loc> {url} </loc></url>" for url in (site.url("/a"), site.url("/b"), "http://other.org/"))
    inner = site.says("/inner.xml", SITEMAP.format(pages), "application/xml")
    outer = site.says("/sitemap.xml", INDEX.format(f"<sitemap><loc>{inner}</loc></sitemap>"), "application/xml")
    assert addresses_of(outer, fetcher) == [site.url("/a"), site.url("/b")]
    assert addresses_of(site.url("/page"), fetcher) == [site.url("/page")]


def test_a_hostile_sitemap_expands_nothing(site: Site, fetcher: Fetcher) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    content = bomb + SITEMAP.partition("?>")[2].format(f"<url><loc>{site.url('/&b;&f;')}</loc></url>")
    found = addresses_of(site.says("/sitemap.xml", content, "application/xml"), fetcher)
    assert not any("root:" in address or "aaaa" in address for address in found)


def test_a_list_holds_one_address_a_line(tmp_path: Path) -> None:
    path = (
        write_files(tmp_path, {"list.txt": "\ufeffhttps://a.example/\n\n # not this\n https://b.example/ \n"})
        / "list.txt"
    )
    assert read_list(path) == ["https://a.example/", "https://b.example/"]
    with pytest.raises(DocumentRejected, match="cannot be opened"):
        read_list(tmp_path / "gone.txt")
