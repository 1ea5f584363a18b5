"""Lists of addresses: sitemaps of a site, and plain files with one address a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from lxml import etree

from corpus.addresses.fetch import Fetched, Fetcher
from corpus.addresses.guard import AddressRefused
from corpus.errors import DocumentRejected

MAX_ADDRESSES = 2_000
"""Most addresses taken from one list: at a page a second, half an hour. A sitemap may hold 50,000."""

_DEPTH = 2
"""A sitemap may list sitemaps, which by the protocol (sitemaps.org) list pages."""


def addresses_of(address: str, fetcher: Fetcher) -> list[str]:
    """Return the pages that a sitemap lists, of its own site only; for any other address that address alone.

    Only addresses that end in .xml are asked; errors as for `Fetcher.fetch`.

    Raises:
        AddressRefused: it lists more than `MAX_ADDRESSES` pages.
    """
    if not urlsplit(address).path.lower().endswith(".xml"):
        return [address]
    fetched = fetcher.fetch(address)
    if _locations(fetched) is None:
        return [address]
    pages = list(dict.fromkeys(_pages(fetched, fetcher, _DEPTH)))
    if len(pages) > MAX_ADDRESSES:
        raise AddressRefused(address, f"it lists more than {MAX_ADDRESSES:,} pages")
    return pages


def read_list(path: Path) -> list[str]:
    """Return the addresses in a text file, one a line; blank lines and those that begin with # say nothing.

    Raises:
        DocumentRejected: the file cannot be read.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise DocumentRejected(str(path), f"it cannot be opened ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise DocumentRejected(str(path), "it is not UTF-8 text") from error
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _pages(fetched: Fetched, fetcher: Fetcher, depth: int) -> Iterator[str]:
    kind, locations = _locations(fetched) or ("", [])
    host = urlsplit(fetched.address).hostname
    for location in (location for location in locations if urlsplit(location).hostname == host):
        if kind == "urlset":
            yield location
        elif depth > 1:
            yield from _pages(fetcher.fetch(location), fetcher, depth - 1)


def _locations(fetched: Fetched) -> tuple[str, list[str]] | None:
    """Return "urlset" or "sitemapindex" with its locations; None for anything else."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(fetched.content or b"", parser)
    except etree.XMLSyntaxError:
        return None
    kind = etree.QName(root).localname
    if kind not in ("urlset", "sitemapindex"):
        return None
    found = root.iterfind(".//{*}loc")
    return kind, [location.text.strip() for location in found if location.text and location.getparent() is not root]
