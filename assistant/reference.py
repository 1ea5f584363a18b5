"""The page of settings, made from the code: `python -m assistant.reference > docs/settings.md`."""

from __future__ import annotations

from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from assistant.access_settings import AccessSettings
from assistant.settings import PREFIX, Settings

HEADER = """# Settings

Settings are environment variables, or lines `NAME=value` of a file `.env` in the folder where `ihub` is started.
An unknown variable that starts with `IHUB_` is refused, since it is most often a misspelt one.
This page is made from the code (`make docs`).

| Variable | Default | What it is |
|---|---|---|
"""


def settings_page() -> str:
    """Return the Markdown page of all settings, those about people last."""
    about_people = AccessSettings.model_fields
    return HEADER + "".join(
        f"| `{PREFIX}{name.upper()}` | {_default(name)} | {field.description} |\n"
        for name, field in sorted(Settings.model_fields.items(), key=lambda named: named[0] in about_people)
    )


def _default(name: str) -> str:
    field = Settings.model_fields[name]
    default = field.default if name == "home" else field.get_default(call_default_factory=True)
    if name == "corpus":
        return "the documents that ship"
    if default is PydanticUndefined:
        return "a per-user folder"
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    return f"`{default}`" if default or default == 0 else "none"


if __name__ == "__main__":
    print(settings_page(), end="")
