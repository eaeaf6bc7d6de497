"""`load`: one name, one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annolib.datasets.fetching import need_files
from annolib.datasets.registry import info

if TYPE_CHECKING:
    import pandas as pd


def load(name, experts=(), texts=False) -> pd.DataFrame:
    """A data set as a table. Real data are fetched when they are not in the cache, and always checked.

    Parameters
    ----------
    name : str
        - "llmfao", "pandalm": real judgements as a tidy table (`task`, `worker`, `label`, `left`, `right`, …)
        - "llmfao-workers", "llmfao-items", "llmfao-models", "llmfao-repeats", "llmfao-features": figures computed from
          llmfao, which come with the repository. The first has the worker as index and the columns and rates of a
          tally; the last how the two answers of each comparison differ, in eight plain features.
        - "llmfao-evidence", "llmfao-golden", "llmfao-pairs": what an audit starts from, computed likewise: checks of each
          kind for each worker (the index), golden checks one by one, and how often two workers agree.
        - "llmfao-labels": the first label of each worker for each item, about content; comes with the repository
        - "twin": the judgements of the simulated twin; "twin-truth": what is true about its workers
    experts : tuple of {"gpt4", "key"}
        For llmfao: verdicts to append as rows with `expert` True.
    texts : bool
        For real data: whether to add the texts of prompts and answers.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    ValueError
        If there is no such data set, or it has no such option.
    DataError
        If files are altered, missing and not to be fetched, or not what they should be.

    Examples
    --------
    >>> figures = load("llmfao-workers")
    >>> len(figures), int(figures["repeat_pairs"].sum())
    (124, 756)
    """
    kind = info(name).kind
    if experts and name != "llmfao":
        raise ValueError(f"experts: only llmfao has verdicts of experts; saw name={name!r}. Leave it out.")
    if texts and kind != "real":
        raise ValueError(f"texts: {name!r} holds no texts. Leave it out.")
    if name == "llmfao":
        from annolib.datasets.llmfao import load_llmfao

        return load_llmfao(need_files(name), experts, texts)
    if name == "pandalm":
        from annolib.datasets.pandalm import load_pandalm

        return load_pandalm(need_files(name), texts)
    from annolib.datasets.shipped import load_table

    return load_table(name)
