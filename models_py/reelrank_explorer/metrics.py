"""Every metric of every model, with intervals."""

import duckdb
import streamlit as st

from reelrank_explorer import charts
from reelrank_explorer.database import read


def show(con: duckdb.DuckDBPyConnection, run: dict) -> None:
    """Choose protocol, relevance, metric and length; show all models."""
    found = read(con, "metrics", run_id=run["run_id"])
    chosen = found
    for column, (name, first) in zip(
        st.columns(4),
        (("protocol", "end_to_end"), ("relevance", "long_view"), ("metric", "ndcg"), ("k", 10)),
        strict=True,
    ):
        options = list(chosen[name].dropna().unique())
        if not options:
            continue
        place = options.index(first) if first in options else 0
        value = column.selectbox(name, options, index=place, key=f"metric_{name}")
        chosen = chosen[chosen[name] == value]
    st.altair_chart(charts.intervals(chosen), width="stretch")
    st.caption("95 % intervals by bootstrap over users. To compare two models, look at Compare.")
    st.dataframe(chosen.drop(columns=["protocol", "relevance", "metric", "k"]), width="stretch",
                 hide_index=True)  # fmt: skip
