"""Presets: every parameter of a run in one TOML file, checked before anything is read."""

from reelrank.presets.reading import preset_names, read_preset, read_toml
from reelrank.presets.settings import (
    AlsSettings,
    BoosterSettings,
    CandidateSettings,
    EmbeddingSettings,
    ListSettings,
    NetSettings,
    PlayTimeSettings,
    Preset,
    RankerSettings,
    RecommendationSettings,
    TowerSettings,
)

__all__ = [
    "AlsSettings",
    "BoosterSettings",
    "CandidateSettings",
    "EmbeddingSettings",
    "ListSettings",
    "NetSettings",
    "PlayTimeSettings",
    "Preset",
    "RankerSettings",
    "RecommendationSettings",
    "TowerSettings",
    "preset_names",
    "read_preset",
    "read_toml",
]
