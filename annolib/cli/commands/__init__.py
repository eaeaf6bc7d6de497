"""The subcommands of `annolib`, a module each (lessons 07 and 13, and the way into every lesson).

A module has HELP (what it does, in a line), EXAMPLES (lines that a test runs), `add_arguments(parser)` and `run(chosen)`,
which prints and returns an exit code. What it needs from other rooms it imports when it runs: `--help` must be quick.
"""

COMMANDS = ("audit", "plan", "design", "pay", "convert", "lessons", "datasets")
