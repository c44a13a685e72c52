"""Fixtures every test folder may use."""

from hypothesis import settings

pytest_plugins = ["tests.kafka_broker"]

# How long an example takes is the machine's affair; speed is measured in tests/bench and decides no test.
settings.register_profile("tocsin", deadline=None)
settings.load_profile("tocsin")
