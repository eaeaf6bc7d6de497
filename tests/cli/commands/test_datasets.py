"""`annolib datasets`: the same tasks as `python3 datasets`, for the package by itself."""

from annolib.cli.commands.datasets import TASKS
from annolib.datasets import command, registry


def test_every_task_of_the_repository_is_there(run):
    parser = command._parser()
    (tasks,) = (action for action in parser._actions if action.choices)
    assert tuple(tasks.choices) == TASKS
    code, said, _ = run("datasets")
    assert code == 0 and "llmfao" in said and "Cache:" in said


def test_a_fault_in_the_data_is_an_exit_code(run, monkeypatch, tmp_path):
    monkeypatch.setenv("ANNOLIB_DATA", str(tmp_path))
    assert run("datasets", "verify", "twin")[0] == 0
    assert run("datasets", "verify", "pandalm")[0] == 1
    assert run("datasets", "dance")[0] == 2


def test_messages_name_the_command_that_is_there(monkeypatch, tmp_path):
    assert registry.command() == "python3 datasets"
    monkeypatch.setattr(registry, "shipped_folder", lambda: tmp_path / "annolib" / "shipped")
    assert registry.command() == "annolib datasets"
