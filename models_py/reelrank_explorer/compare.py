"""Two models or runs side by side, for one user and over all."""

import duckdb
import streamlit as st
from reelrank.warehouse.sql import has_table

from reelrank_explorer.database import read


def show(con: duckdb.DuckDBPyConnection, run: dict) -> None:
    """Choose two models, each of a run."""
    runs = [str(found) for found in read(con, "runs")["run_id"]]
    protocols = list(read(con, "protocols", run_id=run["run_id"])["protocol"])
    where = st.columns(2)
    usual = protocols.index("end_to_end") if "end_to_end" in protocols else 0
    protocol = where[0].selectbox("Protocol", protocols, index=usual, key="protocol")
    relevance = where[1].selectbox("Relevance", ["long_view", "watch_ratio_above_1"],
                                   key="relevance")  # fmt: skip
    sides = []
    for place, column in enumerate(st.columns(2)):
        name = "AB"[place]
        of_run = column.selectbox(f"Run {name}", runs, key=f"run_{name}")
        models = list(read(con, "models", run_id=of_run, protocol=protocol,
                           relevance=relevance)["model"])  # fmt: skip
        model = column.selectbox(f"Model {name}", models, index=min(place, len(models) - 1)
                                 if models else None, key=f"model_{name}")  # fmt: skip
        sides.append((of_run, model))
    if None in (sides[0][1], sides[1][1]):
        st.info("One of the runs has no model with values per user there.")
        return
    _over_all(con, sides, protocol, relevance)
    _for_one(con, run, sides)


def _over_all(con: duckdb.DuckDBPyConnection, sides: list, protocol: str, relevance: str) -> None:
    st.subheader("Over all users, at 10")
    (run_a, model_a), (run_b, model_b) = sides
    found = read(con, "paired", run_a=run_a, run_b=run_b, model_a=model_a, model_b=model_b,
                 protocol=protocol, relevance=relevance)  # fmt: skip
    if found.empty or not found["users"].iloc[0]:
        st.info("The two share no users there; an earlier run keeps only its own models.")
        return
    st.dataframe(found, width="stretch", hide_index=True)
    st.caption("B minus A, paired on the same users, with 95 % intervals (normal approximation).")


def _for_one(con: duckdb.DuckDBPyConnection, run: dict, sides: list) -> None:
    st.subheader("For one user")
    first = read(con, "users", run_id=run["run_id"], kind="best served")["user_id"]
    user = st.text_input("User", str(first.iloc[0]) if len(first) else "", key="compared_user")
    for column, (of_run, model) in zip(st.columns(2), sides, strict=True):
        column.markdown(f"**{model}** · `{of_run}`")
        values = {"run_id": of_run, "model": model, "user_id": user}
        found = read(con, "list_of_model", **values)
        if found.empty and has_table(con, "ml", "judged_scores"):
            found = read(con, "judged_list", **values)
        if found.empty:
            column.info("The database keeps no list of this model for this user.")
        else:
            column.dataframe(found, width="stretch", hide_index=True)
