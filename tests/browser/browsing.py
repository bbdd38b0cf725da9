"""One way to open a page in the browser and to ask it something."""

import json
import re
import subprocess
from html import escape, unescape
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip
LIGHT = "--blink-settings=preferredColorScheme=1"
DARK = "--blink-settings=preferredColorScheme=0"
SECONDS = 120
WIDTHS = [320, 360, 600, 880, 881, 1280]


def browse(chromium: str, page: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    """Open a file in a browser that knows nothing yet, with further flags."""
    command = [chromium, *FLAGS, f"--user-data-dir={page.parent / 'profile'}", *flags, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)


def without_policy(html: str) -> str:
    """The page with its content policy lifted, so that a script can ask it."""
    lifted = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    assert lifted != html
    return lifted


def told(dom: str) -> Any:
    """What a script wrote into the element `told` as JSON."""
    found = re.search(r'<pre id="told">(.*?)</pre>', dom, re.DOTALL)
    assert found is not None
    return json.loads(unescape(found[1]))


def measured(chromium: str, folder: Path, html: str, width: int, expression: str) -> Any:
    """What a script finds in a page of a width; the page stands in a `frame` and is called `page`."""
    wrapper = folder / "wrapper.html"
    wrapper.write_text(
        f'<!doctype html><pre id="told"></pre>'
        f'<iframe style="width:{width}px;height:800px;border:0" srcdoc="{escape(without_policy(html))}"></iframe>'
        f'<script>document.querySelector("iframe").onload = event => {{'
        f"const frame = event.target, page = frame.contentDocument;"
        f'document.getElementById("told").textContent = JSON.stringify({expression}) }};</script>',
        encoding="utf-8",
    )
    return told(browse(chromium, wrapper, "--dump-dom").stdout)


def at_each_width(found: str) -> str:
    """An expression that is evaluated with the frame at each of WIDTHS in turn; `root` is the page's own element."""
    return (
        f'{WIDTHS}.map(width => {{ frame.style.width = width + "px"; const root = page.documentElement; '
        f"return {found} }})"
    )
