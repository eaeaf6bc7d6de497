"""Claims that a page makes and checks."""

import numpy as np
import pytest

from annolib.course.notebook.claims import ClaimError, claim


def test_claims(capsys):
    claim("Two is even.", np.bool_(True))
    assert capsys.readouterr().out == "✓ Two is even.\n"
    claim("Two is even.", True, "Three is odd.", True)
    assert capsys.readouterr().out.split("\n")[-2] == "✓ Three is odd."
    with pytest.raises(ClaimError, match="Four is odd"):
        claim("Two is even.", True, "Four is odd.", False)
    with pytest.raises(TypeError, match="'Five is odd.' has no condition"):
        claim("Two is even.", True, "Five is odd.")
    with pytest.raises(ClaimError, match="Three is even"):
        claim("Three is even.", False)
    with pytest.raises(TypeError, match="array use .all"):
        claim("All are even.", np.array([True, False]))
    with pytest.raises(TypeError):
        claim("A number is no condition.", 1)
