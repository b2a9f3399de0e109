"""The simulated world: users, videos, friendships, taste and the plan of what is shown."""

from dataclasses import dataclass

import numpy as np

from simulated_kuairec.exposure import Plan, build_plan
from simulated_kuairec.friends import build_friends
from simulated_kuairec.parameters import PARAMETERS, Parameters
from simulated_kuairec.play_time import PlayModel
from simulated_kuairec.scales import Counts, counts_of
from simulated_kuairec.taste import build_taste
from simulated_kuairec.users import build_users
from simulated_kuairec.videos import build_videos


@dataclass(frozen=True)
class World:
    """All that the files are made from.

    Attributes
    ----------
    seed : int
        Seed of every stream.
    counts : Counts
        Sizes.
    play : PlayModel
        Users, videos, taste and how long views last.
    friends : int64 (n_edges, 2)
        User and friend, in the order of the file.
    plan : Plan
        Who is shown how much, when, in big_matrix.
    """

    seed: int
    counts: Counts
    play: PlayModel
    friends: np.ndarray
    plan: Plan


def build_world(factor: float, seed: int, parameters: Parameters = PARAMETERS) -> World:
    """Build the world of a scale and seed; the same arguments give the same world."""
    counts = counts_of(factor, parameters.counts)
    users = build_users(counts, parameters.play, seed)
    videos = build_videos(counts, parameters, seed)
    friends = build_friends(counts, users.dense, seed)
    taste = build_taste(users, videos, friends, parameters.taste, seed)
    plan = build_plan(counts, users.dense, videos, parameters.exposure, seed)
    return World(seed, counts, PlayModel(users, videos, taste, parameters), friends, plan)
