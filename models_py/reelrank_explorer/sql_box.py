"""A box for SQL: the tables and macros there are, the answer as table and chart."""

import altair as alt
import duckdb
import pandas as pd
import streamlit as st

from reelrank_explorer.database import MOST_ROWS, SECONDS, ask, read

FIRST = "from leaderboard()"


def show(con: duckdb.DuckDBPyConnection, run: dict) -> None:  # noqa: ARG001
    """Ask, and show the answer."""
    query = st.text_area("SQL", FIRST, key="sql", height=140)
    st.caption(f"Reads only this database: no files, no network. At most {SECONDS:.0f} s and "
               f"{MOST_ROWS:,} rows.")  # fmt: skip
    rows, took, problem = ask(con, query)
    if problem:
        st.error(problem)
    else:
        st.caption(f"{len(rows):,} rows in {took:.2f} s")
        st.dataframe(rows, width="stretch", hide_index=True)
        _chart(rows)
    left, right = st.columns(2)
    left.subheader("Macros")
    left.dataframe(read(con, "macros"), width="stretch", hide_index=True)
    right.subheader("Tables")
    right.dataframe(read(con, "tables"), width="stretch", hide_index=True)


def _chart(rows: pd.DataFrame) -> None:
    """Draw two columns of the answer."""
    numbers = [name for name in rows if pd.api.types.is_numeric_dtype(rows[name])]
    if rows.empty or not numbers:
        return
    one, two, three = st.columns(3)
    kind = one.selectbox("Chart", ["bar", "line", "point"], key="chart")
    telling = [name for name in rows if rows[name].astype(str).nunique() > 1] or list(rows)
    x = two.selectbox("x", telling, key="chart_x")
    y = three.selectbox("y", numbers, key="chart_y")
    drawn = rows[[x]].rename(columns={x: "x"}).assign(y=rows[y])
    is_number = pd.api.types.is_numeric_dtype(drawn["x"])
    is_time = pd.api.types.is_datetime64_any_dtype(drawn["x"])
    drawn["x"] = drawn["x"] if is_number or is_time else drawn["x"].astype(str)
    chart = getattr(alt.Chart(drawn), f"mark_{kind}")().encode(
        x=alt.X("x", title=x, type="quantitative" if is_number else "temporal" if is_time
                else "nominal"),
        y=alt.Y("y:Q", title=y),
    )  # fmt: skip
    st.altair_chart(chart.properties(height=260), width="stretch")
