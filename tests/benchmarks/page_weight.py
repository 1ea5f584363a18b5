"""What our pages weigh and how soon the first answer stands there: `python -m tests.benchmarks.page_weight`.

Named baseline: the smallest page that Gradio makes (one text box), served by the same server and opened by the same
browser with an empty cache in the same run. Bytes are those on the wire (`Network.loadingFinished` of the DevTools
protocol), requests those that the browser sent. The first answer in the browser is timed from the press of the key
until its sentence is shown, beside the pipeline's own time for the same questions. Ratios count, since machines differ;
nothing is asserted.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import gradio as gr
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant.answer import Query
from assistant.factory import open_assistant, synchronise
from assistant.pipeline import Assistant
from assistant.settings import Settings
from index.embedding import MiniLMEmbeddings
from tests.ui.browser.conftest import ARGUMENTS, CHROMIUM, opened
from tests.ui.browser.serving import serving
from ui.app import create_app

PATHS = ("/", "/start", "/documents", "/documents/directors-overview-2017-18", "/glossary")
QUESTIONS = (
    "How many organisations did the ihub work in partnership with in 2017-18?",
    "What is quality improvement?",
    "When was the ihub set up?",
    "What is an Integration Joint Board?",
    "What does the EEvIT team do?",
)


@dataclass
class Weight:
    """What one visit cost: kilobytes on the wire, requests, and milliseconds until the page was loaded."""

    kilobytes: float = 0.0
    requests: int = 0
    milliseconds: float = 0.0


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, home=Path(folder), questions_per_minute=1_000)
        embeddings = MiniLMEmbeddings()
        synchronise(settings, embeddings, lambda stage, done, total: None)
        assistant = open_assistant(settings, embeddings)
        assistant.invoke(Query("What is the ihub?"))
        with (
            serving(create_app(assistant, settings)) as ours,
            serving(bare_page()) as bare,
            chromium() as browser,
        ):
            print_weights(browser, ours, bare)
            print_answers(browser, ours, assistant)


def bare_page() -> FastAPI:
    """Return the smallest page of Gradio, mounted as ours is."""
    with gr.Blocks(analytics_enabled=False) as blocks:
        gr.Textbox(label="Your question")
    return gr.mount_gradio_app(FastAPI(), blocks, path="/", ssr_mode=False)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser of the tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


def print_weights(browser: Browser, ours: str, bare: str) -> None:
    """Print the weight of each page, and its ratio to Gradio's bare page."""
    baseline = weigh(browser, bare + "/")
    rows = [("Gradio's bare page", baseline), *((path, weigh(browser, ours + path)) for path in PATHS)]
    print(f"{'page':42}{'kB':>8}{'requests':>10}{'ms':>8}{'kB / bare':>11}")
    for name, weight in rows:
        share = weight.kilobytes / baseline.kilobytes
        print(f"{name:42}{weight.kilobytes:8.0f}{weight.requests:10}{weight.milliseconds:8.0f}{share:11.2f}")


def weigh(browser: Browser, address: str) -> Weight:
    """Open a page with an empty cache until the network is quiet."""
    context = browser.new_context()
    page, weight = context.new_page(), Weight()
    network = context.new_cdp_session(page)
    network.send("Network.enable")

    def finished(event: dict[str, float]) -> None:
        weight.kilobytes += event["encodedDataLength"] / 1000

    def sent(event: dict[str, object]) -> None:
        weight.requests += 1

    network.on("Network.loadingFinished", finished)
    network.on("Network.requestWillBeSent", sent)
    started = time.perf_counter()
    page.goto(address, wait_until="load")
    weight.milliseconds = (time.perf_counter() - started) * 1000
    page.wait_for_timeout(3_000)
    context.close()
    return weight


def print_answers(browser: Browser, ours: str, assistant: Assistant) -> None:
    """Print how long an answer takes in the browser, beside what the pipeline takes by itself."""
    in_browser, alone = [], []
    for question in QUESTIONS:
        page = browser.new_page()
        page.goto(ours)
        opened(page)
        in_browser.append(seconds_until_answered(page, question))
        page.close()
        started = time.perf_counter()
        assistant.invoke(Query(question))
        alone.append(time.perf_counter() - started)
    shown, own = statistics.median(in_browser), statistics.median(alone)
    print(f"first answer shown, median of {len(QUESTIONS)}: {shown * 1000:.0f} ms in the browser")
    print(f"the pipeline alone: {own * 1000:.0f} ms; browser / pipeline = {shown / own:.2f}")


def seconds_until_answered(page: Page, question: str) -> float:
    """Return the time from the press of Enter until the answer is complete on the page."""
    box = page.get_by_label("Your question")
    box.fill(question)
    started = time.perf_counter()
    box.press("Enter")
    expect(page.locator(".turn .made-by, .turn .abstention")).to_be_visible()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
