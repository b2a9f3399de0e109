"""The explorer's first page; run by `reelrank explore`, with the database as its argument."""

import sys
from pathlib import Path

import streamlit as st
from reelrank.errors import UserError
from reelrank.publication import find_run

from reelrank_explorer import compare, experiments, metrics, sql_box, users, videos
from reelrank_explorer.database import connection

PAGES = {
    "Users": users.show,
    "Videos": videos.show,
    "Compare": compare.show,
    "Metrics": metrics.show,
    "Experiments": experiments.show,
    "SQL": sql_box.show,
}
STYLE = """<style>
.block-container {padding-top: 2.2rem; max-width: 70rem}
@media (max-width: 640px) {
  .block-container {padding-left: .8rem; padding-right: .8rem}
  [data-testid="stMetric"] {display: flex; flex-wrap: wrap; gap: .3rem .8rem; align-items: baseline}
  [data-testid="stMetricValue"] {font-size: 1.2rem}
}
</style>"""


def main() -> None:
    """Show the chosen page."""
    st.set_page_config(page_title="Reelrank explorer", layout="wide")
    st.html(STYLE)
    database = Path(sys.argv[1])
    try:
        with connection(database) as con:
            run = find_run(con)
            label = f"**SIMULATED DATA** · {run['data_source']}" if run["is_simulated"] else (
                str(run["data_source"]))  # fmt: skip
            st.markdown(f"#### Reelrank explorer\n{label} · run `{run['run_id']}`")
            page = st.radio("Page", list(PAGES), horizontal=True, label_visibility="collapsed")
            PAGES[page](con, run)
    except UserError as error:
        st.error(f"{error.problem}\n\n{error.remedy}")


main()
