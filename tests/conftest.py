"""What every test shares: examples that are the same on every run, and the table of recordings at its end."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("same every time", derandomize=True, deadline=None, database=None)
settings.load_profile("same every time")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Which recorded answers were read, where the tests that read them were among those that passed."""
    passed = terminalreporter.stats.get("passed", [])
    if any("test_recordings.py" in report.nodeid for report in passed):
        from tests.core.services.cases import _table

        terminalreporter.section("recordings read")
        for line in _table.lines():
            terminalreporter.write_line(line)
