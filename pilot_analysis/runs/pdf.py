"""The page on paper: `review.pdf`, by Chromium's print."""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from threading import Event
from time import monotonic

from pilot_analysis.scratch import scratch
from pilot_analysis.words import _

PDF = "review.pdf"
VARIABLE = "PILOT_ANALYSIS_BROWSER"
NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge",
)  # fmt: skip
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
FLAGS = (
    "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-pdf-header-footer", "--generate-pdf-document-outline",
)  # fmt: skip
SECONDS = 60.0


class NotPrinted(Exception):  # noqa: N818 - named for what happened
    """There is no browser, or it made no PDF."""


def browser() -> Path:
    """The Chromium, Chrome or Edge to print with: what `PILOT_ANALYSIS_BROWSER` names, else the first one found.

    Raises:
        NotPrinted: there is none.
    """
    named = os.environ.get(VARIABLE)
    if named:
        found = shutil.which(named)
        if found is None:
            raise NotPrinted(
                _("A PDF is printed by a browser, and {variable} names none that can be run: {named}").format(
                    variable=VARIABLE, named=named
                )
            )
        return Path(found)
    for name in (*NAMES, *PLACES):
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    raise NotPrinted(
        _(
            "A PDF is printed by a browser, and none was found ({names}). Install Chromium, name a browser "
            "in {variable}, or leave --pdf out."
        ).format(names=", ".join(NAMES), variable=VARIABLE)
    )


def print_page(page: Path, pdf: Path, program: Path, *, seconds: float = SECONDS, stop: Event | None = None) -> None:
    """Print `page` to `pdf`: tagged, with an outline and, by the page's own style, with page numbers.

    Args:
        page: an HTML file that needs nothing else.
        pdf: is written whole or not at all.
        program: the browser.
        seconds: after which the browser is ended.
        stop: set from another thread, it ends the browser.

    Raises:
        NotPrinted: the browser did not start, failed, hung or wrote no whole PDF.
        KeyboardInterrupt: `stop` was set.
    """
    with scratch("pilot-print") as profile:
        fresh = Path(profile, PDF)
        line = [str(program), *FLAGS, f"--user-data-dir={profile}", f"--print-to-pdf={fresh}"]
        if os.name == "posix" and os.geteuid() == 0:
            line.append("--no-sandbox")  # Chromium has none for root
        with Path(profile, "said.txt").open("w+", encoding="utf-8", errors="replace") as said:
            _run([*line, page.resolve().as_uri()], said.fileno(), seconds, stop or Event())
            said.seek(0)
            words = said.read().split("\n")
        if not _whole(fresh):
            last = next((text.strip() for text in reversed(words) if text.strip()), _("it said nothing"))
            raise NotPrinted(_("{program} wrote no PDF: {last}").format(program=program, last=last[:300]))
        shutil.move(fresh, pdf)


def _run(line: list[str], told: int, seconds: float, stop: Event) -> None:
    """Run the browser until it ends, hangs or is told to; none of its processes stays."""
    until = monotonic() + seconds
    try:
        running = subprocess.Popen(
            line, stdin=subprocess.DEVNULL, stdout=told, stderr=told, start_new_session=os.name == "posix"
        )
    except OSError as fault:
        raise NotPrinted(_("{program} cannot be run: {fault}").format(program=line[0], fault=fault.strerror)) from None
    try:
        while running.poll() is None:
            if stop.wait(0.02):
                raise KeyboardInterrupt
            if monotonic() > until:
                raise NotPrinted(
                    _("{program} did not print within {seconds} seconds.").format(
                        program=line[0], seconds=f"{seconds:g}"
                    )
                )
    finally:
        _end(running)


def _end(running: "subprocess.Popen[bytes]") -> None:
    """End a browser with whatever it started."""
    if os.name == "posix":
        with suppress(ProcessLookupError):  # all gone
            os.killpg(running.pid, signal.SIGKILL)
    else:
        running.kill()
    running.wait()


def _whole(pdf: Path) -> bool:
    """Whether a file is a PDF to its end."""
    if not pdf.is_file():
        return False
    content = pdf.read_bytes()
    return content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")
