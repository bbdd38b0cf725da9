"""What some tests need of the machine, and how it is said when it is not there.

`@pytest.mark.system("chromium")` marks a test that needs a program. Without that program the test is left
out and the summary says so; with `REQUIRE_SYSTEM=1` in the environment it fails instead.
"""

import os
from collections import Counter

import pytest
from installed import program

LEFT_OUT = pytest.StashKey[Counter[str]]()


def lacking(item: pytest.Item) -> str | None:
    """The first program that a test needs and the machine does not have."""
    needed = (name for mark in item.iter_markers("system") for name in mark.args)
    return next((name for name in needed if program(name) is None), None)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "system(program): needs a program of the system, such as chromium")
    config.stash[LEFT_OUT] = Counter()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("REQUIRE_SYSTEM") == "1":
        return
    left_out = [item for item in items if lacking(item)]
    if left_out:
        config.stash[LEFT_OUT].update(str(lacking(item)) for item in left_out)
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    if hasattr(config, "workeroutput"):  # under xdist the workers collect and the controller reports
        config.workeroutput["left_out"] = dict(config.stash[LEFT_OUT])


def pytest_runtest_setup(item: pytest.Item) -> None:
    name = lacking(item)
    if name is not None:
        pytest.fail(f"{name} is not installed, and REQUIRE_SYSTEM=1 forbids leaving the test out", pytrace=False)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error) -> None:  # noqa: ARG001 - the names are the hook's
    node.config.stash[LEFT_OUT] |= Counter(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for name, count in sorted(config.stash[LEFT_OUT].items()):
        tests = "1 test that needs" if count == 1 else f"{count} tests that need"
        terminalreporter.write_line(f"left out: {tests} {name}", yellow=True)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser; for tests marked `system("chromium")`."""
    found = program("chromium")
    assert found is not None
    return found
