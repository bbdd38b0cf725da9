"""Programs of the machine, wherever Debian keeps them."""

import os
import shutil
from pathlib import Path

ALSO_KNOWN_AS = {"chromium": ("chromium", "chromium-browser", "google-chrome")}
ALSO_IN = {"initdb": "usr/lib/postgresql/*/bin"}  # where Debian keeps what is not on the path


def program(name: str) -> str | None:
    """The path of an installed program, or None."""
    also = sorted(map(str, Path("/").glob(ALSO_IN.get(name, "nowhere"))), reverse=True)
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *also])
    return next(filter(None, (shutil.which(known, path=path) for known in ALSO_KNOWN_AS.get(name, (name,)))), None)
