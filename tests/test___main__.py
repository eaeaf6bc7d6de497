"""`python -m annolib` is the command."""

import subprocess
import sys


def test_the_module_runs_the_command_and_hands_on_its_code(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "annolib", "--version"], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0 and done.stdout.startswith("annolib ")
    wrong = subprocess.run(
        [sys.executable, "-m", "annolib", "audit", "no.csv"], capture_output=True, text=True, cwd=tmp_path
    )
    assert wrong.returncode == 2 and wrong.stderr == "annolib audit: no.csv: No such file or directory\n"
