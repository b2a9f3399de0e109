import numpy as np
import pyarrow as pa
import pytest
from presets_as_text import write_preset
from reelrank.candidates import als, read_train_log
from reelrank.embeddings import publish_vectors, split_blocks
from reelrank.errors import UserError
from reelrank.presets import read_preset
from reelrank.ranker import (
    RankerRows,
    apart,
    fit_heads,
    predict,
    read_features,
    read_training_rows,
    stream_rows,
)
from reelrank.ranker.boosting import split_rows
from reelrank.ranker.heads import HEADS, list_sizes
from reelrank.ranker.rows import TrainingRows

TREES = [name for name, head in HEADS.items() if not head.network]


@pytest.fixture
def trained(con, quick_preset):
    """The connection with vectors made, the preset, the features and the blocks."""
    preset = read_preset(str(quick_preset))
    blocks = split_blocks(con, preset.embeddings.blocks)
    log = read_train_log(con)
    whole = log, als.fit_factors(log, preset.embeddings.als, seed=1, threads=2)
    publish_vectors(con, blocks, preset.embeddings, whole, seed=1, threads=2)
    return con, preset, read_features(con, "default"), blocks


def read_rows(trained, max_rows=10**9, seed=1):
    con, _, features, blocks = trained
    return read_training_rows(con, "default", features, blocks, max_rows=max_rows, seed=seed)


def little_rows(watch_ratio, duration_ms, is_long_view, user_id, day):
    return TrainingRows(
        pa.table({"x": np.arange(len(user_id), dtype=np.float32)}),
        np.array(watch_ratio, np.float32),
        np.array(duration_ms, np.float32),
        np.array(is_long_view),
        np.array(user_id, np.int32),
        np.array(day, np.int32),
    )


def test_features_come_from_the_catalog_and_its_sets(con):
    names = {feature.name for feature in read_features(con, "reference")}
    assert names == {"user code", "video_tag", "video_author", 'length "ms"', "hour_of_day"}
    default = {feature.name: feature for feature in read_features(con, "default")}
    assert default["als_score"].is_embedding
    assert default["user code"].is_categorical
    assert not default['length "ms"'].is_categorical


def test_an_unknown_feature_set_is_the_users_to_fix(con):
    with pytest.raises(UserError, match="no feature of set 'none'"):
        read_features(con, "none")


def test_training_rows_are_only_train_in_order_as_32_bit_columns(trained):
    rows = read_rows(trained)
    assert rows.features.num_rows == 3200
    kinds = {str(field.type) for field in rows.features.schema}
    assert kinds == {"int32", "float"}
    order = np.lexsort((rows.user_id, rows.day))
    assert (order == np.arange(3200)).all()
    wanted = (
        trained[0]
        .execute(
            "select sum(watch_ratio), count(*) filter (is_long_view) from training.interactions"
            " where split = 'train'"
        )
        .fetchone()
    )
    assert rows.watch_ratio.sum() == pytest.approx(wanted[0], rel=1e-5)
    assert rows.is_long_view.sum() == wanted[1]


def test_rows_of_the_first_block_have_no_vectors_and_later_rows_have(trained):
    rows = read_rows(trained)
    scores = rows.features.column("als_score").to_numpy()
    is_first = np.arange(len(scores)) < trained[3].row_counts[0]
    assert np.isnan(scores[is_first]).all()
    assert np.isfinite(scores[~is_first]).mean() > 0.95


def test_a_sample_is_drawn_by_hash_and_is_part_of_the_whole(trained):
    half = read_rows(trained, max_rows=1600)
    again = read_rows(trained, max_rows=1600)
    other = read_rows(trained, max_rows=1600, seed=2)
    assert 1450 < half.features.num_rows < 1750
    assert half.features.equals(again.features)
    assert not half.features.equals(other.features)


def test_the_last_days_are_held_back():
    rows = little_rows([1] * 5, [1] * 5, [True] * 5, [1, 2, 1, 1, 2], [0, 0, 1, 2, 2])
    fit_on, held = split_rows(rows, 1)
    assert (fit_on.day.tolist(), held.day.tolist()) == ([0, 0, 1], [2, 2])
    assert held.features.column("x").to_pylist() == [3.0, 4.0]
    fit_on, held = split_rows(rows, 30)  # never everything
    assert (fit_on.day.tolist(), held.day.tolist()) == ([0, 0], [1, 2, 2])


def test_a_single_day_holds_back_its_last_rows():
    rows = little_rows([1] * 20, [1] * 20, [True] * 20, range(20), [4] * 20)
    fit_on, held = split_rows(rows, 3)
    assert (len(fit_on.day), len(held.day)) == (18, 2)


def test_lists_are_the_days_of_users():
    rows = little_rows([1] * 5, [1] * 5, [True] * 5, [1, 1, 2, 2, 2], [0, 0, 0, 1, 1])
    assert list_sizes(rows).tolist() == [2, 1, 2]


def test_log_play_is_turned_back_into_a_watch_ratio():
    head = HEADS["log_play"]
    rows = little_rows([0.5, 2.0, 0.0], [10_000, 6_000, 5_000], [True] * 3, [1, 1, 1], [0, 0, 0])
    labels = head.label(rows)
    np.testing.assert_allclose(labels, np.log([5_000, 12_000, 100]), rtol=1e-6)
    back = head.to_watch_ratio(labels, rows.duration_ms)
    np.testing.assert_allclose(back, [0.5, 2.0, 0.02], rtol=1e-5)


@pytest.mark.parametrize("name", TREES)
def test_every_head_learns(trained, tmp_path, name):
    con, _, features, blocks = trained
    partner = "long_view" if HEADS[name].to_watch_ratio else "watch_ratio"
    path = write_preset(tmp_path / "p.toml", **{"ranker.heads": [name, partner]})
    preset = read_preset(str(path))
    heads = fit_heads(read_rows(trained), features, preset.ranker, seed=1, threads=2)
    assert [fitted.head.name for fitted in heads] == [name, partner]
    assert all(1 <= fitted.round_count <= 30 for fitted in heads)
    batches = stream_rows(
        con, RankerRows("training.ranker_rows", features), blocks.after_train, dataset="dense"
    )
    found = predict(heads, features, batches, threads=2)
    is_long = found.column("is_long_view").to_numpy(zero_copy_only=False)
    score = found.column("score_long_view").to_numpy()
    assert score[is_long].mean() > score[~is_long].mean()
    ratio = found.column("watch_ratio").to_numpy()
    predicted = found.column("predicted_watch_ratio").to_numpy()
    assert np.abs(ratio - predicted).mean() < np.abs(ratio - np.median(ratio)).mean()
    has_probability = found.column("predicted_long_view").null_count == 0
    assert has_probability == any(HEADS[each].is_probability for each in (name, partner))


def test_a_preset_with_one_head_orders_everything_by_it(trained, tmp_path):
    con, _, features, blocks = trained
    path = write_preset(tmp_path / "p.toml", **{"ranker.heads": ["watch_ratio"]})
    heads = fit_heads(
        read_rows(trained), features, read_preset(str(path)).ranker, seed=1, threads=2
    )
    rows = RankerRows("training.ranker_rows", features)
    found = predict(
        heads, features, stream_rows(con, rows, blocks.after_train, dataset="holdout"), threads=2
    )
    assert found.num_rows == 800
    assert found.column("score_long_view").equals(found.column("predicted_watch_ratio"))
    assert found.column("predicted_long_view").null_count == 800


def test_trees_are_bitwise_the_same_on_any_number_of_threads(trained, tmp_path):
    settings = read_preset(str(write_preset(tmp_path / "p.toml"))).ranker
    rows, features = read_rows(trained), trained[2]
    texts = [
        trees_alone(fitted.booster)
        for threads in (1, 2, 3)
        for fitted in fit_heads(rows, features, settings, seed=1, threads=threads)
    ]
    assert texts[0:2] == texts[2:4] == texts[4:6]


def trees_alone(booster):
    """The text of the model without its list of parameters, which names the threads."""
    return booster.model_to_string().split("\nparameters:")[0]


def test_refitting_uses_all_rows_and_the_validated_rounds(trained, tmp_path):
    path = write_preset(tmp_path / "p.toml", **{"ranker.refit": True})
    settings = read_preset(str(path)).ranker
    rows, features = read_rows(trained), trained[2]
    refitted = fit_heads(rows, features, settings, seed=1, threads=2)
    plain = fit_heads(
        rows,
        features,
        read_preset(str(write_preset(tmp_path / "q.toml"))).ranker,
        seed=1,
        threads=2,
    )
    assert [f.round_count for f in refitted] == [f.round_count for f in plain]
    assert trees_alone(refitted[0].booster) != trees_alone(plain[0].booster)


def test_a_head_may_learn_at_a_rate_of_its_own(trained, tmp_path):
    path = write_preset(tmp_path / "p.toml", **{"ranker.learning_rates.watch_ratio": 0.05})
    settings = read_preset(str(path)).ranker
    assert [settings.learning_rate(head) for head in settings.heads] == [0.05, 0.2]
    rows, features = read_rows(trained), trained[2]
    slow, same = fit_heads(rows, features, settings, seed=1, threads=2)
    fast, also_same = fit_heads(rows, features, trained[1].ranker, seed=1, threads=2)
    assert slow.booster.params["learning_rate"] == 0.05
    assert trees_alone(slow.booster) != trees_alone(fast.booster)
    assert trees_alone(same.booster) == trees_alone(also_same.booster)


def test_rounds_are_reported_as_they_pass(trained):
    con, preset, features, _ = trained
    told = []
    fit_heads(read_rows(trained), features, preset.ranker, seed=1, threads=2, on_round=told.append)
    assert 2 <= len(told) <= 60


def test_a_column_is_copied_out_of_the_memory_of_its_batch():
    column = pa.array([1, None, 3])
    copied = apart(column)
    assert copied.equals(column)
    assert copied.buffers()[1].address != column.buffers()[1].address
