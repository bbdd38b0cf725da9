"""The kernel's process, started as a file: ipykernel, and it ends with the process that started it.

ipykernel looks once a second whether its parent still lives, but only after its imports, and under a process that
adopts orphans it takes one that died before that for alive. On Linux the system itself can be told.
"""

import os
import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Be killed when the starting thread ends; leave at once where its process has ended already."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != int(os.environ["JPY_PARENT_PID"]):
            sys.exit(1)


if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # this folder, whose modules would hide others of the same name
    end_with_parent()
    runpy.run_module("ipykernel_launcher", run_name="__main__")
