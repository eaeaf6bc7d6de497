"""`python3 datasets`: what it prints and what it returns."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from annolib.datasets import command, names
from annolib.datasets.registry import shipped_folder

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("ANNOLIB_DATA", str(tmp_path / "cache"))
    for proxy in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(proxy, "http://127.0.0.1:9")
    return tmp_path / "cache"


def test_lists_every_data_set(empty_cache, capsys):
    assert command.main([]) == 0
    said = capsys.readouterr().out
    for name in names():
        assert name in said
    assert said.count("not fetched") == 2 and "CC BY 4.0" in said and "Apache-2.0" in said
    assert "4.39 MB" in said and str(empty_cache) in said
    assert not empty_cache.exists()


def test_runs_from_the_checkout(empty_cache):
    done = subprocess.run(
        [sys.executable, "datasets"], cwd=ROOT, capture_output=True, text=True, env=os.environ, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "llmfao-workers" in done.stdout


def test_fetch_without_network(empty_cache, capsys):
    assert command.main(["fetch", "pandalm"]) == 1
    said = capsys.readouterr().out
    assert "could not fetch" in said and "add-local pandalm FOLDER" in said
    assert not list(empty_cache.rglob("*.json"))


def test_add_local_verify_and_list(empty_cache, pandalm_folder, capsys):
    assert command.main(["verify"]) == 0  # what was never fetched is no fault
    assert command.main(["verify", "pandalm"]) == 1
    assert command.main(["add-local", "pandalm", str(pandalm_folder)]) == 0
    assert command.main(["verify", "pandalm"]) == 0
    path = empty_cache / "pandalm" / "testset-v1.json"
    path.write_bytes(path.read_bytes()[:-5])
    capsys.readouterr()
    assert command.main(["verify"]) == 1
    assert "testset-v1.json truncated" in capsys.readouterr().out
    assert command.main([]) == 0
    assert "truncated" in capsys.readouterr().out
    assert command.main(["add-local", "pandalm", str(empty_cache / "nowhere")]) == 1


def test_figures_and_twin_are_as_shipped(real_cache, capsys):
    assert command.main(["figures"]) == 0
    assert command.main(["twin"]) == 0
    assert capsys.readouterr().out.count("as shipped") == 11


def test_a_difference_is_reported_and_written(monkeypatch, tmp_path, capsys):
    for path in shipped_folder().glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr("annolib.datasets.shipped.shipped_folder", lambda: tmp_path)
    (tmp_path / "twin-truth.csv").write_text("worker\n")
    assert command.main(["twin"]) == 1
    assert "twin-truth: line 1 differs" in capsys.readouterr().out
    assert command.main(["twin", "--write"]) == 0 and command.main(["twin"]) == 0


def test_usage(capsys):
    for wrong in (["fetch"], ["fetch", "nothing"], ["add-local", "llmfao"], ["go"]):
        with pytest.raises(SystemExit) as caught:
            command.main(wrong)
        assert caught.value.code == 2
    assert "llmfao" in capsys.readouterr().err
