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


def _loop(folder):
    (folder / "a").symlink_to(folder / "b")
    (folder / "b").symlink_to(folder / "a")
    return folder / "a"


def _without_rights(folder):
    (folder / "shut").mkdir(mode=0o000)
    return folder / "shut" / "data"


PLACES = {
    "a loop of links": _loop,
    "below a loop": lambda folder: _loop(folder) / "data",
    "missing": lambda folder: folder / "nowhere",
    "below a file": lambda folder: Path(__file__) / "data",
    "an over-long name": lambda folder: folder / ("x" * 300),
    "an over-long path": lambda folder: folder.joinpath(*["deep"] * 1500),
    "an unknown user": lambda folder: "~nobody-of-that-name/data",
    "a zero byte": lambda folder: f"{folder}/a\0b",
    "a folder without rights": _without_rights,
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_folder_that_cannot_be_taken_from_is_told_in_words(empty_cache, tmp_path, place, capsys):
    assert command.main(["add-local", "pandalm", str(place(tmp_path))]) == 1
    assert "pandalm" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["fetch", "pandalm"], ["verify", "pandalm"], []], ids=" ".join)
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_cache_that_cannot_be_is_told_in_words(empty_cache, tmp_path, monkeypatch, place, words, capsys):
    cache = str(place(tmp_path))
    monkeypatch.setattr(os, "environ", {**os.environ, "ANNOLIB_DATA": cache})
    code = command.main(words)
    said = capsys.readouterr().out
    assert code == (0 if not words and "cannot be followed" not in said else 1)
    assert "pandalm" in said or "ANNOLIB_DATA" in said


@pytest.mark.parametrize("step", ["_copy", "_move"])
def test_a_full_disk_is_told_in_words(empty_cache, pandalm_folder, monkeypatch, step, capsys):
    def full(*_):
        raise OSError(28, "No space left on device")

    name, module = {"_copy": ("copyfile", "shutil"), "_move": ("replace", "os")}[step]
    monkeypatch.setattr(f"annolib.datasets.fetching.{module}.{name}", full)
    assert command.main(["add-local", "pandalm", str(pandalm_folder)]) == 1
    assert "No space left on device" in capsys.readouterr().out
    monkeypatch.undo()


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
