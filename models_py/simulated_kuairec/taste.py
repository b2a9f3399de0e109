"""Personal appeal of videos, and what moves it in time."""

from dataclasses import dataclass

import numpy as np
from reelrank.exact_math import exp, mean, spread, total

from simulated_kuairec.days import DAYS
from simulated_kuairec.draws import gamma, normal
from simulated_kuairec.parameters import Taste as TasteParameters
from simulated_kuairec.seeds import generator
from simulated_kuairec.users import Users
from simulated_kuairec.videos import Videos


@dataclass(frozen=True)
class Taste:
    """Latent taste; appeal of a pair = (user + drift * time) dot video, in log play time.

    Attributes
    ----------
    user, drift : float32 (n_users, k)
        Taste in the middle of the 63 days, and its movement over all of them.
    video : float32 (n_videos, k)
        What the video offers; scaled so that the appeal has the standard deviation asked for.
    hour : float32 (n_users,)
        How much later hours lengthen the user's views.
    day : float32 (n_videos, 63)
        How the video's appeal wanders from day to day.
    """

    user: np.ndarray
    drift: np.ndarray
    video: np.ndarray
    hour: np.ndarray
    day: np.ndarray


def _unit(values: np.ndarray) -> np.ndarray:
    """Scale columns to mean 0 and variance 1."""
    return (values - mean(values, 0)) / np.maximum(spread(values, 0), 1e-9)


def _video_taste(videos: Videos, p: TasteParameters, rng: np.random.Generator) -> np.ndarray:
    """Video side, unit variance per dimension: by its tags, its author, and its own."""
    n, k = len(videos.effect), len(p.dimension_shares)
    by_tag = normal(rng, (int(videos.tags.max()) + 1, k))
    by_author = normal(rng, (int(videos.author.max()) + 1, k))
    has_tag = (videos.tags >= 0)[:, :, None]
    tag_part = _unit(total(by_tag[videos.tags] * has_tag, 1) / has_tag.sum(axis=1))
    own_share = 1 - p.tag_share - p.author_share
    taste = np.sqrt(p.tag_share) * tag_part + np.sqrt(p.author_share) * by_author[videos.author]
    taste += np.sqrt(own_share) * normal(rng, (n, k))
    strength = np.sqrt(p.tail_freedom / (2 * gamma(rng, p.tail_freedom / 2, n)))
    return _unit(taste * strength[:, None])


def _user_taste(
    users: Users, friends: np.ndarray, p: TasteParameters, rng: np.random.Generator
) -> np.ndarray:
    """User side: demographics, what friends share, one's own; and strength that varies."""
    n, k = len(users.level), len(p.dimension_shares)
    gender, age = users.features["onehot_feat0"], users.features["onehot_feat1"]
    group = _unit(normal(rng, (64, k))[np.maximum(gender, 0) * 16 + age])
    own = normal(rng, (n, k))
    for one, other in friends:
        own[one] = np.sqrt(p.friend_share) * own[other] + np.sqrt(1 - p.friend_share) * own[one]
    taste = np.sqrt(p.demographic_share) * group + np.sqrt(1 - p.demographic_share) * own
    strength = exp(p.user_strength_sd * normal(rng, n))
    strength /= np.sqrt(mean(strength * strength))
    return taste * strength[:, None]


def _wander(n: int, p: TasteParameters, rng: np.random.Generator) -> np.ndarray:
    """Stationary AR(1) per video over the days, float64 (n, 63)."""
    days = np.empty((n, DAYS))
    days[:, 0] = p.day_sd * normal(rng, n)
    fresh = p.day_sd * np.sqrt(1 - p.day_memory * p.day_memory)
    for day in range(1, DAYS):
        days[:, day] = p.day_memory * days[:, day - 1] + fresh * normal(rng, n)
    return days


def build_taste(
    users: Users, videos: Videos, friends: np.ndarray, p: TasteParameters, seed: int
) -> Taste:
    """Draw the taste of users and videos.

    Parameters
    ----------
    users, videos : Users, Videos
        Whose features part of the taste can be read from.
    friends : int64 (n_edges, 2)
        Who shares taste with whom.
    p : Taste
        Strengths and shares.
    seed : int
        Seed of the simulation.
    """
    rng = generator(seed, "taste")
    scale = p.sd * np.sqrt(np.array(p.dimension_shares) / total(p.dimension_shares))
    user = _user_taste(users, friends, p, rng)
    drift = normal(rng, user.shape) * p.drift * mean(np.abs(user).ravel())
    hour = p.hour_effect * gamma(rng, 4.0, len(user)) / 4.0
    return Taste(
        user=user.astype(np.float32),
        drift=drift.astype(np.float32),
        video=(_video_taste(videos, p, rng) * scale).astype(np.float32),
        hour=hour.astype(np.float32),
        day=_wander(len(videos.effect), p, rng).astype(np.float32),
    )
