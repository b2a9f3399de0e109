"""Experiments on known answers, and how right offline evaluation would have been."""

import duckdb
import streamlit as st
from reelrank.warehouse.sql import has_table

from reelrank_explorer import charts
from reelrank_explorer.database import read


def show(con: duckdb.DuckDBPyConnection, run: dict) -> None:
    """Show what `reelrank experiment` and `reelrank offline` published."""
    _experiments(con, run)
    st.subheader("Would offline evaluation have been right?")
    key = {"run_id": run["run_id"]}
    verdicts = read(con, "offline", **key) if has_table(con, "ml", "offline_verdicts") else None
    if verdicts is None or verdicts.empty:
        st.info("Nothing yet: run `reelrank offline`.")
        return
    st.dataframe(verdicts, width="stretch", hide_index=True)


def _experiments(con: duckdb.DuckDBPyConnection, run: dict) -> None:
    st.subheader("Experiments")
    key = {"run_id": run["run_id"]}
    found = read(con, "experiments", **key) if has_table(con, "ml", "experiments") else None
    if found is None or found.empty:
        st.info("Nothing yet: run `reelrank experiment`.")
        return
    name = st.selectbox("Experiment", list(found["name"]), key="experiment")
    key |= {"name": name}
    st.dataframe(read(con, "experiment_arms", **key), width="stretch", hide_index=True)
    st.caption("Arm minus control, per served video. known: every user under both policies.")
    st.dataframe(read(con, "experiment_effects", **key), width="stretch", hide_index=True)
    st.altair_chart(charts.looks(read(con, "experiment_days", **key)), width="stretch")
    st.caption("z of long views after each day, between bounds that keep the error rate.")
    st.dataframe(read(con, "experiment_checks", **key), width="stretch", hide_index=True)
