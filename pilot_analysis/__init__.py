"""Should an outsourced support pilot be scaled, adjusted or stopped?

>>> from pilot_analysis import load_config, review
>>> review(load_config("configs/demo/pilot.yaml")).to_dict()["verdict"]  # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["__version__", "load_config", "review"]

if TYPE_CHECKING:
    from pilot_analysis.config.loader import load_config
    from pilot_analysis.review import review


def __getattr__(name: str) -> Any:
    """Import on first use, so that `pilot-analysis --help` does not wait for pandas and Ibis."""
    if name == "load_config":
        from pilot_analysis.config.loader import load_config

        return load_config
    if name == "review":
        # The module and the function share their name; the function is what a user calls.
        from pilot_analysis.review import review

        return review
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
