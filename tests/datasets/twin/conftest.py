"""The twin of the default seed, drawn once, and what a tally of it finds beside its truth."""

import pytest

import annolib as al


@pytest.fixture(scope="session")
def twin():
    return al.datasets.simulate_twin()


@pytest.fixture(scope="session")
def figures(twin):
    return al.tally(twin.table).to_frame().join(twin.truth.drop(columns="repeat_pairs"))
