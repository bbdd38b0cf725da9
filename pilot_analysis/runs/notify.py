"""Tell people how a run ended: by email, Slack, Teams or a webhook, through Apprise.

A notification that cannot be sent is worth a warning and no more. An address is a secret: what is said of it
is the name of its variable, its scheme and, where that is a host, its host.
"""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pilot_analysis.config.models import Notify
from pilot_analysis.refusal import Refusal
from pilot_analysis.report import rows, wording
from pilot_analysis.words import _, language

SECONDS = 30
LONGEST = 1000
WITH_HOST = ("http", "https", "json", "jsons", "xml", "xmls", "form", "forms", "mailto", "mailtos")
"""Schemes whose addresses have a host where others have a token."""


@dataclass(frozen=True)
class Message:
    """What is sent: plain text, which Apprise escapes as each service needs it."""

    title: str
    body: str
    kind: Literal["info", "success", "warning", "failure"]


def verdict_before(latest: Path) -> str | None:
    """The verdict of the run that is published now; None while interim, and where there is no run."""
    try:
        found = json.loads((latest / "review.json").read_text(encoding="utf-8"))["verdict"]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return found if isinstance(found, str) else None


def of_review(review: dict[str, Any], before: str | None, page: Path, when: Sequence[str]) -> Message | None:
    """What to say of a published review; None when nobody asked for it.

    Args:
        review: as in review.json.
        before: the verdict published before it.
        page: where its page is.
        when: always, or what to tell of: verdict_change, watch, failure.
    """
    changed, watched = review["verdict"] != before, on_watch(review)
    if not ("always" in when or ("verdict_change" in when and changed) or ("watch" in when and watched)):
        return None
    with language(review["pilot"]["language"]):
        outcome = wording.verdict(review["verdict"]).word
        if watched:
            outcome = _("{phase}: watch").format(phase=outcome)
        lines = [_line(review["headline"])]
        if changed and before is not None:
            lines.append(_("Before: {verdict}.").format(verdict=wording.verdict(before).word))
        lines.append(_("Page: {path}").format(path=page))
        title = _("{pilot}: {outcome}").format(pilot=_line(review["pilot"]["name"]), outcome=outcome)
    bad = watched or review["verdict"] in ("adjust", "stop")
    return Message(title, "\n".join(lines), "warning" if bad else "success")


def on_watch(review: dict[str, Any]) -> bool:
    """Whether an interim review has a goal or a guardrail off its course, as its page shows it."""
    return review["phase"] == "interim" and any(
        rows.result(kpi["role"], kpi["state"], kpi["benefit"], rows.limit(kpi)[0], interim=True).icon == "watch"
        for kpi in review["kpis"]
        if kpi["role"] != "secondary"
    )


def of_failure(pilot: str, fault: Exception, when: Sequence[str], clean: Callable[[str], str] = str) -> Message | None:
    """What to say of a run that was refused or failed; None when nobody asked for it.

    Of a refusal the value that was found is left out: it may be a customer's. `clean` takes secrets out of a text.
    """
    if not {"always", "failure"} & set(when):
        return None
    if isinstance(fault, Refusal):
        outcome, lines = _("refused"), [fault.problem, fault.file, fault.key]
    else:
        outcome, lines = _("failed"), [str(fault)]
    return Message(
        title=_line(_("{pilot}: the run {outcome}").format(pilot=pilot, outcome=outcome)),
        body="\n".join(_line(clean(line)) for line in lines if line),
        kind="failure",
    )


def send(notify: Notify, message: Message | None, warn: Callable[[str], None]) -> None:
    """Send a message to every address; `warn` is told of each that cannot be reached."""
    if message is None:
        return
    import apprise

    for library in ("apprise", "urllib3"):  # what they log may hold the address
        logging.getLogger(library).setLevel(logging.CRITICAL + 1)
    asset = apprise.AppriseAsset(async_mode=False)
    for place, url in enumerate(notify.urls, start=1):
        try:
            service = apprise.Apprise(asset=asset)
            sent = service.add(url) and service.notify(
                body=message.body, title=message.title, notify_type=message.kind,
                body_format=apprise.NotifyFormat.TEXT, timeout=SECONDS,
            )  # fmt: skip
        except Exception:  # noqa: BLE001 - each service has its own; none may fail the run
            sent = False
        if not sent:
            warn(_("Warning: notification {n} ({address}) was not sent.").format(n=place, address=shown(url)))


def shown(url: str) -> str:
    """What may be said of an address: its scheme, and its host where it is one."""
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.scheme in WITH_HOST else None
    except ValueError:
        return _("no address")
    if "://" not in url:
        return _("no address")
    return f"{parts.scheme}://{host}" if host else parts.scheme


def _line(text: str) -> str:
    """Text from a config or from data on one line, without control characters, and not endless."""
    return " ".join(wording.plain(text).split())[:LONGEST]
