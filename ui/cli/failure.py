"""How failures of the command line end: one sentence on standard error and an exit status."""

from __future__ import annotations

import logging
import sys
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from corpus.errors import AssistantError

ANSWERED = 0
FAILURE = 1
USAGE = 2
ABSTAINED = 3
INTERRUPTED = 130


class AssistantGroup(TyperGroup):
    """Turns every failure into one sentence; the only place where that happens on the command line."""

    def invoke(self, ctx: Any) -> Any:
        """Run the verb that was asked for."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, TyperException):
            raise
        except AssistantError as error:
            print(error, file=sys.stderr)
            raise typer.Exit(_status(error)) from error
        except KeyboardInterrupt as error:
            print("Stopped. Nothing was lost; run the command again to go on.", file=sys.stderr)
            raise typer.Exit(INTERRUPTED) from error
        except Exception as error:
            logging.getLogger("ihub").debug("unexpected failure", exc_info=True)
            print(
                f"Something went wrong that was not expected ({type(error).__name__}: {error}). "
                "Run `ihub doctor`; IHUB_LOG_LEVEL=debug shows more.",
                file=sys.stderr,
            )
            raise typer.Exit(FAILURE) from error


def _status(error: AssistantError) -> int:
    from assistant.question import QuestionRejected
    from assistant.settings import SettingsInvalid

    return USAGE if isinstance(error, QuestionRejected | SettingsInvalid) else FAILURE
