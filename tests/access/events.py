"""The chat page as a browser without a screen drives it: the events that Gradio offers, with any values."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from fastapi.testclient import TestClient

from tests.access.signing import HTML, ORIGIN

_CONFIG = re.compile(r"window\.gradio_config = (\{.*?\});</script>", re.DOTALL)


@dataclass
class OpenPage:
    """One open chat page of one browser."""

    client: TestClient
    name: str = field(default_factory=lambda: secrets.token_hex(6))
    config: dict[str, Any] = field(init=False)
    html: str = field(init=False)

    def __post_init__(self) -> None:
        self.html = self.client.get("/", headers=HTML).text
        found = _CONFIG.search(self.html)
        assert found, self.html[:2000]
        self.config = json.loads(found.group(1))

    @property
    def events(self) -> list[dict[str, Any]]:
        """Return the events that reach the server."""
        return [event for event in self.config["dependencies"] if event["backend_fn"]]

    def event(self, name: str) -> dict[str, Any]:
        """Return the first event that calls the function of this name."""
        return next(event for event in self.events if event["api_name"] == name)

    def after(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the event that follows another one."""
        return next(other for other in self.events if other.get("trigger_after") == event["id"])

    def fire(self, event: dict[str, Any], data: list[Any], extra: dict[str, Any] | None = None) -> str:
        """Cause an event and return everything that came back, as text."""
        body = {"fn_index": event["id"], "data": data, "session_hash": self.name, "trigger_id": None, **(extra or {})}
        if not event["queue"]:
            return self.client.post("/gradio_api/run/predict", json=body, headers=ORIGIN).text
        joined = self.client.post("/gradio_api/queue/join", json=body, headers=ORIGIN)
        if joined.status_code != 200:
            return joined.text
        return joined.text + self.client.get(f"/gradio_api/queue/data?session_hash={self.name}", headers=ORIGIN).text

    def ask(self, question: str) -> str:
        """Ask a question as the page does and return everything that came back."""
        asking = self.event("_receive")
        answering = self.after(asking)
        came = self.fire(asking, [question, None, "{}"])
        came += self.fire(answering, [None, None])
        return came + self.fire(self.after(answering), [None])

    def arrive(self, **brought: str) -> str:
        """Open the page with what it brings along, and return everything that came back."""
        arriving = self.event("_arrive")
        came = self.fire(arriving, [json.dumps(brought)])
        return came + self.fire(self.after(arriving), [None, None])
