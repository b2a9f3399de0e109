"""Captions, topics and category names: made-up Chinese text with the real file's quirks."""

import numpy as np
from reelrank.exact_math import exp

from simulated_kuairec.draws import normal
from simulated_kuairec.seeds import generator

UNKNOWN_ID = -124
# facts: 39 first-level categories; unknown in 40, 3,583 and 6,832 of 10,728 videos
FIRST_LEVEL = (
    "生活", "美食", "游戏", "科普", "汽车", "时尚", "明星娱乐", "动物", "颜值", "喜剧", "影视",
    "音乐", "舞蹈", "体育", "旅游", "亲子", "健康", "运动健身", "农业", "情感", "家居", "教育",
    "职场", "军事", "法律", "手工", "摄影", "高新数码", "随拍", "房产", "奇闻", "民生", "人文",
    "财经", "其他", "读书", "曲艺", "宗教", "星座",
)  # fmt: skip
SECOND_PER_FIRST, THIRD_PER_SECOND = 4, 2
UNKNOWN_SHARES = (40 / 10728, 3583 / 10728, 6832 / 10728)
FIRST_IS_TAG_SHARE = 0.67
NO_CAPTION_SHARE = 1355 / 10728
NO_COVER_SHARE = 0.624
NO_TOPIC_SHARE = 0.43
TOPIC_COUNTS = (1488, 1164, 989, 712, 1645, 40, 30, 20, 10)
CARRIAGE_RETURNS = 4
WORDS = (
    "今天", "大家", "一起", "生活", "快乐", "努力", "朋友", "感谢快手", "我要上热门", "记录",
    "美好", "喜欢", "点赞", "关注", "家乡", "味道", "春天", "夏天", "晚安", "早安", "孩子",
    "妈妈", "爸爸", "老铁", "加油", "梦想", "回忆", "青春", "爱情", "幸福", "简单", "搞笑",
    "舞蹈", "歌曲", "新歌", "手工", "教程", "挑战", "日常", "分享", "真实", "故事", "风景",
    "旅行", "美食", "宠物", "可爱", "帅气", "运动", "健身",
)  # fmt: skip
MARKS = ("，", "！", "。", " ", ", ", "~", "…", "？", "")


def _sentence(rng: np.random.Generator, n_words: int) -> str:
    """Join some words with marks between them."""
    words = rng.choice(WORDS, n_words)
    marks = rng.choice(MARKS, n_words)
    return "".join(word + mark for word, mark in zip(words, marks, strict=True))


def _topics(rng: np.random.Generator) -> list[str]:
    """Zero to nine topics of a video."""
    if rng.random() < NO_TOPIC_SHARE:
        return []
    shares = np.array(TOPIC_COUNTS) / sum(TOPIC_COUNTS)
    count = int(rng.choice(len(TOPIC_COUNTS), p=shares)) + 1
    return ["".join(rng.choice(WORDS, 2)) for _ in range(count)]


def _caption(rng: np.random.Generator, topics: list[str], n_words: int) -> str | None:
    """Text with its topics as hash tags; sometimes nothing."""
    if rng.random() < NO_CAPTION_SHARE:
        return None
    tags = " ".join(f"#{topic}" for topic in topics)
    return (_sentence(rng, n_words) + " " + tags).strip()


def _categories(tags: np.ndarray, rng: np.random.Generator) -> dict[str, list]:
    """Three levels of categories, ids and names, -124 and UNKNOWN where not known."""
    n = len(tags)
    first = np.where(
        rng.random(n) < FIRST_IS_TAG_SHARE, tags[:, 0], rng.integers(0, len(FIRST_LEVEL), n)
    )
    second = first * SECOND_PER_FIRST + rng.integers(0, SECOND_PER_FIRST, n)
    third = second * THIRD_PER_SECOND + rng.integers(0, THIRD_PER_SECOND, n)
    order = np.argsort(rng.random(n), kind="stable")
    columns: dict[str, list] = {}
    for level, ids, start in (("first", first, 0), ("second", second, 401), ("third", third, 2001)):
        share = UNKNOWN_SHARES[("first", "second", "third").index(level)]
        known = order >= round(share * n)
        names = [FIRST_LEVEL[i] for i in first]
        if level != "first":
            width = SECOND_PER_FIRST * (THIRD_PER_SECOND if level == "third" else 1)
            names = [f"{name}{i % width + 1}" for name, i in zip(names, ids, strict=True)]
        columns[f"{level}_level_category_id"] = np.where(known, ids + start, UNKNOWN_ID).tolist()
        columns[f"{level}_level_category_name"] = np.where(known, names, "UNKNOWN").tolist()
    return columns


def caption_columns(tags: np.ndarray, seed: int) -> dict[str, list]:
    """All columns of kuairec_caption_category.csv.

    Parameters
    ----------
    tags : int64 (n_videos, 4)
        Tag codes, -1 where the list is over.
    seed : int
        Seed of the simulation.
    """
    rng = generator(seed, "captions")
    n = len(tags)
    topics = [_topics(rng) for _ in range(n)]
    words = np.clip(exp(1.9 + 0.7 * normal(rng, n)), 1, 400).astype(np.int64).tolist()
    captions = [_caption(rng, *mine) for mine in zip(topics, words, strict=True)]
    covers = ["UNKNOWN" if rng.random() < NO_COVER_SHARE else _sentence(rng, 2) for _ in range(n)]
    written = [k for k, text in enumerate(captions) if text and not set(text) & set(',"')]
    for k in rng.choice(written, CARRIAGE_RETURNS, replace=False):
        captions[k] += "\r "
    columns: dict[str, list] = {
        "video_id": list(range(n)),
        "manual_cover_text": covers,
        "caption": captions,
        "topic_tag": ["[" + ",".join(mine) + "]" for mine in topics],
    }
    return columns | _categories(tags, rng)
