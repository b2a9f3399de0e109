"""The four small files: user features, categories, social network, captions."""

from pathlib import Path

import numpy as np

from simulated_kuairec.captions import caption_columns
from simulated_kuairec.csv_text import write_cells
from simulated_kuairec.tags import tag_text
from simulated_kuairec.users import EMPTY
from simulated_kuairec.world import World


def write_user_features(world: World, folder: Path) -> None:
    """user_features.csv, with empty cells in some onehot columns."""
    columns: dict[str, np.ndarray] = {"user_id": np.arange(world.counts.users)}
    for name, values in world.play.users.features.items():
        if name.startswith("onehot"):
            columns[name] = np.where(values == EMPTY, None, values.astype(object))
        else:
            columns[name] = values
    write_cells(folder / "user_features.csv", columns)


def write_item_categories(world: World, folder: Path) -> None:
    """item_categories.csv, tags as a list in text."""
    tags = tag_text(world.play.videos.tags)
    write_cells(folder / "item_categories.csv", {"video_id": range(len(tags)), "feat": tags})


def write_social_network(world: World, folder: Path) -> None:
    """social_network.csv, friends as a list in text."""
    lists: dict[int, list[int]] = {}
    for user, friend in world.friends.tolist():
        lists.setdefault(user, []).append(friend)
    texts = [str(friends) for friends in lists.values()]
    write_cells(folder / "social_network.csv", {"user_id": list(lists), "friend_list": texts})


def write_captions(world: World, folder: Path) -> None:
    """kuairec_caption_category.csv, four captions with a lone carriage return."""
    columns = caption_columns(world.play.videos.tags, world.seed)
    write_cells(folder / "kuairec_caption_category.csv", columns)


def write_side_files(world: World, folder: Path) -> None:
    """Write all four."""
    write_user_features(world, folder)
    write_item_categories(world, folder)
    write_social_network(world, folder)
    write_captions(world, folder)
