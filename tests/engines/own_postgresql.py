"""A PostgreSQL server of Debian's package, for the tests that need one."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from installed import program

KEYED = "keyed"  # a role that needs a password; all others are trusted


@contextmanager
def postgresql() -> Iterator[str]:
    """Runs a server and gives its URL; it does not run as root, so root lends it to nobody."""
    initdb = program("initdb")
    assert initdb is not None
    home = Path(tempfile.mkdtemp(prefix="pg"))  # short: the path of a socket is limited
    lent = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
    if lent:
        shutil.chown(home, "nobody")
    control = [*lent, str(Path(initdb).with_name("pg_ctl")), "-D", f"{home}/data", "-w", "-s"]
    options = f"-k {home} -c listen_addresses='' -c fsync=off"
    subprocess.run([*lent, initdb, "-D", f"{home}/data", "-U", "pilot", "-A", "trust"], check=True, capture_output=True)
    (home / "data" / "pg_hba.conf").write_text(f"local all {KEYED} scram-sha-256\nlocal all all trust\n")
    subprocess.run([*control, "-o", options, "-l", f"{home}/log", "start"], check=True)
    try:
        yield f"postgresql:///postgres?host={home}&user=pilot"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True)
        shutil.rmtree(home)
