"""Every kind of monitor: one of each, and hypothesis strategies for all."""

import pytest
from hypothesis import strategies as st

import annolib as al

efforts = st.floats(0, 1)

inside = st.floats(0.05, 0.95)

positive = st.one_of(
    st.builds(al.SelfConsistency, kappa=st.floats(0.01, 0.25)),
    st.builds(al.Expert, rho=st.floats(0.01, 0.25)),
    st.builds(al.Peer, rho=st.floats(0.05, 0.25), peer_effort=st.floats(0.1, 1)),
    st.builds(al.Golden, gamma=st.floats(0.01, 0.5)),
    st.builds(al.SelfConsistencyLabels, concentration=st.floats(0.01, 2 / 3)),
    st.builds(al.SelfConsistencyLabels, concentration=st.floats(0.01, 0.5), labels=st.integers(2, 9)),
)

opposed = st.one_of(
    st.builds(al.Expert, rho=st.floats(-0.25, -0.01)),
    st.builds(al.Peer, rho=st.floats(-0.25, -0.05), peer_effort=st.floats(0.1, 1)),
)

ONE_OF_EACH = [
    al.SelfConsistency(0.15),
    al.Expert(0.12),
    al.Expert(-0.12),
    al.Peer(0.2, 0.7),
    al.Golden(0.45),
    al.SelfConsistencyLabels(0.3),
    al.SelfConsistencyLabels(0.3, labels=5),
]

each = pytest.mark.parametrize("monitor", ONE_OF_EACH, ids=repr)
