"""Takes the pictures of the demo's page in docs/: light, dark, on a telephone and on paper. Needs Chromium."""

import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
]  # fmt: skip
DARK = "--blink-settings=preferredColorScheme=0"
NARROWEST = 500  # of a browser's window: a narrower page stands in a frame
COLOURS = 256  # keep the files small; the page has hardly more


def main() -> None:
    """Review the demo in a folder of its own and put the pictures of its page into docs/."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        sys.exit("Chromium is not installed")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        review = [sys.executable, "-m", "pilot_analysis", "run", "configs/demo/pilot.yaml", "--out", folder]
        subprocess.run(review, cwd=ROOT, check=True)
        html = (place / "demo" / "latest" / "review.html").read_text(encoding="utf-8")
        take(browser, place, html, "demo", (1280, 800))
        take(browser, place, html, "demo-dark", (1280, 800), DARK)
        take(browser, place, html, "demo-phone", (360, 780))
        take(browser, place, on_paper(html), "demo-print", (794, 1123))


def on_paper(html: str) -> str:
    """The page as it is printed, with the margins of its sheet."""
    printed = html.replace("@media screen", "@media speech").replace("@media print", "@media all")
    return printed.replace("</style>", "body{padding:12mm 14mm}</style>", 1)


def take(browser: str, place: Path, html: str, name: str, size: tuple[int, int], *flags: str) -> None:
    """The upper left part of a page, `size` in pixels, as `docs/<name>.png`."""
    width, height = size
    page, shot = place / f"{name}.html", place / f"{name}.png"
    frame = (
        f'<body style="margin:0"><iframe style="border:0;width:{width}px;height:{height}px" srcdoc="{escape(html)}">'
    )
    page.write_text(html if width >= NARROWEST else f"<!doctype html>{frame}", encoding="utf-8")
    window = f"--window-size={max(width, NARROWEST)},{height}"
    profile = f"--user-data-dir={place / 'profile'}"
    command = [browser, *FLAGS, *flags, window, profile, f"--screenshot={shot}", page.as_uri()]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    with Image.open(shot) as picture:
        small = picture.crop((0, 0, width, height)).convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE)
        small.save(ROOT / "docs" / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
