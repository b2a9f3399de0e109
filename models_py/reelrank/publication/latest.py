"""Which run is the latest: the one published last, as view ml.latest_run says too."""

import duckdb


def published_runs(con: duckdb.DuckDBPyConnection, preset: str | None = None) -> list[dict]:
    """Rows of ml.runs, the last published first; none where nothing was ever trained.

    A run is dated when it is published, with the file to itself, so `finished_at` is that order.

    Parameters
    ----------
    preset : str, optional
        Only runs of this preset.
    """
    has_runs = con.execute(
        "select 1 from duckdb_tables() where database_name = current_database()"
        " and schema_name = 'ml' and table_name = 'runs'"
    ).fetchone()
    if not has_runs:
        return []
    found = con.execute(
        "select * from ml.runs where $preset is null or preset = $preset"
        " order by finished_at desc, run_id desc",
        {"preset": preset},
    )
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
