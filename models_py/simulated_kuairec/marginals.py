"""Published marginals of the user features (KuaiRec 2.0, counts over 7,176 users)."""

ACTIVE_DEGREE = {"full_active": 6092, "high_active": 938, "UNKNOWN": 118, "middle_active": 28}
FLAGS = {"is_lowactive_period": 3, "is_live_streamer": 49, "is_video_author": 1217}

# probability: value; linear in between, whole numbers
QUANTILES = {
    "follow_user_num": {
        0: 0,
        0.05: 2,
        0.25: 9,
        0.5: 33,
        0.75: 130,
        0.9: 569,
        0.95: 1409,
        0.99: 1999,
        1: 2100,
    },
    "fans_user_num": {
        0: 0,
        0.27: 0,
        0.34: 1,
        0.5: 2,
        0.75: 6,
        0.9: 14,
        0.95: 23,
        0.99: 108,
        0.9999: 1500,
        1: 11401,
    },
    "friend_user_num": {
        0: 0,
        0.575: 0,
        0.64: 1,
        0.75: 1,
        0.9: 5,
        0.95: 11,
        0.99: 49,
        0.999: 400,
        1: 1425,
    },
    "register_days": {
        0: 12,
        0.05: 50,
        0.25: 132,
        0.5: 225,
        0.75: 324,
        0.9: 598,
        0.95: 955,
        0.99: 1494,
        1: 2245,
    },
}
# rank correlations of follow, fans, friends, register days; the last column is partly assumed
RANK_CORRELATION = (
    (1.00, 0.55, 0.60, 0.25),
    (0.55, 1.00, 0.75, 0.48),
    (0.60, 0.75, 1.00, 0.30),
    (0.25, 0.48, 0.30, 1.00),
)
# the value from which on each label holds
RANGES = {
    "follow_user_num": (
        (0, "0"),
        (1, "(0,10]"),
        (11, "(10,50]"),
        (51, "(50,100]"),
        (101, "(100,150]"),
        (151, "(150,250]"),
        (251, "(250,500]"),
        (501, "500+"),
    ),
    "fans_user_num": (
        (0, "0"),
        (1, "[1,10)"),
        (10, "[10,100)"),
        (100, "[100,1k)"),
        (1000, "[1k,5k)"),
        (5000, "[5k,1w)"),
        (10000, "[1w,10w)"),
    ),
    "friend_user_num": (
        (0, "0"),
        (1, "[1,5)"),
        (5, "[5,30)"),
        (30, "[30,60)"),
        (60, "[60,120)"),
        (120, "[120,250)"),
        (250, "250+"),
    ),
    "register_days": (
        (0, "15-30"),
        (31, "31-60"),
        (61, "61-90"),
        (91, "91-180"),
        (181, "181-365"),
        (366, "366-730"),
        (731, "730+"),
    ),
}
# how far number and range differ: taken at different times, sd of the log
RANGE_DRIFT = 0.08

# onehot_feat0 .. onehot_feat17: either counts by code, or (codes, share of the commonest)
ONEHOT = (
    {0: 4361, 1: 2815},
    {1: 3082, 4: 1096, 3: 949, 6: 825, 2: 736, 5: 483, 0: 3, 7: 2},
    (30, 1971 / 7176),
    (1076, 137 / 7176),
    {1: 3257, 0: 2055, 2: 1195, 3: 314, 4: 70, 5: 35, 6: 20, 7: 12, 8: 8, 9: 5, 10: 3, 11: 1},
    {0: 7160, 1: 4, 2: 3, 3: 2, 4: 2, 5: 1, 6: 1, 7: 1, 8: 1, 9: 1},
    {1: 4040, 0: 3120, 2: 16},
    (47, 861 / 7176),
    (340, 196 / 7176),
    {6: 1728, 3: 1352, 5: 1250, 4: 1138, 1: 1108, 2: 582, 0: 18},
    {2: 3761, 3: 1682, 4: 920, 0: 812, 1: 1},
    {0: 6665, 2: 473, 1: 38},
    {0: 4978, 1: 2121},
    {0: 6358, 1: 743},
    {0: 6428, 1: 673},
    {0: 6970, 1: 132},
    {0: 6975, 1: 127},
    {0: 6999, 1: 103},
)
USERS = 7176
EMPTY_FEAT4 = 201
# 74 users have no onehot_feat12 to 17 at all; 3 and 1 and 1 more lack one of 12, 13 and 14
EMPTY_ALL = 74
EMPTY_MORE = {12: 3, 13: 1, 14: 1}
