"""A user: history, taste, candidates, list with reasons, and sliders that re-rank it live."""

import duckdb
import pandas as pd
import streamlit as st

from reelrank_explorer import charts
from reelrank_explorer.database import read
from reelrank_explorer.reranking import Rows, Wishes, measured, reranked, split_lists

KINDS = ("most active", "cold", "best served", "worst served", "random")
SHOWN = ["video_id", "caption", "reason", "predicted_long_view", "tag_names",
         "days_since_first_view", "duration_s", "is_alive"]  # fmt: skip
SAMPLED_USERS = 200


def show(con: duckdb.DuckDBPyConnection, run: dict) -> None:
    """Choose a user, and show what is known of them."""
    user = _choose(con, run)
    if user is None:
        st.info("No user has this id. Try another, or choose a kind.")
        return
    about = read(con, "user", run_id=run["run_id"], user_id=user).iloc[0]
    left, middle, right = st.columns(3)
    left.metric("views before the boundary", f"{about['views']:,.0f}")
    middle.metric("long views", f"{about['long_view_share']:.0%}" if about["views"] else "–")
    served = about["ndcg"]
    right.metric("nDCG@10 of the list", "–" if pd.isna(served) else f"{served:.3f}",
                 help="Long views that the log then showed; – without any.")  # fmt: skip
    _list(con, run, user)
    _candidates(con, user)
    _history(con, user)


def _choose(con: duckdb.DuckDBPyConnection, run: dict) -> str | None:
    """Ask for a kind and a user of it, or for an id."""
    left, right = st.columns(2)
    kind = left.selectbox("Users", KINDS, key="kind")
    found = _users(con, run["run_id"], kind)
    listed = [str(user) for user in found["user_id"]]
    chosen = right.selectbox("User", listed, key="user")
    typed = st.text_input("or an id of the log", key="user_id", placeholder="14")
    user = typed.strip() or chosen
    known = read(con, "known_user", user_id=user)
    return user if user and bool(known["is_known"].iloc[0]) else None


def _list(con: duckdb.DuckDBPyConnection, run: dict, user: str) -> None:
    st.subheader("What to watch next")
    rows = read(con, "lists", run_id=run["run_id"], user_id=user, users=0)
    if rows.empty:
        st.info("This run has no list for this user: everything was watched already.")
        return
    own = float(read(con, "chance_weight", run_id=run["run_id"])["chance_weight"].iloc[0])
    wishes = _wishes(own)
    ordered = rows.iloc[reranked(split_lists(rows)[0], wishes)]
    reasons = read(con, "reasons", user_id=user)
    ordered = ordered.merge(reasons, on="video_id", how="left")
    ordered.insert(0, "was", ordered["rank"])
    ordered.index = pd.RangeIndex(1, len(ordered) + 1, name="place")
    st.dataframe(ordered[["was", *SHOWN]], width="stretch", column_config={
        "predicted_long_view": st.column_config.ProgressColumn(
            "chance", min_value=0.0, max_value=1.0, format="%.2f"),
        "tag_names": "tags",
        "days_since_first_view": st.column_config.NumberColumn("days old", format="%.1f"),
    })  # fmt: skip
    _effect(con, run, wishes, Wishes(taste=own))


def _wishes(own: float) -> Wishes:
    """Ask the sliders."""
    one, two = st.columns(2)
    return Wishes(
        taste=one.slider("Taste against what is shown a lot", 0.0, 8.0, own, 0.25, key="taste",
                         help="Weight of the chance of a long view; at the start, the run's own."),
        freshness=two.slider("Freshness", 0.0, 3.0, 0.0, 0.1, key="freshness"),
        diversity=one.slider("Diversity of tags and authors (MMR)", 0.0, 1.0, 0.0, 0.05,
                             key="diversity"),
        exploration=two.slider("Exploration", 0.0, 1.0, 0.0, 0.05, key="exploration",
                               help="Share of places for videos from further down."),
    )  # fmt: skip


def _effect(con: duckdb.DuckDBPyConnection, run: dict, wishes: Wishes, usual: Wishes) -> None:
    """Say what the sliders do to measured quality, over a sample of users."""
    lists = _sampled_lists(con, run["run_id"])
    if not lists:
        return
    now, before = measured(lists, wishes), _usual_quality(lists, run["run_id"], usual.taste)
    names = {"ndcg": "nDCG@10", "chance": "chance of a long view", "alive": "alive",
             "diversity": "tag diversity"}  # fmt: skip
    st.caption(f"Over {len(lists)} users with long views after the boundary:")
    for column, (name, title) in zip(st.columns(4), names.items(), strict=True):
        change = now[name] - before[name]
        column.metric(title, f"{now[name]:.3f}", f"{change:+.3f}" if abs(change) >= 5e-4 else None)


def _candidates(con: duckdb.DuckDBPyConnection, user: str) -> None:
    st.subheader("Candidates, and what stage two did with them")
    found = read(con, "candidates", user_id=user)
    if found.empty:
        st.info("This run keeps no candidates of this user.")
        return
    left, right = st.columns([3, 2])
    listed = found[found["final_rank"].notna()]
    left.altair_chart(charts.two_stages(listed), width="stretch")
    counts = found.groupby("source").agg(
        candidates=("rank", "size"), listed=("final_rank", "count")
    )
    right.dataframe(counts.sort_values("candidates", ascending=False), width="stretch")


def _history(con: duckdb.DuckDBPyConnection, user: str) -> None:
    st.subheader("History and taste")
    history = read(con, "history", user_id=user)
    if history.empty:
        st.info("The log has no views of this user before the boundary.")
        return
    st.altair_chart(charts.timeline(history), width="stretch")
    taste = read(con, "taste", user_id=user)
    left, right = st.columns(2)
    left.caption("Tags: long views beyond what others make of the same videos")
    if taste.empty:
        left.info("The videos of this log have no tags.")
    else:
        title = "share of long views beyond others'"
        left.altair_chart(charts.bars_of(taste, "tag", "lift", title), width="stretch")
    right.caption("In words")
    right.dataframe(read(con, "profile", user_id=user), width="stretch", hide_index=True)


# the same for every click: a run does not change


@st.cache_data(show_spinner=False)
def _users(_con: duckdb.DuckDBPyConnection, run_id: str, kind: str) -> pd.DataFrame:
    return read(_con, "users", run_id=run_id, kind=kind)


@st.cache_resource(show_spinner=False)
def _sampled_lists(_con: duckdb.DuckDBPyConnection, run_id: str) -> list[Rows]:
    lists = read(_con, "lists", run_id=run_id, user_id=None, users=SAMPLED_USERS)
    return split_lists(lists) if len(lists) else []


@st.cache_data(show_spinner=False)
def _usual_quality(_lists: list[Rows], run_id: str, taste: float) -> dict[str, float]:  # noqa: ARG001
    return measured(_lists, Wishes(taste=taste))
