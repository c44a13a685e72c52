"""Fixtures every test folder may use."""

from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

pytest_plugins = ["tests.kafka_broker"]

# How long an example takes is the machine's affair; speed is measured in tests/bench and decides no test.
settings.register_profile("tocsin", deadline=None)
settings.load_profile("tocsin")


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A verb that was called in this process has bound the log to a standard error that is closed by now."""
    yield
    structlog.reset_defaults()
