"""How tests run the command line: in this process, or as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from typer.testing import CliRunner, Result

from ui.cli import app

ANSWERED, FAILURE, USAGE, ABSTAINED = 0, 1, 2, 3


def ihub(*arguments: str) -> Result:
    """Run a verb in this process, with the settings of the environment."""
    return CliRunner().invoke(app, list(arguments))


def said(result: Result) -> list[str]:
    """Return the lines on standard error that are not blank."""
    return [line for line in result.stderr.splitlines() if line.strip()]


def one_sentence(result: Result) -> str:
    """Return what a failed verb says, which must be one line without a traceback."""
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    lines = said(result)
    assert len(lines) == 1, result.stderr
    assert "Traceback" not in result.output
    assert "not expected" not in lines[0]
    assert lines[0].endswith(".")
    return lines[0]


def ihub_process(*arguments: str | bytes, environment: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    """Run the installed command as a process of its own, with no other IHUB_ settings than those given."""
    inherited = {name: value for name, value in os.environ.items() if not name.upper().startswith("IHUB_")}
    command = Path(sys.executable).parent / "ihub"
    return subprocess.run(
        [command, *arguments], capture_output=True, env={**inherited, **environment}, timeout=240, check=False
    )
