"""`reelrank serve` and `export-lists`: the published lists, whatever is asked and written."""

import json
import shutil
import subprocess
import sys
import threading
import time

import duckdb
import pytest
from reelrank_cli import export_lists, main, serve
from reelrank_cli.serving.snapshot import load
from reelrank_cli.serving.watching import Served
from workbench import ROOT, clean_environment

httpx = pytest.importorskip("httpx", reason="requirements-serve.txt is not installed")
pytest.importorskip("fastapi", reason="requirements-serve.txt is not installed")


@pytest.fixture(scope="module")
def client(first_run):
    from fastapi.testclient import TestClient
    from reelrank_cli.serving.app import make_app

    served = Served(first_run[0], lambda db: load(db, 1000), 60)
    with TestClient(make_app(served, 1000), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def published(first_run):
    with duckdb.connect(str(first_run[0]), read_only=True) as con:
        yield con


def test_lists_explanations_and_neighbours_are_those_that_were_published(client, published):
    answer = client.get("/recommend", params={"user": 14, "k": 5}).json()
    stored = published.execute(
        "select video_id from ml.recommendations where user_id = 14 and rank <= 5 order by rank"
    ).fetchall()
    assert [row["video_id"] for row in answer["rows"]] == [video for (video,) in stored]
    assert (answer["is_simulated"], answer["user"]) == (True, "14")
    assert len(client.get("/recommend?user=14").json()["rows"]) == 10
    assert len(client.get("/recommend?user=14&k=1000").json()["rows"]) == 20  # all there are

    video = stored[0][0]
    reasons = published.execute(
        "select feature from ml.explanations where user_id = 14 and video_id = ?"
        " order by position", [video],
    ).fetchall()  # fmt: skip
    rows = client.get("/explain", params={"user": 14, "video": video}).json()["rows"]
    assert [row["feature"] for row in rows] == [feature for (feature,) in reasons]

    near = published.execute(
        "select b.video_id, array_cosine_similarity(a.factors, b.factors) as cosine"
        " from ml.video_factors as a join ml.video_factors as b on a.video_id <> b.video_id"
        " where a.video_id = 3 order by cosine desc limit 4"
    ).fetchall()
    rows = client.get("/similar?video=3&k=4").json()["rows"]
    assert [row["video_id"] for row in rows] == [video for video, _ in near]
    assert [row["cosine"] for row in rows] == pytest.approx([c for _, c in near], abs=1e-4)
    assert len(client.get("/similar?video=3&k=1000").json()["rows"]) == 77


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("/recommend?user=99999", 404), ("/recommend?user=%00%ff", 404), ("/similar?video=x", 404),
        ("/explain?user=14&video=-1", 404), ("/nothing", 404), ("/recommend", 422),
        ("/recommend?user=", 422), ("/recommend?user=14&k=0", 422), ("/similar?video=3&k=ten", 422),
        ("/recommend?user=14&k=1e9", 422), ("/explain?user=14", 422),
    ],
)  # fmt: skip
def test_unknown_ids_are_404_and_bad_parameters_422_in_words(client, question, code):
    answer = client.get(question)
    assert answer.status_code == code
    assert answer.json()["detail"]
    assert "Traceback" not in answer.text


def test_a_fault_of_the_server_is_500_without_a_traceback(first_run):
    from fastapi.testclient import TestClient
    from reelrank_cli.serving.app import make_app

    served = Served(first_run[0], lambda db: load(db, 1000), 60)
    served.snapshot = None
    with TestClient(make_app(served, 1000), raise_server_exceptions=False) as client:
        answer = client.get("/recommend?user=14")
    assert (answer.status_code, answer.json()) == (500, {"detail": "AttributeError"})


def test_a_training_run_is_served_as_soon_as_it_is_published_and_no_request_is_lost(
    first_run, quick_preset, tmp_path
):
    db = tmp_path / "served.duckdb"
    shutil.copy(first_run[0], db)
    server = subprocess.Popen(
        [sys.executable, "models_py", "serve", "--db", db, "--port", "0", "--look-every", "1"],
        cwd=ROOT, env=clean_environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    answers, is_over = [], threading.Event()

    def ask(address: str) -> None:
        with httpx.Client(base_url=address) as client:
            while not is_over.is_set():
                answers.append(client.get("/recommend?user=14"))
                time.sleep(0.01)

    try:
        address = server.stdout.readline().strip()
        wait_for(lambda: httpx.get(f"{address}/health").status_code == 200)
        before = httpx.get(f"{address}/health").json()["run_id"]
        asking = threading.Thread(target=ask, args=(address,))
        asking.start()
        trained = subprocess.run(
            [sys.executable, "models_py/train.py", "--db", db, "--preset", quick_preset,
             "--resamples", "100", "--seed", "7", "--lock-timeout", "5"],
            cwd=ROOT, env=clean_environment(), capture_output=True, text=True,
        )  # fmt: skip
        assert trained.returncode == 0, trained.stderr
        wait_for(lambda: httpx.get(f"{address}/health").json()["run_id"] != before)
        is_over.set()
        asking.join()
    finally:
        is_over.set()
        server.terminate()
        server.wait()
        server.stdout.close()
    assert {answer.status_code for answer in answers} == {200}
    runs = [answer.json()["run_id"] for answer in answers]
    assert runs == sorted(runs) and runs[0] == before
    assert len(answers) > 50


def wait_for(is_done) -> None:
    for _ in range(300):
        try:
            if is_done():
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail("it did not come")


def test_a_file_that_cannot_be_read_leaves_the_earlier_run_in_place(first_run, tmp_path):
    db = tmp_path / "served.duckdb"
    shutil.copy(first_run[0], db)
    served = Served(db, lambda path: load(path, 1000), 60)
    before = served.snapshot
    with duckdb.connect(str(db)) as con:  # a writer, which the server does not keep away
        con.execute("delete from ml.runs")
    served.look()
    assert served.snapshot is before and "no training run" in served.problem
    db.write_bytes(b"no database")
    served.look()
    assert served.snapshot is before and served.problem
    shutil.copy(first_run[0], db)
    served.look()
    assert served.snapshot is not before and served.problem is None


def test_without_its_packages_the_command_says_how_to_install_them(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main.main(["serve"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2 and "uvicorn" in said[0] and "requirements-serve.txt" in said[1]


def test_a_taken_port_is_an_error_in_two_lines(first_run, capsys):
    with serve._listening("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        assert main.main(["serve", "--db", str(first_run[0]), "--port", port]) == 1
    assert "in use" in capsys.readouterr().err


def test_the_exported_file_has_the_list_of_every_user(published, first_run, tmp_path, capsys):
    out = tmp_path / "lists.parquet"
    export_lists.main(["--db", str(first_run[0]), "--out", str(out), "--k", "3", "--json"])
    assert json.loads(capsys.readouterr().out)["user_count"] == 60
    lists = duckdb.sql(f"select user_id, list_transform(videos, lambda v: v.video_id) from '{out}'")
    assert (
        sorted(lists.fetchall())
        == published.execute(
            "select user_id, list(video_id order by rank) from ml.recommendations where rank <= 3"
            " group by user_id order by user_id"
        ).fetchall()
    )
    assert [path.name for path in tmp_path.iterdir()] == ["lists.parquet"]
