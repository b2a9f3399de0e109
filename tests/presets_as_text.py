"""The quick preset of the tests, as text, with keys replaced."""

QUICK = {
    "description": "quick",
    "candidates.source": "als",
    "candidates.compared_sources": ["als", "item_based", "most_viewed", "best_received", "blend"],
    "candidates.count": 40,
    "candidates.exclude_watched": True,
    "candidates.fallback": "best_received",
    "candidates.neighbours": 20,
    "candidates.als.confidence": "long_view_count",
    "candidates.als.base_confidence": 1.0,
    "candidates.als.alpha": 10.0,
    "candidates.als.saturation": 2.0,
    "candidates.als.unliked_confidence": 1.0,
    "candidates.als.factors": 8,
    "candidates.als.regularization": 1.0,
    "candidates.als.iterations": 4,
    "embeddings.blocks": 3,
    "embeddings.als.confidence": "long_view_count",
    "embeddings.als.base_confidence": 1.0,
    "embeddings.als.alpha": 10.0,
    "embeddings.als.saturation": 2.0,
    "embeddings.als.unliked_confidence": 1.0,
    "embeddings.als.factors": 4,
    "embeddings.als.regularization": 1.0,
    "embeddings.als.iterations": 3,
    "embeddings.play_time.factors": 2,
    "embeddings.play_time.sweeps": 2,
    "embeddings.play_time.later_sweeps": 2,
    "embeddings.play_time.outlier_spreads": 1.5,
    "ranker.feature_set": "default",
    "ranker.heads": ["watch_ratio", "long_view"],
    "ranker.recent_share": 1.0,
    "ranker.max_train_rows": 1000000,
    "ranker.max_rounds": 30,
    "ranker.early_stopping_rounds": 5,
    "ranker.validation_days": 2,
    "ranker.refit": False,
    "ranker.parameters.num_leaves": 7,
    "ranker.parameters.learning_rate": 0.2,
    "ranker.parameters.bagging_fraction": 0.8,
    "ranker.parameters.bagging_freq": 1,
    "recommendations.count": 20,
    "recommendations.explained_count": 3,
    "recommendations.contribution_count": 4,
}


def quick_preset_text(**changes):
    """TOML of the quick preset; `changes` by dotted key, with None leaving a key out."""
    values = {**QUICK, **changes}
    kept = {key: value for key, value in values.items() if value is not None}
    return "".join(f"{key} = {_toml(value)}\n" for key, value in kept.items())


def write_preset(path, **changes):
    """The quick preset with dotted keys changed, as a TOML file; gives its path."""
    path.write_text(quick_preset_text(**changes), encoding="utf-8")
    return path


def _toml(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
