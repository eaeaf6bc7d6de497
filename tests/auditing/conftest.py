"""Tables of people who pass so many of so many repeats, for the tests of this room."""

import pytest

from tests.auditing.repeated import crowd, repeats


@pytest.fixture
def make_repeats():
    return repeats


@pytest.fixture
def make_crowd():
    return crowd
