"""Who is told of a run, when and in which words; a notification that fails is a warning and nothing else."""

import json
import threading
from collections.abc import Iterator
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pilots import LENIENT, Called, command, write_pilot

from pilot_analysis import load_config
from pilot_analysis import review as reviewed
from pilot_analysis.config.loader import resolved_yaml
from pilot_analysis.refusal import Refusal
from pilot_analysis.runs import folder, notify
from pilot_analysis.runs.execute import NotebookFailed

TOKEN = "t0ken-nobody-may-see"


class Hook:
    """A web server on this machine that takes what it is sent."""

    def __init__(self, status: int) -> None:
        self.taken: list[dict[str, Any]] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.taken.append({"path": self.path, **json.loads(body)})
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"json://robot:{TOKEN}@127.0.0.1:{self.server.server_port}/{TOKEN}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    """A hook that accepts; its address is in `HOOK_URL`."""
    server = Hook(200)
    monkeypatch.setenv("HOOK_URL", server.url)
    yield server
    server.close()


@pytest.fixture(autouse=True)
def no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the notebook does, done here."""

    def execute(_notebook: Path, output: Path, parameters: dict[str, Any], **_options: Any) -> None:
        config = load_config(parameters["config"], parameters["overrides"])
        folder.write_run(reviewed(config).to_dict(), resolved_yaml(config), output.parent)
        output.write_text("{}", encoding="utf-8")

    monkeypatch.setattr(folder, "execute", execute)


def pilot(tmp_path: Path, when: object = ..., **keys: Any) -> Path:
    section = {"urls": ["${HOOK_URL}"]} | ({} if when is ... else {"when": when})
    return write_pilot(tmp_path, notify=section, **(LENIENT | keys))


def run(config: Path, *options: object) -> Called:
    return command("run", config, "--out", config.parent / "reports", *options)


def test_a_new_verdict_is_told_once(tmp_path: Path, hook: Hook) -> None:
    config = pilot(tmp_path)

    assert run(config).code == 0
    assert run(config, "--force").code == 0

    (message,) = hook.taken
    assert message["path"] == f"/{TOKEN}"
    assert (message["title"], message["type"]) == ("Small pilot: Scale", "success")
    headline, page = message["message"].splitlines()
    review = json.loads((tmp_path / "reports/small-pilot/latest/review.json").read_text(encoding="utf-8"))
    assert headline == review["headline"]
    assert page == f"Page: {tmp_path / 'reports/small-pilot/latest/review.html'}"


def test_another_verdict_says_what_it_was_before(tmp_path: Path, hook: Hook) -> None:
    config = pilot(tmp_path)
    run(config)

    run(config, "--set", "vendor_review.must_haves={iso_27001: no}")

    assert [message["title"] for message in hook.taken] == ["Small pilot: Scale", "Small pilot: Stop"]
    assert "Before: Scale." in hook.taken[1]["message"].splitlines()
    assert hook.taken[1]["type"] == "warning"


def test_an_interim_review_is_told_when_it_is_on_watch(tmp_path: Path, hook: Hook) -> None:
    on_course, on_watch = (write_pilot_in(tmp_path / name) for name in ("course", "watch"))

    assert run(on_course, "--as-of", "2026-04-01").code == 0
    assert hook.taken == []
    hard = ("--set", "kpis.cost_per_contact.minimum_saving=0.9")
    assert run(on_watch, "--as-of", "2026-04-01", *hard).code == 0

    (message,) = hook.taken
    assert message["title"] == "Small pilot: Interim: watch"
    assert message["message"].startswith("Interim: watch cost per contact")


def write_pilot_in(place: Path) -> Path:
    place.mkdir()
    return pilot(place)


def test_always_is_always(tmp_path: Path, hook: Hook) -> None:
    config = pilot(tmp_path, when="always")
    run(config)
    run(config, "--force")
    assert [message["title"] for message in hook.taken] == ["Small pilot: Scale"] * 2


@pytest.mark.parametrize("when", [["failure"], "always"])
def test_refused_data_are_told_without_the_value(tmp_path: Path, hook: Hook, when: object) -> None:
    config = pilot(tmp_path, when)
    log = (tmp_path / "contacts.csv").read_text().replace("email", "email", 1)
    (tmp_path / "contacts.csv").write_text(log.replace("2026-03-02 08:00:00", "anna@example.org", 1))

    assert run(config).code == 2

    (message,) = hook.taken
    assert (message["title"], message["type"]) == ("Small pilot: the run refused", "failure")
    assert "'opened_at' is not a timestamp" in message["message"]
    assert "anna@example.org" not in message["message"]


def test_a_refused_config_is_told_by_its_file(tmp_path: Path, hook: Hook) -> None:
    config = pilot(tmp_path, kpis__csat__margni=0.1)

    assert run(config).code == 2

    (message,) = hook.taken
    assert message["title"] == f"{config}: the run refused"
    assert message["message"].splitlines() == ["unknown key", str(config), "kpis.csat.margni"]


def test_a_failed_notebook_is_told(tmp_path: Path, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise NotebookFailed("review.ipynb", 3, "ValueError: no <b>such</b>\x07 thing")

    monkeypatch.setattr(folder, "execute", fails)

    assert run(pilot(tmp_path)).code == 3

    (message,) = hook.taken
    assert message["title"] == "Small pilot: the run failed"
    assert "ValueError: no <b>such</b> thing" in message["message"]


def test_nobody_is_told_of_what_nobody_asked_for(tmp_path: Path, hook: Hook) -> None:
    assert run(pilot(tmp_path, ["failure"])).code == 0
    assert run(pilot(tmp_path, ["verdict_change"]), "--set", "kpis.csat.margin=7").code == 2
    assert hook.taken == []


@pytest.mark.parametrize("kind", ["refuses", "is away", "is no address", "is unknown"])
def test_what_cannot_be_sent_is_a_warning_that_hides_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    server = Hook(500)
    if kind != "refuses":
        server.close()
    url = {"is no address": TOKEN, "is unknown": f"nonsense://{TOKEN}/x"}.get(kind, server.url)
    monkeypatch.setenv("HOOK_URL", url)

    done = run(pilot(tmp_path))

    assert done.code == 0
    address = {"is no address": "no address", "is unknown": "nonsense"}.get(kind, "json://127.0.0.1")
    assert f"Warning: notification 1 ({address}) was not sent.\n" in done.err
    assert TOKEN not in done.err + done.out
    if kind == "refuses":
        server.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "slack"),
        ("https://hooks.slack.com/services/T1JJ3T3L2/x/y", "https://hooks.slack.com"),
        ("mailto://me:secret@example.org?to=you@example.org", "mailto://example.org"),
        ("json://[half", "no address"),
    ],
)
def test_of_an_address_the_scheme_is_said_and_a_host_that_is_one(url: str, said: str) -> None:
    assert notify.shown(url) == said


def test_names_from_a_config_stay_on_one_line(review: dict[str, Any]) -> None:
    other = deepcopy(review)
    other["pilot"]["name"] = "Vendor\n\x1b[31m A\tB"
    message = notify.of_review(other, None, Path("page.html"), ["always"])
    assert message is not None
    assert message.title == "Vendor [31m A B: Adjust"


# --- the config ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("urls", [[f"json://127.0.0.1/{TOKEN}"], f"x${{HOOK_URL}}{TOKEN}", ["${HOOK_URL}", 7]])
def test_an_address_may_only_stand_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, urls: object
) -> None:
    monkeypatch.setenv("HOOK_URL", "json://127.0.0.1")
    config = write_pilot(tmp_path, notify={"urls": urls})
    with pytest.raises(Refusal) as refused:
        load_config(config)
    assert "an address is a secret" in str(refused.value)
    assert refused.value.line == config.read_text().splitlines().index("notify:") + (
        2 if isinstance(urls, str) else 2 + len(urls)
    )
    assert TOKEN not in str(refused.value)


def test_a_variable_that_is_not_set_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOOK_URL", raising=False)
    done = run(pilot(tmp_path))
    assert done.code == 2
    assert "${HOOK_URL}" in done.err


def test_the_config_of_the_run_keeps_the_name(tmp_path: Path, hook: Hook) -> None:
    run(pilot(tmp_path))
    text = (tmp_path / "reports/small-pilot/latest/config.yaml").read_text(encoding="utf-8")
    assert "- ${HOOK_URL}" in text
    assert repr(load_config(tmp_path / "pilot.yaml")).count(TOKEN) == 0
    assert hook.taken
