import pytest
from presets_as_text import quick_preset_text, write_preset
from reelrank.errors import UserError
from reelrank.presets import preset_names, read_preset

NETWORKS = ("neural", "transformer", "two_tower")


def test_the_presets_of_the_project_are_known():
    assert preset_names() == sorted(["default", "reference", "spark", *NETWORKS])


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_of_the_project_is_valid(name: str):
    if name in NETWORKS:
        pytest.importorskip("optax", reason="needs requirements-neural.txt")
    assert read_preset(name).name == name


def test_the_reference_preset_is_the_reference_system():
    preset = read_preset("reference")
    als = preset.candidates.als
    assert (als.factors, als.regularization, als.iterations) == (100, 0.1, 20)
    assert (als.confidence, als.alpha, als.base_confidence) == ("watch_ratio_sum", 1.0, 0.0)
    assert preset.candidates.count == 500
    ranker = preset.ranker
    assert ranker.heads == ("watch_ratio",)
    assert (ranker.max_rounds, ranker.early_stopping_rounds) == (1000, 0)
    parameters = ranker.parameters
    assert (parameters.num_leaves, parameters.learning_rate) == (63, 0.05)
    assert (parameters.feature_fraction, parameters.bagging_fraction) == (0.8, 0.8)
    assert parameters.bagging_freq == 1
    assert preset.embeddings is None


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("ranker.parameters.num_leaves", 1, "from 2 to 4096"),
        ("ranker.parameters.num_leaves", 7.5, "a whole number"),
        ("ranker.parameters.bagging_freq", True, "a whole number"),
        ("ranker.parameters.learning_rate", "fast", "a number"),
        ("ranker.learning_rates.long_view", 0, "from 0.0001 to 1"),
        ("ranker.learning_rates.no_head", 0.1, "the name of a head"),
        ("candidates.source", "magic", "one of als"),
        ("candidates.exclude_watched", 1, "true or false"),
        ("candidates.als.factors", 129, "from 1 to 128"),
        ("ranker.heads", ["watch_ratio", "watch_ratio"], "none twice"),
        ("ranker.heads", ["long_view"], "exactly one of watch_ratio, log_play"),
        ("ranker.heads", ["watch_ratio", "log_play"], "exactly one of"),
        (
            "ranker.heads",
            ["log_play", "long_view", "lambdarank_long_view"],
            "at most one of long_view",
        ),
        ("embeddings", 3, "a table"),
    ],
)
def test_an_odd_value_is_named_with_what_is_allowed(tmp_path, key, value, said):
    changes = {key: value}
    if key == "embeddings":
        changes |= {name: None for name in _keys() if name.startswith("embeddings.")}
    path = write_preset(tmp_path / "odd.toml", **changes)
    with pytest.raises(UserError) as caught:
        read_preset(str(path))
    assert key.removesuffix(".no_head") in caught.value.problem
    assert said in caught.value.remedy


def _keys():
    return [line.split(" = ")[0] for line in quick_preset_text().splitlines()]


def test_a_missing_key_is_named(tmp_path):
    path = write_preset(tmp_path / "short.toml", **{"candidates.als.alpha": None})
    with pytest.raises(UserError, match="candidates.als.alpha"):
        read_preset(str(path))


def test_an_unknown_key_is_named(tmp_path):
    path = write_preset(tmp_path / "more.toml", **{"ranker.colour": "red"})
    with pytest.raises(UserError, match="ranker.colour"):
        read_preset(str(path))


@pytest.mark.parametrize("name", ["no_such", "../../etc/passwd", "none.toml", ""])
def test_an_unknown_preset_says_which_there_are(name):
    with pytest.raises(UserError) as caught:
        read_preset(name)
    assert "default, neural, reference" in caught.value.remedy


def test_a_file_that_is_not_toml_is_refused(tmp_path):
    (tmp_path / "bad.toml").write_text("[[[")
    with pytest.raises(UserError, match="not TOML"):
        read_preset(str(tmp_path / "bad.toml"))


def test_heads_know_their_roles(tmp_path):
    path = write_preset(
        tmp_path / "p.toml", **{"ranker.heads": ["lambdarank_long_view", "log_play"]}
    )
    ranker = read_preset(str(path)).ranker
    assert ranker.watch_ratio_head == "log_play"
    assert ranker.long_view_head == ranker.ranking_head == "lambdarank_long_view"
