"""llmfao: people compare the answers of language models (Dmitry Ustalov, CC BY 4.0).

An item is a prompt with an unordered pair of answers. Two comparisons of the source are the same item if
their prompt is the same and their answers are, after every run of white space is made one blank: different models gave
identical short answers, and that is how one person came to judge an item more than once.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from annolib.datasets.files import read_csv, read_lines

_LABELS = {"left", "right", "tie"}


def load_llmfao(folder, experts=(), texts=False):
    """The judgements as a tidy table, one row per judgement, in the order of the source.

    Parameters
    ----------
    folder : path-like
        Where the four files lie.
    experts : iterable of {"gpt4", "key"}
        Verdicts to append as rows with `expert` True: GPT-4's on every comparison, and the answer key's where one
        answer is right and the other wrong (`key_verdicts`).
    texts : bool
        Whether to add the prompt and both answers, columns `prompt_text`, `note` (the right
        answer, where the source gives one), `left_text`, `right_text`.

    Returns
    -------
    pandas.DataFrame
        `task` (the item, such as cot-apple-007), `worker` (str), `label`, `left` and `right` (the answers, such as
        cot-apple:12; equal texts have equal names), `prompt` (its slug), `pair` (the comparison's id in the
        source), `left_model`, `right_model`; with experts also `expert`.
    """
    unknown = set([experts] if isinstance(experts, str) else experts) - {"gpt4", "key"}
    if isinstance(experts, str) or unknown:
        raise ValueError(f"experts must be a tuple of 'gpt4' and 'key'; saw {experts!r}.")
    pairs = read_pairs(folder)
    columns = ["id", "worker", "winner"]
    crowd = read_csv(folder / "crowd-comparisons.csv", columns, {"winner": _LABELS})[columns]
    parts = [crowd.assign(worker=crowd["worker"].astype(str), expert=False)]
    if "gpt4" in experts:
        verdicts = read_csv(folder / "gpt4-crowd-comparisons.csv", ["id", "winner"], {"winner": _LABELS})
        parts.append(verdicts[["id", "winner"]].assign(worker="gpt4", expert=True))
    if "key" in experts:
        parts.append(key_verdicts(pairs).assign(worker="key", expert=True))
    rows = pd.concat(parts, ignore_index=True).rename(columns={"winner": "label"})
    table = rows.merge(pairs, on="id", how="left", validate="many_to_one").rename(columns={"id": "pair"})
    names = ["task", "worker", "label", "left", "right", "prompt", "pair", "left_model", "right_model"]
    names += ["expert"] if experts else []
    names += ["prompt_text", "note", "left_text", "right_text"] if texts else []
    return table[names]


def read_pairs(folder):
    """The 2,139 comparisons: id, prompt, task, left, right, models and texts, one row each."""
    keys = ["id", "slug", "text", "result_x", "result_y"]
    pairs = read_lines(folder / "pairs-crowd.jsonl", keys)[keys]
    known = read_lines(folder / "prompts.jsonl", ["slug", "note"])
    models = read_csv(folder / "gpt4-crowd-comparisons.csv", ["id", "left", "right"])[["id", "left", "right"]]
    models = models.rename(columns={"left": "left_model", "right": "right_model"})
    pairs = pairs.rename(columns={"slug": "prompt", "text": "prompt_text"})
    pairs = pairs.assign(left_text=pairs.pop("result_x"), right_text=pairs.pop("result_y"))
    pairs["note"] = pairs["prompt"].map(known.set_index("slug")["note"])
    left, right = (pairs[side].map(one_blank) for side in ("left_text", "right_text"))
    answers = _number(pd.concat([pairs["prompt"]] * 2), pd.concat([left, right]), "{}:{:02d}")
    pairs["left"], pairs["right"] = answers[: len(pairs)], answers[len(pairs) :]
    both = [" ".join(sorted(pair)) for pair in zip(pairs["left"], pairs["right"], strict=True)]
    pairs["task"] = _number(pairs["prompt"], pd.Series(both), "{}-{:03d}")
    return pairs.merge(models, on="id", how="left", validate="one_to_one")


def one_blank(text):
    """The text with every run of white space made one blank, none at the ends.

    Examples
    --------
    >>> one_blank(" positive\\n")
    'positive'
    """
    return " ".join(text.split())


def key_verdicts(pairs):
    """The side that the prompt's note makes right, where one answer is right and the other is wrong.

    The rule, one per prompt; a pair in which it does not call one answer right *and* the other wrong is
    left out, and so are all other prompts:

    - cot-apple ("Correct answer is 10"). Right: the last conclusion that the answer states ("remained with …",
      "you have …", "the answer is …") is the number 10. Wrong: it is another number, or there is none.
    - basic-sentiment ("Correct answer: positive"). Right: the answer is the word positive and nothing else but
      numbering, punctuation and markup. Wrong: it has words, but neither positive nor negative among them.
      (Most answers to this prompt go on inventing reviews and say both words; these are left out.)

    Returns
    -------
    pandas.DataFrame
        `id` and `winner` (left or right).
    """
    rules = {"cot-apple": _says_ten, "basic-sentiment": _says_positive}
    keyed = pairs[pairs["prompt"].isin(rules)]
    sides = [
        [rules[prompt](one_blank(text)) for prompt, text in zip(keyed["prompt"], keyed[side], strict=True)]
        for side in ("left_text", "right_text")
    ]
    left, right = (np.array([-1 if verdict is None else verdict for verdict in side], int) for side in sides)
    decided = (left >= 0) & (right >= 0) & (left != right)
    winner = np.where(left[decided] == 1, "left", "right")
    return pd.DataFrame({"id": keyed["id"].to_numpy()[decided], "winner": winner})


_CONCLUSION = re.compile(
    r"\b(?:remain(?:ed|ing)?(?: with)?|you have|answer)(?: is| was)? (\d+)\b(?! ?[-+])", re.IGNORECASE
)


def _says_ten(answer):
    return _CONCLUSION.findall(answer)[-1:] == ["10"]


def _says_positive(answer):
    """True, False, or None where the rule does not say."""
    words = re.findall("[a-z]+", re.sub("<[^>]*>", " ", answer.lower()))
    if words == ["positive"]:
        return True
    return None if not words or {"positive", "negative"} & set(words) else False


def _number(prompts, things, form):
    """Names for distinct things, counted within their prompt in order of appearance; an array of str."""
    frame = pd.DataFrame({"prompt": prompts.to_numpy(), "thing": things.to_numpy()})
    first = frame.drop_duplicates().copy()
    first["number"] = first.groupby("prompt", sort=False).cumcount() + 1
    numbered = frame.merge(first, on=["prompt", "thing"], how="left", validate="many_to_one")
    pieces = zip(numbered["prompt"], numbered["number"], strict=True)
    return np.array([form.format(prompt, number) for prompt, number in pieces], object)
