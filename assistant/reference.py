"""The page of settings, made from the code: `python -m assistant.reference > docs/settings.md`."""

from __future__ import annotations

from pydantic_core import PydanticUndefined

from assistant.settings import PREFIX, Settings

HEADER = """# Settings

Settings are environment variables, or lines `NAME=value` of a file `.env` in the folder where `ihub` is started.
An unknown variable that starts with `IHUB_` is refused, since it is most often a misspelt one.
This page is made from the code (`make docs`).

| Variable | Default | What it is |
|---|---|---|
"""


def settings_page() -> str:
    """Return the Markdown page of all settings, in the order of the code."""
    return HEADER + "".join(
        f"| `{PREFIX}{name.upper()}` | {_default(name)} | {field.description} |\n"
        for name, field in Settings.model_fields.items()
    )


def _default(name: str) -> str:
    default = Settings.model_fields[name].default
    if name == "corpus":
        return "the documents that ship"
    if default is PydanticUndefined:
        return "a per-user folder"
    return "none" if default is None or default == "" else f"`{default}`"


if __name__ == "__main__":
    print(settings_page(), end="")
