"""The accessibility statement; docs/accessibility.md says the same to those who run the assistant."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from assistant.settings import Settings
from ui.page import page

_STATEMENT = """<h1>Accessibility</h1>
<p>We want everybody to be able to use this assistant. It is made to meet the Web Content Accessibility Guidelines
(WCAG) 2.2 at level AA.</p>
<h2>What you can do</h2>
<ul><li>Use it all with a keyboard. You can always see where you are.</li>
<li>Use it with a screen reader. Each answer is read out once, when it is complete.</li>
<li>Make the text four times as large without losing anything.</li>
<li>Use it on a screen that is 320 pixels wide.</li>
<li>Use light or dark colours, as your device is set.</li>
<li>Switch off movement on your device. Nothing moves then.</li>
<li>Close the small explanations with the Escape key.</li></ul>
<h2>What does not work well yet</h2>
<ul><li>The question page needs JavaScript. The other pages do not.</li>
<li>The question page is built with Gradio, which other people make. When the server is started again, Gradio may
show a short message in a corner of the page that we do not control.</li>
<li>Some documents come from PDF files. Their headings and tables may be read in the wrong order. Each document names
the public source, where there is one.</li>
<li>A page without a printed number is named by its place in the file. Page numbers are spoken as text, not as
landmarks.</li></ul>
<h2>How this was tested</h2>
<p>Every page is checked by a program (axe-core) in light and dark colours and at four widths each time the assistant
is changed. The main tasks are also done with the keyboard alone. It has not been tested by people who use
assistive technology every day.</p>
<h2>Tell us</h2>"""


def accessibility_router(settings: Settings) -> APIRouter:
    """Return the route of the accessibility statement."""
    router = APIRouter()

    @router.get("/accessibility", response_class=HTMLResponse)
    def statement() -> HTMLResponse:
        contact = escape(settings.contact) if settings.contact else "the people who gave you this address"
        body = f"{_STATEMENT}<p>If something is hard to use, please tell {contact}.</p>"
        return page("Accessibility", body, settings.title)

    return router
