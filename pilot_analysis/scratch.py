"""Folders for temporary files that bear the number of their process, so that those of a killed one can be told."""

import os
import shutil
import tempfile
from pathlib import Path
from time import time

A_DAY = 86_400


def scratch(kind: str) -> tempfile.TemporaryDirectory[str]:
    """A folder for nobody else to read, which goes with what is returned; what killed processes left goes first.

    Args:
        kind: what its name begins with.
    """
    sweep(Path(tempfile.gettempdir()), kind)
    return tempfile.TemporaryDirectory(prefix=f"{kind}-{os.getpid()}-", ignore_cleanup_errors=True)


def sweep(place: Path, kind: str) -> None:
    """Remove folders of this kind whose process is gone and in which for a day nothing came or went."""
    if os.name != "posix":
        return  # there signal 0 would end the process
    for folder in place.glob(f"{kind}-*-*"):
        number = folder.name.removeprefix(f"{kind}-").partition("-")[0]
        try:
            if number.isdigit() and time() - folder.stat().st_mtime > A_DAY and not running(int(number)):
                shutil.rmtree(folder, ignore_errors=True)
        except FileNotFoundError:
            continue  # another process has swept it


def running(process: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True
