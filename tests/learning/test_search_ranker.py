import search_ranker
from reelrank.presets import read_preset


def test_a_variant_changes_one_parameter_and_a_pace_that_of_both_heads():
    settings = read_preset("default").ranker
    names = ["num_leaves", "learning_rate"]
    three, changed = [], []
    for variant in search_ranker.variants(settings, names, seed=5):
        (three if variant.name == "preset" else changed).append(variant)
    assert [variant.seed for variant in three] == [5, 6, 7]
    assert len(changed) == sum(len(search_ranker.GRID[name]) for name in names)
    half = next(v.settings for v in changed if v.name == "learning_rate = 0.1")
    assert half.parameters.num_leaves == settings.parameters.num_leaves
    for head in settings.heads:
        assert half.learning_rate(head) == settings.learning_rate(head) / 2


def test_the_summary_is_a_mean_over_logs_and_the_range_of_fits_within_them():
    values = {("one", "preset"): (0.1, 0.2, 0.3), ("two", "preset"): (0.5, 0.5, 0.5)}
    values |= {("one", "num_leaves = 7"): (0.4,), ("two", "num_leaves = 7"): (0.6,)}
    rows = [
        {"data": data, "variant": variant, "dense mae": value}
        for (data, variant), found in values.items()
        for value in found
    ]
    assert search_ranker.summary(rows) == [
        {"variant": "preset", "dense mae": 0.35},
        {"variant": "range over 3 fits", "dense mae": 0.1},
        {"variant": "num_leaves = 7", "dense mae": 0.5},
    ]
