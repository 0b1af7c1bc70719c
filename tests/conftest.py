"""What every test run says about itself."""

import pytest


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say why tests are deselected."""
    if config.option.markexpr == "not faults":
        return "deselected: the full matrix of API server faults and most kills, which take many minutes (make test-faults)"
    return None
