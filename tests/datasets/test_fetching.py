"""Fetching from a server that works, lies, stops half-way or is not there. No real network."""

import functools
import hashlib
import http.server
import os
import threading
import time

import pytest

import annolib as al
from annolib.datasets import fetching
from annolib.datasets.registry import DataError, Entry, File

GOOD = {"one.csv": b"a,b\n1,2\n" * 50, "two.json": b"[1, 2, 3]\n" * 4000}


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files of a folder; `cut` sends half a file under the full length, `fail` answers 503."""

    def do_GET(self):
        self.server.asked.append(self.path)
        if self.server.manner == "fail":
            return self.send_error(503)
        if self.server.manner == "cut":
            body = GOOD[self.path.strip("/")]
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2])
            return self.connection.close()
        return super().do_GET()

    def log_message(self, *words):
        pass


@pytest.fixture
def server(tmp_path):
    folder = tmp_path / "served"
    folder.mkdir()
    for name, body in GOOD.items():
        (folder / name).write_bytes(body)
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
    served.manner, served.asked, served.folder = "well", [], folder
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield served
    served.shutdown()
    served.server_close()


def entry_at(address):
    files = tuple(
        File(name, f"{address}/{name}", len(body), hashlib.sha256(body).hexdigest())
        for name, body in GOOD.items()
    )
    return Entry("toy", "Toy data", "real", "CC0", "Nobody", "https://example.org/toy", "toy.md", files)


@pytest.fixture
def toy(server):
    return entry_at(f"http://127.0.0.1:{server.server_port}")


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def only_whole_files(cache):
    """Every file in the cache is one of the good ones, whole."""
    found = {path.name: path.read_bytes() for path in cache.rglob("*") if path.is_file()}
    assert all(GOOD.get(name) == body for name, body in found.items()), sorted(found)
    assert not list(cache.glob(".incoming-*"))
    return set(found)


def test_fetches_checks_and_does_not_fetch_again(toy, cache, server, capfd):
    folder = fetching.fetch_entry(toy, cache, progress=True)
    assert folder == cache / "toy" and only_whole_files(cache) == set(GOOD)
    assert "100%" in capfd.readouterr().err
    asked = len(server.asked)
    fetching.fetch_entry(toy, cache, progress=False)
    assert len(server.asked) == asked


def test_fetches_only_what_is_missing(toy, cache, server):
    (cache / "toy").mkdir(parents=True)
    (cache / "toy" / "one.csv").write_bytes(GOOD["one.csv"])
    fetching.fetch_entry(toy, cache, progress=False)
    assert server.asked == ["/two.json"] and only_whole_files(cache) == set(GOOD)


@pytest.mark.parametrize("harm", [b"", b"a,b\n1,2\n", b"x" * len(GOOD["one.csv"])])
def test_replaces_what_is_harmed(toy, cache, harm):
    (cache / "toy").mkdir(parents=True)
    (cache / "toy" / "one.csv").write_bytes(harm)
    fetching.fetch_entry(toy, cache, progress=False)
    assert only_whole_files(cache) == set(GOOD)


def test_interrupted_download_leaves_nothing_and_can_be_taken_up(toy, cache, server):
    server.manner = "cut"
    with pytest.raises(DataError, match="one.csv.*(broke before the end|sha256 differs)"):
        fetching.fetch_entry(toy, cache, progress=False)
    assert only_whole_files(cache) == set()
    server.manner = "well"
    fetching.fetch_entry(toy, cache, progress=False)
    assert only_whole_files(cache) == set(GOOD)


def test_another_file_than_pinned_is_refused(toy, cache, server):
    (server.folder / "two.json").write_bytes(GOOD["two.json"].replace(b"3", b"4"))
    with pytest.raises(DataError, match="two.json.*sha256 differs.*Nothing unchecked was kept"):
        fetching.fetch_entry(toy, cache, progress=False)
    assert only_whole_files(cache) == {"one.csv"}


@pytest.mark.parametrize(("manner", "words"), [("fail", "answered 503"), ("missing", "answered 404")])
def test_a_server_that_refuses(toy, cache, server, manner, words):
    server.manner = manner
    (server.folder / "one.csv").unlink()
    with pytest.raises(DataError, match=words):
        fetching.fetch_entry(toy, cache, progress=False)


def test_no_network_says_how_to_go_on(cache):
    with pytest.raises(DataError) as caught:
        fetching.fetch_entry(entry_at("http://127.0.0.1:9"), cache, progress=False)
    for words in ("no connection", "datasets fetch toy", "add-local toy FOLDER", "load('twin')"):
        assert words in str(caught.value)
    assert only_whole_files(cache) == set()


def test_an_interrupt_cleans_up(toy, cache, monkeypatch):
    def interrupt(*words):
        raise KeyboardInterrupt

    monkeypatch.setattr(fetching, "_download", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fetching.fetch_entry(toy, cache, progress=False)
    assert only_whole_files(cache) == set()


def test_leftovers_of_a_killed_process_go_after_a_day(toy, cache):
    old, new = cache / ".incoming-old", cache / ".incoming-new"
    for folder, age in ((old, 2), (new, 0)):
        folder.mkdir(parents=True)
        (folder / "one.csv").write_bytes(b"half")
        os.utime(folder, (time.time() - age * 86400,) * 2)
    fetching.fetch_entry(toy, cache, progress=False)
    assert not old.exists() and new.exists()


def test_a_cache_that_cannot_be_written(toy, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot write to the cache.*ANNOLIB_DATA"):
        fetching.fetch_entry(toy, tmp_path / "file", progress=False)


def test_add_local_takes_a_whole_folder(toy, cache, server):
    assert fetching.add_local_entry(toy, cache, server.folder) == cache / "toy"
    assert only_whole_files(cache) == set(GOOD) and server.asked == []


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("one.csv", None, "one.csv: missing"),
        ("two.json", GOOD["two.json"][:-1], "two.json: truncated"),
        ("two.json", GOOD["two.json"] + b" ", "two.json: too long"),
        ("two.json", GOOD["two.json"].replace(b"3", b"4"), "two.json: altered"),
    ],
)
def test_add_local_takes_all_or_nothing(toy, cache, server, name, body, words):
    if body is None:
        (server.folder / name).unlink()
    else:
        (server.folder / name).write_bytes(body)
    with pytest.raises(DataError, match=f"nothing was copied.*{words}.*example.org"):
        fetching.add_local_entry(toy, cache, server.folder)
    assert not cache.exists() or only_whole_files(cache) == set()


def test_add_local_needs_a_folder(toy, cache):
    with pytest.raises(DataError, match="folder must be a folder"):
        fetching.add_local_entry(toy, cache, cache / "none")
    with pytest.raises(DataError, match="comes with the repository"):
        al.datasets.add_local("twin", cache)


def test_load_refuses_harmed_files(llmfao_folder, tmp_path, monkeypatch):
    """The public way: one altered byte, and nothing is used."""
    monkeypatch.setenv("ANNOLIB_DATA", str(tmp_path))
    al.datasets.add_local("llmfao", llmfao_folder)
    assert al.datasets.available("llmfao") and set(al.datasets.verify("llmfao").values()) == {"ok"}
    path = tmp_path / "llmfao" / "crowd-comparisons.csv"
    body = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(body.replace(b"tie", b"ti3", 1))
    assert not al.datasets.available("llmfao")
    with pytest.raises(DataError, match="crowd-comparisons.csv: altered.*fetch llmfao"):
        al.datasets.load("llmfao")
    path.write_bytes(body[:1000])
    with pytest.raises(DataError, match="truncated"):
        al.datasets.load("llmfao")


def test_fetching_what_comes_with_the_repository_is_no_work():
    assert al.datasets.fetch("twin") == al.datasets.shipped_folder()
    assert al.datasets.available("twin") and al.datasets.available("llmfao-workers")
