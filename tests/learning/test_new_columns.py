"""A new metric, source of candidates or ranker brings its own columns into the results."""

import duckdb
from reelrank.publication import prepare_results
from reelrank.publication.publishing import add_columns


def test_results_of_an_earlier_version_get_the_columns_of_a_new_metric_source_and_ranker():
    con = duckdb.connect()
    prepare_results(con)
    con.execute("""
        insert into ml.user_metrics values
            ('old', 'dense', 'long_view', 'als', 1, 10, 2, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6);
        create temp table run_user_metrics as
        select * exclude (run_id), 0.5::float as f1 from ml.user_metrics;
        create temp table run_predictions as
        select * exclude (run_id), 0.5::float as ridge_score from ml.predictions;
        create temp table list_candidates as
        select 1 as user_id, 2::smallint as fresh_rank, 0.5::float as fresh_score;
        begin;
    """)
    add_columns(con, "union")
    con.execute("delete from ml.user_metrics where run_id = 'old'")
    con.execute(
        "insert into ml.user_metrics by name select 'new' as run_id, * from run_user_metrics"
    )
    con.execute("commit")
    assert con.execute("select run_id, ndcg, f1 from ml.user_metrics").fetchall()[0][2] == 0.5
    assert "ridge_score" in con.table("ml.predictions").columns
    types = {name: kind for name, kind, *_ in con.execute("describe ml.candidates").fetchall()}
    assert (types["fresh_rank"], types["fresh_score"]) == ("SMALLINT", "FLOAT")
