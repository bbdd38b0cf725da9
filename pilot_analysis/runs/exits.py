"""Exit codes, and what is said when something went wrong."""

from pilot_analysis.refusal import EngineFailure, Refusal

DONE, ERROR, REFUSED, FAILED = 0, 1, 2, 3
WORST_FIRST = (ERROR, FAILED, REFUSED, DONE)
VERDICT_EXIT = {"scale": 0, "adjust": 10, "stop": 20, None: 30}


def exit_code_of(fault: Exception) -> int:
    """2 for a refusal, 3 for a failed notebook, 1 for anything else, an engine without room included."""
    from pilot_analysis.runs.execute import NotebookFailed

    if isinstance(fault, EngineFailure):
        return ERROR
    return REFUSED if isinstance(fault, Refusal) else FAILED if isinstance(fault, NotebookFailed) else ERROR


def explained(fault: Exception) -> str:
    """A readable block about a fault; no traceback."""
    from pilot_analysis.runs.execute import NotebookFailed
    from pilot_analysis.runs.pdf import NotPrinted

    if isinstance(fault, NotebookFailed):
        return f"{fault}\n  kept in: {fault.kept}" if fault.kept else str(fault)
    if isinstance(fault, Refusal | NotPrinted):
        return str(fault)
    return f"Error: {type(fault).__name__}: {fault}\n  set PILOT_ANALYSIS_DEBUG=1 to see where"
