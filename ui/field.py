"""Form fields of the plain pages; they work without a script."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


def search_form(address: str, label: str, value: str, *, more: str = "") -> str:
    """Return a search form that asks `address` with `q`; `more` is escaped markup of further fields."""
    return (
        f'<form class="search" role="search" action="{escape(address)}" method="get">'
        f'<div class="field"><label for="q">{escape(label)}</label>'
        f'<input id="q" name="q" type="search" maxlength="200" value="{escape(value.strip())}"></div>{more}'
        '<button type="submit">Search</button></form>'
    )


def choice(name: str, label: str, options: Iterable[str], chosen: str, *, every: str = "All") -> str:
    """Return a drop-down list; the empty value, shown as `every`, chooses nothing."""
    listed = "".join(
        f'<option value="{escape(option)}"{" selected" if option == chosen else ""}>{escape(option)}</option>'
        for option in options
    )
    return (
        f'<div class="field"><label for="{name}">{escape(label)}</label>'
        f'<select id="{name}" name="{name}"><option value="">{escape(every)}</option>{listed}</select></div>'
    )


def post_form(address: str, inner: str, *, name: str = "", upload: bool = False) -> str:
    """Return a form that changes something; `inner` is escaped markup, `name` tells several of them apart."""
    encoding = ' enctype="multipart/form-data"' if upload else ""
    label = f' aria-label="{escape(name)}"' if name else ""
    return f'<form class="change" action="{escape(address)}" method="post"{encoding}{label}>{inner}</form>'
