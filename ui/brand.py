"""The look of an organisation: logo and colours from the settings, as a small style sheet after ours."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from assistant.settings import Settings
from ui.page import BRAND_ADDRESS, CHAT_SCRIPT_ADDRESS, ICON_ADDRESS, SCRIPT_ADDRESS, STYLE_ADDRESS

LOGO_ADDRESS = "/ui/logo"
_STATIC = Path(__file__).parent / "static"
_FILES = {
    STYLE_ADDRESS: "text/css",
    ICON_ADDRESS: "image/svg+xml",
    SCRIPT_ADDRESS: "text/javascript",
    CHAT_SCRIPT_ADDRESS: "text/javascript",
}


def brand_router(settings: Settings) -> APIRouter:
    """Return the routes of style sheets, scripts, icon and logo."""
    router = APIRouter()

    def serve(name: str, media_type: str) -> None:
        @router.get(f"/ui/{name}", name=name)
        def file() -> FileResponse:
            return FileResponse(_STATIC / name, media_type=media_type, headers={"Cache-Control": "no-cache"})

    for address, media_type in _FILES.items():
        serve(address.removeprefix("/ui/"), media_type)

    @router.get(BRAND_ADDRESS)
    def brand() -> Response:
        return Response(brand_style(settings), media_type="text/css", headers={"Cache-Control": "no-cache"})

    @router.get(LOGO_ADDRESS)
    def logo() -> Response:
        return FileResponse(settings.logo) if settings.logo else Response(status_code=404)

    return router


def brand_style(settings: Settings) -> str:
    """Return the style sheet of the settings; empty where nothing was set.

    Settings checks the contrast of the colours; soft and strong shades are mixed from them.
    """
    rules = []
    if settings.colour:
        rules.append(f":root {{ {_shades(settings.colour, 'black')} }}")
    if settings.colour_dark:
        rules.append(f"@media (prefers-color-scheme: dark) {{ :root {{ {_shades(settings.colour_dark, 'white')} }} }}")
    elif settings.colour:
        rules.append(
            "@media (prefers-color-scheme: dark) { :root { --accent: #86c5ee; --accent-strong: #b5dcf5; "
            "--accent-soft: #1f3444; } }"
        )
    if settings.logo:
        rules.append(
            f'.site::before {{ content: ""; display: inline-block; width: 2.5rem; height: 2.5rem; margin-right: .6rem; '
            f'vertical-align: middle; background: url("{LOGO_ADDRESS}") center / contain no-repeat; }}'
        )
    return "\n".join(rules)


def _shades(colour: str, towards: str) -> str:
    return (
        f"--accent: {colour}; --accent-strong: color-mix(in srgb, {colour} 70%, {towards}); "
        f"--accent-soft: color-mix(in srgb, {colour} 14%, var(--paper));"
    )
