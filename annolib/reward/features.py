"""Eight plain features of an answer, for a reward model that has no other eyes.

They see how an answer looks, not whether it is right. Each is a rule that can be read here in one line.
"""

from __future__ import annotations

import re

import numpy as np

FEATURES = ("words", "lines", "code", "refusal", "repetition", "markup", "turns", "empty")

_LIST_LINE = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s", re.MULTILINE)
_CODE = re.compile(r"```|<svg|def ")
_REFUSAL = re.compile(
    r"i'm sorry|i am sorry|i apologi[sz]e|as an ai|i cannot|i can't|i can not|unable to|i'm not able|"
    r"i am not able|i don't have|i do not have",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?\n]+")
_MARKUP = re.compile(r"\*\*|^#+ ", re.MULTILINE)
_TURN = re.compile(
    r"^\s*(?:(?:Q|A|User|Human|Assistant|Chatbot|Bot|Question|Answer)\s*:|###|"
    r"</?(?:bot|human|user|assistant)>|<\|\w+\|>)",
    re.MULTILINE | re.IGNORECASE,
)


def answer_features(text):
    """The eight features of one answer, in the order of `FEATURES`.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of float
        words: log(1 + words between blanks). lines: log(1 + lines that begin with a bullet or a number).
        code, refusal, markup: 1 if the answer holds code, a phrase of refusal, bold type or a heading.
        repetition: 1 − different sentences / sentences. turns: log(1 + lines that begin like the turn of a
        speaker, such as Q: or <bot>). empty: 1 if there is no letter and no digit.

    Examples
    --------
    >>> [round(value, 3) for value in answer_features("No. No. I'm sorry:\\n- **why**?\\nQ: What is 2 + 2")]
    [2.565, 0.693, 0.0, 1.0, 0.2, 1.0, 0.693, 0.0]
    >>> answer_features("\\u200b")[-1]
    1.0
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be the text of one answer; saw {text!r}.")
    plain = text.replace("’", "'")
    sentences = [piece.strip().lower() for piece in _SENTENCE_END.split(text) if piece.strip()]
    return (
        float(np.log1p(len(text.split()))),
        float(np.log1p(len(_LIST_LINE.findall(text)))),
        float(bool(_CODE.search(text))),
        float(bool(_REFUSAL.search(plain))),
        1 - len(set(sentences)) / len(sentences) if sentences else 0.0,
        float(bool(_MARKUP.search(text))),
        float(np.log1p(len(_TURN.findall(text)))),
        float(not re.search(r"\w", text)),
    )
