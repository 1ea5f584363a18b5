"""Where a server may be reached from decides what it shows; proxies, hosts, paths and headers are not to be trusted."""

from __future__ import annotations

import re
from pathlib import Path

import gradio
import pytest
from fastapi.testclient import TestClient

from assistant.settings import Settings
from corpus.document import Audience
from tests.access.signing import HELD, HTML, install
from tests.ui.scripted import ScriptedAssistant, as_assistant
from ui.access.exposure import exposure
from ui.app import create_app
from ui.person import Role

PATHS = (
    "/documents/..%2f..%2fetc%2fpasswd",
    "/documents/%2e%2e/%2e%2e/etc/passwd",
    "/documents/....//....//etc/passwd",
    "/documents/file:///etc/passwd",
    "/documents/..%5c..%5cwindows%5cwin.ini",
    "/documents/%00/etc/passwd",
    "/documents/..%c0%af..%c0%afetc/passwd",
    "/static/..%2f..%2f..%2fetc%2fpasswd",
    "/static/../../../etc/passwd",
    "/assets/..%2f..%2f..%2fetc%2fpasswd",
    "/svelte/..%2f..%2fetc%2fpasswd",
    "/ui/..%2fapp.py",
    "/gradio_api/file=/etc/passwd",
    "/gradio_api/file=../../etc/passwd",
    "/gradio_api/file/etc/passwd",
    "/gradio_api/custom_component/x/client/y/..%2f..%2fetc%2fpasswd",
    "/gradio_api/proxy=http://169.254.169.254/latest/meta-data",
    "/gradio_api/proxy=file:///etc/passwd",
    "/gradio_api/stream/a/b/1/..%2f..%2fetc%2fpasswd.ts",
    "/gradio_api//file=/etc/passwd",
    "/gradio_api/run/../file=/etc/passwd",
    "/gradio_api/run/predict/../../file=/etc/passwd",
    "/gradio_api/queue/data/../../file=/etc/passwd",
    "/file=/etc/passwd",
    "/conversations/..%2f..%2fetc%2fpasswd.txt",
)


def settings(**changes: object) -> Settings:
    return Settings(_env_file=None, **changes)  # type: ignore[arg-type]


def test_alone_on_this_machine_people_read_and_do_what_the_settings_say() -> None:
    shown = exposure(settings(audience="staff", role="content_owner"), "127.0.0.1")
    assert (shown.audience, shown.role, shown.warning) == (Audience.STAFF, Role.CONTENT_OWNER, "")
    assert shown.hosts == ("localhost", "127.0.0.1", "[::1]")


@pytest.mark.parametrize("address", ["0.0.0.0", "192.0.2.1", "::"])
def test_where_others_can_reach_it_without_sign_in_it_is_public_and_warns(address: str) -> None:
    shown = exposure(settings(audience="staff", role="administrator"), address)
    assert (shown.audience, shown.role) == (Audience.PUBLIC, Role.READER)
    assert "public documents only" in shown.warning
    assert "IHUB_AUDIENCE=staff is not followed" in shown.warning
    assert exposure(settings(sign_in="accounts"), address).warning == ""


@pytest.mark.parametrize(("peer", "believed"), [("10.1.2.3", True), ("10.2.0.1", False), ("127.0.0.1", False)])
def test_people_are_taken_from_listed_proxies_only(tmp_path: Path, peer: str, believed: bool) -> None:
    groups = {"audience_groups": {"hub": "staff"}, "role_groups": {"editors": "content_owner"}}
    made = install(tmp_path, sign_in="proxy", proxy_addresses="10.1.0.0/16", **groups)
    client = TestClient(made.app, client=(peer, 1), follow_redirects=False)
    headers = {"X-Forwarded-User": "pat", "X-Forwarded-Groups": "hub, editors", "X-Forwarded-For": "192.0.2.7"}
    assert (client.get("/documents/for-staff", headers=headers).status_code == 200) is believed
    assert (client.get("/insights", headers=headers).status_code == 200) is believed
    assert len(made.people.everybody()) == believed
    headers["X-Forwarded-Groups"] = "other"
    assert client.get("/documents/for-staff", headers=headers).status_code == 404
    assert client.get("/documents/for-staff").status_code == 404


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    home = tmp_path_factory.mktemp("paths")
    return TestClient(create_app(as_assistant(ScriptedAssistant([], held=HELD)), settings(home=home)))


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_to_a_file_or_to_another_machine(client: TestClient, path: str) -> None:
    for method in ("GET", "POST"):
        answer = client.request(method, path, headers={"Accept": "*/*"})
        assert answer.status_code in (400, 403, 404, 405, 422), (method, answer.text[:200])
        for word in ("root:", "daemon", "create_app", "[fonts]"):
            assert word not in answer.text


def test_nothing_tells_which_server_runs_here_and_no_other_site_may_read(tmp_path: Path) -> None:
    client = install(tmp_path).browser()
    for path in ("/", "/documents", "/health", "/sign-in", "/gradio_api/app_id"):
        headers = client.get(path, headers={**HTML, "Origin": "https://evil.example"}).headers
        for name in ("server", "x-powered-by", "access-control-allow-origin"):
            assert name not in headers
        assert headers["x-content-type-options"] == "nosniff"
        assert len(headers["x-request-id"]) == 32


def test_no_page_and_no_route_tells_which_version_of_gradio_runs_here(tmp_path: Path) -> None:
    client = install(tmp_path).browser()
    html = client.get("/", headers=HTML).text
    files = re.findall(r'(?:src|href)="\./(assets/[^"]+)"', html)
    assert len(files) >= 2
    assert all(client.get(f"/{path}").status_code == 200 for path in files)
    told = html + client.get("/theme.css").text
    for written in (gradio.__version__, gradio.__version__.replace(".", "-"), gradio.__version__.replace(".", "_")):
        assert written not in told
    for path in (
        "config",
        "info",
        "manifest.json",
        "gradio_api/info",
        "gradio_api/openapi.json",
        "static/img/logo.svg",
    ):
        assert client.get(f"/{path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["assets", "assets/", "static/", "file/", "files", "uploads", "svelte/", "custom_component/", "tmp", ".git/config"],
)
def test_no_folder_lists_what_is_in_it(client: TestClient, path: str) -> None:
    for prefix in ("/", "/gradio_api/"):
        answer = client.get(prefix + path, headers=HTML)
        assert answer.status_code in (400, 404), (prefix + path, answer.text[:200])
        assert not re.search(r"\.(?:js|py|svg|css)\b", answer.text.partition("<body")[2])


def test_the_sites_that_may_show_the_pages_are_a_setting(tmp_path: Path) -> None:
    client = install(tmp_path, frame_ancestors="'self' https://intranet.example.org").browser()
    for path in ("/", "/documents", "/sign-in"):
        headers = client.get(path, headers=HTML).headers
        assert "frame-ancestors 'self' https://intranet.example.org" in headers["content-security-policy"]
        assert "x-frame-options" not in headers


def test_requests_are_logged_without_what_was_asked(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    client = install(tmp_path).browser()
    with caplog.at_level("INFO", logger="ihub"):
        client.get("/?ask=secret-question", headers=HTML)
        client.get("/conversations/secret-id.txt")
    lines = [record for record in caplog.records if record.name == "ihub.requests"]
    assert len(lines) == 2
    assert (lines[0].__dict__["path"], lines[0].__dict__["status"]) == ("/", 200)
    assert "secret" not in caplog.text
