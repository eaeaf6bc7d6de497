"""The table of wins against a loop over single games."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolib import win_matrix

COLUMNS = ["model", "opponent", "wins", "losses", "ties"]
COUNT = st.integers(0, 5)
ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("abc"), COUNT, COUNT, COUNT).filter(
        lambda r: r[0] != r[1]
    ),
    min_size=1,
    max_size=12,
)


@given(ROWS)
def test_wins_equal_a_count_game_by_game(rows):
    found = win_matrix(pd.DataFrame(rows, columns=COLUMNS))
    wanted = pd.DataFrame(0.0, found.index, found.columns)
    for model, opponent, wins, losses, ties in rows:
        wanted.loc[model, opponent] += wins + ties / 2
        wanted.loc[opponent, model] += losses + ties / 2
    pd.testing.assert_frame_equal(found, wanted)
    games = sum(row[2] + row[3] + row[4] for row in rows)
    assert found.to_numpy().sum() == games and not np.diag(found).any()


def test_bad_tables_are_named():
    good = pd.DataFrame([("a", "b", 1, 2, 3)], columns=COLUMNS)
    with pytest.raises(ValueError, match="losses is missing"):
        win_matrix(good.drop(columns="losses"))
    with pytest.raises(ValueError, match="0 or more; saw ties in row 0"):
        win_matrix(good.assign(ties=-1))
    with pytest.raises(ValueError, match="0 or more"):
        win_matrix(good.assign(ties=np.nan))
    with pytest.raises(ValueError, match="two different models"):
        win_matrix(good.assign(opponent="a"))
