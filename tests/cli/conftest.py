"""Files for the tests of the command, and a way to run it."""

import pandas as pd
import pytest

import annolib as al

NAMES = {"t080": "ann", "t007": "bob", "t012": "cy", "t099": "dee", "t058": "eve", "t120": "fay"}
OWN = {"worker": "annotator", "label": "answer"}
VALUES = {"left": "A", "right": "B", "tie": "same"}


@pytest.fixture
def table():
    """Six people of the twin under short names."""
    whole = al.datasets.load("twin")
    return (
        whole[whole["worker"].isin(NAMES)]
        .assign(worker=lambda part: part["worker"].map(NAMES))
        .reset_index(drop=True)
    )


@pytest.fixture
def folder(tmp_path, monkeypatch, table):
    """A folder to work in: a tidy table, the same under somebody's own names and labels, and as battles of an arena."""
    monkeypatch.chdir(tmp_path)
    table.to_csv("judgements.csv", index=False)
    table.assign(label=table["label"].map(VALUES)).rename(columns=OWN).to_csv("own.csv", index=False)
    votes = {
        "task": "question_id",
        "worker": "judge",
        "left": "model_a",
        "right": "model_b",
        "label": "winner",
    }
    winners = {"left": "model_a", "right": "model_b", "tie": "tie"}
    battles = table.assign(label=table["label"].map(winners)).rename(columns=votes)
    battles.to_json("votes.jsonl", orient="records", lines=True)
    return tmp_path


@pytest.fixture
def run(folder, capsys):
    """Run the command in that folder: its exit code, what it printed, what it said on standard error."""
    from annolib.cli.command import main

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        return (code, *capsys.readouterr())

    return run


@pytest.fixture
def audited(table):
    return al.audit(table, al.SelfConsistencyLabels(2 / 3), strength="range")


def read_csv(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)
