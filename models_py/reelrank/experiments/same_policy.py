"""A/A runs: the same policy in both arms, many times, by each rule of stopping."""

import numpy as np
from scipy import stats

from reelrank.experiments import statistics as st


def error_rates(
    values: np.ndarray, before: np.ndarray, fractions: np.ndarray, is_treated: np.ndarray
) -> dict[str, float]:
    """Share of runs that find a difference where there is none.

    Parameters
    ----------
    values : float64 (n_users, n_looks)
        What is known of each user at each look.
    before : float64 (n_users,)
        The covariate of CUPED.
    fractions : float64 (n_looks,)
        Share of all information at each look.
    is_treated : bool (n_runs, n_users)
        Assignments.

    Returns
    -------
    dict
        `once`: a test at the end; `once_cuped`: the same with CUPED; `peeking`: a test at every
        look, stopping at the first that is significant; `bounds`: with bounds that share the
        error out.
    """
    z = z_of_runs(values, is_treated)
    usual = stats.norm.ppf(1 - st.ALPHA / 2)
    adjusted = [
        st.welch(*_split(st.cuped(values[:, -1], before, mine.astype(int)), mine)).p_value
        for mine in is_treated
    ]
    return {
        "once": float((np.abs(z[:, -1]) > usual).mean()),
        "once_cuped": float((np.array(adjusted) < st.ALPHA).mean()),
        "peeking": float((st.first_crossing(z, np.full(z.shape[1], usual)) >= 0).mean()),
        "bounds": float((st.first_crossing(z, st.boundaries(fractions)) >= 0).mean()),
    }


def z_of_runs(values: np.ndarray, is_treated: np.ndarray) -> np.ndarray:
    """Z of the difference of means, float64 (n_runs, n_looks), as `z_of_looks` for each run."""
    means, variances = [], []
    for mine in (is_treated, ~is_treated):
        count = mine.sum(axis=1, keepdims=True)
        mean = mine @ values / count
        square = mine @ (values * values) / count
        means.append(mean)
        variances.append((square - mean * mean) / (count - 1))
    spread = np.sqrt(np.maximum(variances[0] + variances[1], 1e-300))
    return (means[0] - means[1]) / spread


def _split(values: np.ndarray, mine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return values[mine], values[~mine]
