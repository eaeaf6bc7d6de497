"""Answer the radio buttons of a notebook with the keyboard and watch the words below them."""

from __future__ import annotations

import time

_QUESTION = ".widget-vbox:has(> .widget-radio)"


def try_quizzes(page, patience):
    """Choose every option of every question with Space; return how many questions there are, and the faults."""
    questions, faults = page.locator(_QUESTION).all(), []
    for question in questions:
        for option in question.locator("input[type=radio]").all():
            before, started = question.inner_text(), time.perf_counter()
            option.focus()
            page.keyboard.press("Space")
            while question.inner_text() == before:
                if time.perf_counter() - started > patience:
                    faults.append(f"no words after an answer to: {before[:80]}")
                    break
                time.sleep(0.01)
    return len(questions), faults
