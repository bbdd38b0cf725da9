"""Should an outsourced support pilot be scaled, adjusted or stopped?

>>> from pilot_analysis import load_config, review
>>> review(load_config("configs/demo/pilot.yaml")).to_dict()["verdict"]  # doctest: +SKIP
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["__version__", "load_config", "review"]

if TYPE_CHECKING:
    from pilot_analysis.config.loader import load_config
    from pilot_analysis.review import review


class _Package(ModuleType):
    """Imports on first use, so that `pilot-analysis --help` does not wait for pandas and Ibis.

    `review` is both a function and the module that holds it. Importing a submodule sets it on its package;
    the property keeps the function there.
    """

    @property
    def load_config(self) -> Any:
        return import_module("pilot_analysis.config.loader").load_config

    @property
    def review(self) -> Any:
        return import_module("pilot_analysis.review").review

    @review.setter
    def review(self, module: ModuleType) -> None:
        pass


sys.modules[__name__].__class__ = _Package
