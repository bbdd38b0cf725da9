"""The examples in the docstrings of the arithmetic are true."""

import doctest
import importlib
import pkgutil

import pytest

from pilot_analysis import stats


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(stats.__path__)])
def test_examples(name):
    assert doctest.testmod(importlib.import_module(f"{stats.__name__}.{name}")).failed == 0
