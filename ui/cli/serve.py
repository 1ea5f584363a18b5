"""`ihub serve`: the web application."""

from __future__ import annotations

import contextlib
import logging
import socket
import sys
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from corpus.document import Audience
from corpus.errors import AssistantError
from ui.cli.failure import FAILURE
from ui.cli.records import open_records
from ui.cli.start import read_settings, ready_assistant

if TYPE_CHECKING:
    from assistant.pipeline import Assistant
    from assistant.suggest import Suggestions


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 7860,
) -> None:
    """Start the web application; the address is printed when it is ready to answer."""
    settings = read_settings()
    listener = _listen(host, port)
    assistant, _ = ready_assistant(settings)
    _warm(assistant)
    import uvicorn
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from ui.access.exposure import exposure
    from ui.access.gate import Gate
    from ui.access.request_log import log_as_json
    from ui.app import create_app
    from ui.records.retention import Purger

    address, bound = listener.getsockname()[:2]
    shows = exposure(settings, address)
    if shows.warning:
        print(shows.warning, file=sys.stderr)
    database, audit = open_records(settings)
    app = create_app(assistant, settings, gate=Gate(shows.audience, shows.role), database=database)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(shows.hosts), www_redirect=False)
    # Our own middleware believes proxies that are listed; uvicorn would believe any on this machine.
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False, proxy_headers=False))
    shown = f"[{address}]" if ":" in address else address
    typer.echo(f"{settings.title} is ready at http://{shown}:{bound} (stop with Ctrl-C)")
    sys.stdout.flush()
    log_as_json(logging.getLogger().handlers)
    purger = Purger(settings, database, audit)
    purger.start()
    threading.Thread(target=_learn, args=(app.state.suggestions,), name="learn", daemon=True).start()
    try:
        server.run(sockets=[listener])
    finally:
        app.state.suggestions.close()
        purger.stop()
        database.close()


def _learn(suggestions: Suggestions) -> None:
    """Find the questions that each document answers, for the library; without them it only says less."""
    with contextlib.suppress(AssistantError):
        suggestions.learn(Audience.STAFF)


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything slow happens, so that a port in use is said at once."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        print(
            f"Port {port} on {host} cannot be used ({error.strerror or error}); choose another with --port.",
            file=sys.stderr,
        )
        raise typer.Exit(FAILURE) from error
    return listener


def _warm(assistant: Assistant) -> None:
    """Answer one question, so that models are loaded before the first person asks."""
    from assistant.answer import Query

    assistant.invoke(Query("What is the ihub?"))
