"""`dbt run` killed at any moment: results stay, and the next run makes the same tables."""

import itertools
import signal
from pathlib import Path

import duckdb
import pytest
from forks import Forks
from workbench import Job, clean_environment, dbt, dbt_places, is_polite, train

# when, as shares of a run: each part of it, the early ones more often
KILLS = (0.03, 0.1, 0.3, 0.7)

pytestmark = [pytest.mark.slow, pytest.mark.longest]


@pytest.fixture
def database(job: Job) -> Path:
    return job.copy_database()


@pytest.fixture
def forks(job: Job, database: Path) -> Forks:
    environment = clean_environment(**dbt_places(database, job.data, job.root))
    return Forks("dbt", "--quiet", "run", cwd=job.root, environment=environment)


def results(database: Path) -> tuple:
    """Every row of the training results as one fingerprint per table; opening is part of it."""
    with duckdb.connect(str(database)) as con:
        tables = con.execute(
            "select table_name from duckdb_tables() where schema_name = 'ml' order by all"
        ).fetchall()
        return tuple(
            con.execute(f"select '{t}', count(*), bit_xor(hash(r)) from ml.{t} as r").fetchone()
            for (t,) in tables
        )


def bits(database: Path) -> dict[str, tuple]:
    """Fingerprints of all tables that training reads."""
    with duckdb.connect(str(database), read_only=True) as con:
        tables = con.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            " where schema_name in ('features', 'training')"
        ).fetchall()
        return {
            name: con.execute(f"select count(*), sum(hash(r)::hugeint) from {name} as r").fetchone()
            for (name,) in tables
        }


def is_complete(database: Path) -> bool:
    with duckdb.connect(str(database), read_only=True) as con:
        return con.execute("select is_complete from staging.build_state").fetchone()[0]


def test_killed_at_any_moment_it_leaves_results_whole_and_says_that_it_is_unfinished(
    job: Job, database: Path, forks: Forks
):
    before = results(database)
    assert sum(rows for _, rows, _ in before) > 1000
    whole = forks.seconds_of_a_run()
    assert is_complete(database)

    killed = unfinished = 0
    polite = None
    for share in itertools.chain(KILLS, reversed(KILLS)):  # the last ones if a run is too fast
        killed += forks.run(kill_after=share * whole) == -signal.SIGKILL
        assert results(database) == before
        if not is_complete(database):
            unfinished += 1
            polite = polite or train(database, cwd=job.root)
        if killed == len(KILLS):
            break
    assert killed == len(KILLS)
    assert unfinished >= len(KILLS) // 2
    assert is_polite(polite)
    assert "did not finish" in polite.stderr

    with duckdb.connect(str(database)) as con:  # as an older version of the project left it
        con.execute("alter table staging.build_state drop column started_at")
        con.execute("update staging.build_state set schema_version = 0, is_complete = true")
        con.execute(
            "drop view if exists staging.typed_users; create table staging.typed_users as select 1"
        )
    old = train(database, cwd=job.root)
    assert is_polite(old)
    assert "another version" in old.stderr

    again = dbt("run", database=database, data=job.data, cwd=job.root)
    assert again.returncode == 0, again.stdout[-2000:]
    assert is_complete(database)
    assert results(database) == before
    made, expected = bits(database), bits(job.database)
    assert {name for name in expected if made.get(name) != expected[name]} == set()
