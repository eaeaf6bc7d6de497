"""A crowd, and prices, that the tests of pay plans share."""

import pytest

import annolib as al


@pytest.fixture(scope="session")
def report():
    """An audit of the twin whose strength is taken as known."""
    return al.audit(al.datasets.load("twin"), al.SelfConsistencyLabels(0.6), strength=0.6)


@pytest.fixture(scope="session")
def unsure():
    """The same with a range of strengths."""
    return al.audit(al.datasets.load("twin"), al.SelfConsistencyLabels(0.6), strength=(0.55, 0.6))


@pytest.fixture(scope="session")
def terms():
    """A batch worth 60 with care, for which care costs 15; the same time earns 20 elsewhere."""
    return {"value": 60, "cost": 15, "prices": 0.2, "outside": 20, "floor": 10, "progress": False}
