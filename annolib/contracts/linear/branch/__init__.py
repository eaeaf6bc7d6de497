"""What no line of a cell can earn: bounds for branch and bound (lesson 10).

From the ground up: `cells` and how they are cut, the `cut_lines` and what the agent asks of them, the `laws` of the passes in a cell,
the `slopes` that matter, lines under which the agent is too `keen`, how sums change, by `differences`, `taylor`'s formula, and the `bounds`.
"""
