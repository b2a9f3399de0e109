"""The calendar of the collection: 63 days, of which the log covers 28 in three windows."""

import datetime as dt

import numpy as np

FIRST_DATE = dt.date(2020, 7, 5)
DAYS = 63
SECONDS = 86_400
# 2020-07-05 00:00 in Asia/Shanghai (UTC+8), as Unix seconds
EPOCH = 1_593_878_400
UTC_OFFSET_SECONDS = 8 * 3600
# the three windows of big_matrix: 07-05..07-12, 08-01..08-10, 08-27..09-05
LOG_DAYS = np.array([*range(0, 8), *range(27, 37), *range(53, 63)])
# first position of each window in LOG_DAYS, and the one after its last
WINDOWS = ((0, 8), (8, 18), (18, 28))
# from 2020-08-30 on: the last 20 % of the rows
LATE_DAY = 56
# first day with collect counters in the daily file: 2020-07-28
COLLECT_DAY = 23
# time stamps outside the windows reach from 2020-06-23 08:34:11 to 2020-09-10 07:32:12
FIRST_STRAY = EPOCH - 12 * SECONDS + 8 * 3600 + 34 * 60 + 11
LAST_STRAY = EPOCH + 67 * SECONDS + 7 * 3600 + 32 * 60 + 12


def date_labels() -> np.ndarray:
    """Dates as whole numbers such as 20200705, int64 (63,)."""
    dates = [FIRST_DATE + dt.timedelta(days=day) for day in range(DAYS)]
    return np.array([int(date.strftime("%Y%m%d")) for date in dates])


def date_text(days: np.ndarray) -> np.ndarray:
    """Days since 2020-07-05, also negative, as text such as `2020-03-30`; object (n,)."""
    return (np.datetime64(FIRST_DATE, "D") + days.astype("timedelta64[D]")).astype(str)


def day_of(at: np.ndarray) -> np.ndarray:
    """Local day of Unix seconds, counted from 2020-07-05; int64 (n,)."""
    return np.floor((at - EPOCH) / SECONDS).astype(np.int64)


def hour_of(at: np.ndarray) -> np.ndarray:
    """Local hour of Unix seconds with its fraction, float64 (n,)."""
    return np.mod(at - EPOCH, SECONDS) / 3600.0
