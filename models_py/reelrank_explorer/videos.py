"""A video's life: views by day, reception by age, and who got it."""

import duckdb
import streamlit as st

from reelrank_explorer import charts
from reelrank_explorer.database import read

KINDS = ("most recommended", "most viewed", "newest", "best received", "random")


def show(con: duckdb.DuckDBPyConnection, run: dict) -> None:
    """Choose a video, and show its life."""
    left, right = st.columns(2)
    kind = left.selectbox("Videos", KINDS, key="video_kind")
    found = read(con, "videos", run_id=run["run_id"], kind=kind)
    chosen = right.selectbox("Video", [str(v) for v in found["video_id"]], key="video")
    typed = st.text_input("or an id of the log", key="video_id", placeholder="1154")
    video = typed.strip() or chosen
    about = read(con, "video", video_id=video)
    if about.empty:
        st.info("No video has this id. Try another, or choose a kind.")
        return
    row = about.iloc[0]
    st.markdown(
        f"**Video {row['video_id']}** · {row['caption'] or 'no caption'} · "
        f"tags {', '.join(map(str, row['tags']))} · author {row['author_id']} · "
        f"{row['duration_s']} s"
    )
    days = read(con, "video_days", video_id=video)
    if days.empty:
        st.info("Nobody has watched this video.")
    else:
        left, right = st.columns(2)
        left.subheader("Views by day")
        left.altair_chart(charts.days(days, "day", "views", "views"), width="stretch")
        right.subheader("Reception by age")
        ages = read(con, "video_ages", video_id=video)
        right.altair_chart(
            charts.days(ages, "age_days", "long_view_share", "share of long views", "days old"),
            width="stretch",
        )
    st.subheader("Who gets it")
    got = read(con, "video_users", run_id=run["run_id"], video_id=video)
    st.caption(f"In the lists of {len(got):,} users (at most 200 are shown)")
    st.dataframe(got, width="stretch", hide_index=True)
