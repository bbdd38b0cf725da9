"""Takes docs/demo.png: the first screen of the demo's page. Needs Chromium."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--window-size=1280,800",
]  # fmt: skip
COLOURS = 256  # keep the file small; the page has hardly more


def main() -> None:
    """Review the demo in a folder of its own, take its picture, and put that into docs/."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        sys.exit("Chromium is not installed")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        review = [sys.executable, "-m", "pilot_analysis", "run", "configs/demo/pilot.yaml", "--out", folder]
        subprocess.run(review, cwd=ROOT, check=True)
        page = (place / "demo" / "latest" / "review.html").resolve().as_uri()
        shot = [*FLAGS, f"--user-data-dir={place / 'profile'}", f"--screenshot={place / 'demo.png'}", page]
        subprocess.run([browser, *shot], check=True, stderr=subprocess.DEVNULL)
        with Image.open(place / "demo.png") as picture:
            picture.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE).save(
                ROOT / "docs" / "demo.png", optimize=True
            )


if __name__ == "__main__":
    main()
