"""Exit codes, and what is said when something went wrong."""

from pilot_analysis.refusal import Refusal

DONE, ERROR, REFUSED, FAILED = 0, 1, 2, 3
WORST_FIRST = (ERROR, FAILED, REFUSED, DONE)
VERDICT_EXIT = {"scale": 0, "adjust": 10, "stop": 20, None: 30}


def explained(fault: Exception) -> tuple[int, str]:
    """The exit code of a fault, and a readable block about it; no traceback."""
    from pilot_analysis.runs.execute import NotebookFailed

    if isinstance(fault, Refusal):
        return REFUSED, str(fault)
    if isinstance(fault, NotebookFailed):
        return FAILED, f"{fault}\n  kept in: {fault.kept}" if fault.kept else str(fault)
    return ERROR, f"Error: {type(fault).__name__}: {fault}\n  set PILOT_ANALYSIS_DEBUG=1 to see where"
