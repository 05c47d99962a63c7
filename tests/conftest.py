"""Fixtures for every test."""

pytest_plugins = [
    "tests.support.databases",
    "tests.support.servers",
    "tests.support.browsers",
    "tests.support.trackers",
    "tests.support.yards",
]
