"""Mechanical Turk and Qualtrics: every answer by hand."""

import annolib as al


def test_radio_buttons_and_pages_of_mturk_say_the_same_as_a_column():
    head = {"HITId": "h", "AssignmentId": "a", "WorkerId": "w"}
    rows = [
        {"Answer.choice": "left"},
        {"Answer.choice.left": "true", "Answer.choice.right": "false"},
        {"Answer.taskAnswers": '[{"choice":{"left":true,"right":false}}]'},
        {"Answer.taskAnswers": '[{"choice":{"label":"left"}}]'},
    ]
    read = [al.imports.mturk([head | row], label="choice") for row in rows]
    assert all(table.values.tolist() == [["h", "w", "left", "a"]] for table in read)
