"""recommend_for and audience_for give what implicit and the package's own solver would."""

import json
import shutil

import duckdb
import numpy as np
import pytest
from implicit.als import AlternatingLeastSquares
from reelrank.embeddings.play_time.least_squares import Side, solve, sum_events
from reelrank_cli import recommend
from rendered_questions import create_questions
from scipy import sparse

HISTORY = [(3, 2.9), (7, 0.2), (10, 3.5), (10, 2.5), (22, 1.9), (41, 0.9)]


@pytest.fixture(scope="module")
def con(first_run, tmp_path_factory):
    path = tmp_path_factory.mktemp("new") / "copy.duckdb"
    path.write_bytes(first_run[0].read_bytes())
    with duckdb.connect(str(path)) as con:
        create_questions(con, "recommend_for", "audience_for")
    with duckdb.connect(str(path), read_only=True) as con:
        yield con


def given(history):
    return [{"video_id": str(video), "watch_ratio": ratio} for video, ratio in history]


def vectors(con, entity):
    """Ids and vectors of an entity, in order of the ids."""
    rows = con.execute(
        "select entity_id, vector from ml.embedding_vectors where entity = ? order by all", [entity]
    ).fetchall()
    return np.array([row[0] for row in rows]), np.array([row[1] for row in rows])


def looks(con, history):
    """Duration, threshold and play time of each view."""
    durations = dict(
        con.execute("select video_id, video_duration_ms from features.video_profiles").fetchall()
    )
    thresholds = con.execute(
        "select min_step, end_step, watch_ratio_threshold from training.long_view_thresholds"
    ).fetchall()
    for video, ratio in history:
        step = int(np.floor(np.log(durations[video]) / np.log(1.05)))
        (needed,) = [t for low, high, t in thresholds if low <= step < high]
        yield video, ratio > needed, np.log(max(ratio * durations[video], 100))


def of_confidence(con, confidence, folder):
    """Open a copy whose latest run weighed pairs by something else."""
    (path,) = con.execute(
        "select path from duckdb_databases() where database_name = current_database()"
    ).fetchone()
    copy = duckdb.connect(shutil.copy(path, folder))
    copy.execute(
        "update ml.runs set parameters = replace(parameters, '\"long_view_count\"', $1)",
        [f'"{confidence}"'],
    )
    return copy


@pytest.mark.parametrize("confidence", ["long_view_count", "watch_count"])
def test_taste_is_that_of_the_vector_that_implicit_would_give_the_user(con, confidence, tmp_path):
    con = of_confidence(con, confidence, tmp_path)
    settings = json.loads(con.execute("select parameters from ml.runs").fetchone()[0])
    als = settings["candidates"]["als"]
    ids, factors = zip(
        *con.execute("select video_id, factors from ml.video_factors order by 1").fetchall(),
        strict=True,
    )
    factors = np.array(factors, np.float32)[:, : als["factors"]]
    counts = {}
    for video, is_long, _ in looks(con, HISTORY):
        counts[video] = counts.get(video, 0) + (is_long or confidence == "watch_count")
    assert 2 in counts.values() and (0 in counts.values()) != (confidence == "watch_count")
    liked = als["base_confidence"] + als["alpha"] * np.array(
        [n / (1 + n / als["saturation"]) for n in counts.values()]
    )
    values = np.where(np.array(list(counts.values())) > 0, liked, -als["unliked_confidence"])
    row = sparse.csr_matrix(
        (values.astype(np.float32), ([0] * len(counts), [ids.index(v) for v in counts])),
        shape=(1, len(ids)),
    )
    model = AlternatingLeastSquares(als["factors"], regularization=als["regularization"])
    model.item_factors, model.user_factors = factors, np.zeros((1, als["factors"]), np.float32)
    scores = factors @ model.recalculate_user(0, row).ravel()

    known, popularity = vectors(con, "video_popularity")
    assert known.tolist() == list(ids)
    slope, constant = np.polyfit(popularity.ravel(), scores, 1)
    tastes = scores - constant - slope * popularity.ravel()
    tastes /= tastes.std()
    found = con.execute("select video_id, taste from recommend_for($h, 100)", {"h": given(HISTORY)})
    expected = dict(zip(ids, tastes, strict=True))
    for video, taste in found.fetchall():
        assert taste == pytest.approx(expected.get(video, taste), abs=0.002)
    con.close()


def posterior(features, pulls, weights, precision):
    """Mean of a bias and a vector, by the solver that training uses."""
    others = np.concatenate([np.zeros((len(features), 1)), features], axis=1)
    side = Side.of(np.zeros(len(features), int), np.arange(len(features)), (1, len(features)), 1)
    sums = sum_events(side, weights, weights * pulls, others)
    prior = np.linalg.inv(precision)
    return solve(sums, np.zeros((1, len(prior))), prior, side.is_known).means[0]


def weight(residual, spread, limit, honesty):
    return honesty / spread**2 / (1 + (residual / spread / limit) ** 4)


def test_the_chance_is_that_of_the_posterior_of_level_and_taste(con):
    history = HISTORY[:1]  # of one view no spread is known: it is the usual one
    [[usual]], [(log_spread, _, limit, honesty)] = (
        vectors(con, name)[1].tolist() for name in ("play_usual", "play_new_user")
    )
    ids, videos = vectors(con, "play_video")
    precision = vectors(con, "play_prior_user")[1]
    spread = np.exp(log_spread)
    [(video, _, log_play)] = looks(con, history)
    mine = videos[ids.tolist().index(video)]
    residual = log_play - usual - mine[0]
    level = residual / (1 + 1.571 * spread**2 * precision[0, 0])
    w = np.array([weight(residual - level, spread, limit, honesty)])
    user = posterior(mine[None, 1:], np.array([residual]), w, precision)

    constant, slope = vectors(con, "play_chance")[1][0]
    for other, chance in con.execute(
        "select video_id, predicted_long_view from recommend_for($h, 100)", {"h": given(history)}
    ).fetchall():
        theirs = videos[ids.tolist().index(other)]
        needed = con.execute(
            "select ln(watch_ratio_threshold * video_duration_ms)"
            " from features.video_profiles join training.long_view_thresholds"
            " on floor(ln(video_duration_ms) / ln(1.05)) = min_step where video_id = ?", [other],
        ).fetchone()[0]  # fmt: skip
        margin = (usual + user[0] + theirs[0] + user[1:] @ theirs[1:] - needed) / spread
        assert chance == pytest.approx(1 / (1 + np.exp(-constant - slope * margin)), abs=6e-4)


def test_a_new_video_is_what_its_content_says_moved_by_its_first_views(con):
    expected = sum(
        vectors(con, f"play_{name}")[1][vectors(con, f"play_{name}")[0] == number][0]
        for name, number in (("category", 1), ("tag", 3), ("author", 2))
    )
    expected = expected + vectors(con, "play_word")[1][0]  # all captions are the same word
    ids, users = vectors(con, "play_user")
    _, _, limit, honesty = vectors(con, "play_new_user")[1][0]
    spreads, levels, tastes = users[:, 0], users[:, 1], users[:, 2:]
    seen = [5, 8]
    residuals = np.log([16_000, 4_000]) - levels[seen] - expected[0] - tastes[seen] @ expected[1:]
    weights = weight(residuals, spreads[seen], limit, honesty)
    moved = posterior(tastes[seen], residuals, weights, vectors(con, "play_prior_video")[1])

    found = con.execute(
        "select user_id, taste from audience_for(10, category_id := 1, tag_id := 3, author_id := 2,"
        " caption := 'Caption!', views := [(5, 1.6), (8, 0.4)], k := 100)"
    ).fetchall()
    assert len(found) == len(ids) - len(seen) and not {5, 8} & {user for user, _ in found}
    for user, taste in found:
        wanted = tastes[user] @ (expected + moved)[1:]
        assert taste == pytest.approx(wanted, abs=1e-4)


def test_nothing_known_is_watched_now_times_the_chance_of_a_typical_user(con):
    rows = con.execute("from recommend_for([], 100)").to_arrow_table().to_pylist()
    assert {row["taste"] for row in rows} == {0.0}
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert rows == con.execute("from recommend_for([(-1, 1)], 100)").to_arrow_table().to_pylist()
    some = con.execute("select video_id from recommend_for([(3, 1), (7, 0)], 100)").fetchall()
    assert {row["video_id"] for row in rows} - {video for (video,) in some} == {3, 7}


def test_the_command_takes_a_history_as_text_and_as_a_file(con, tmp_path, capsys):
    db = con.execute("select path from duckdb_databases() where not internal").fetchone()[0]
    seen = tmp_path / "seen.csv"
    seen.write_text("video_id,watch_ratio\n3,2.9\n7,0.2\n99999,1\n")
    shown = []
    for history in ("3:2.9,7:0.2,99999:1", str(seen)):
        recommend.main(["--history", history, "--db", db, "--json"])
        printed = capsys.readouterr()
        assert "1 of 3 views" in printed.err
        shown.append(json.loads(printed.out)["list"])
    assert shown[0] == shown[1] and len(shown[0]) == 10
