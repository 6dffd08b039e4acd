"""95% confidence intervals. Standard library only."""

import math
import statistics
from collections.abc import Sequence

Z_95 = 1.959964  # the 97.5% quantile of the normal distribution
T_95 = (
    math.inf,
    12.7062,
    4.3027,
    3.1824,
)  # the 97.5% quantile of Student's t by degrees of freedom, for which the series below is too coarse


def wilson(right: float, rows: float) -> list[float]:
    """The Wilson interval of a share (Wilson 1927), for independent rows."""
    share = right / rows
    middle = (share + Z_95**2 / (2 * rows)) / (1 + Z_95**2 / rows)
    half = Z_95 / (1 + Z_95**2 / rows) * math.sqrt(share * (1 - share) / rows + Z_95**2 / (4 * rows**2))
    return [max(0.0, middle - half), min(1.0, middle + half)]


def student_t(freedom: int) -> float:
    """The 97.5% quantile of Student's t; Fisher's series in 1 / freedom, accurate to 0.3%.

    >>> round(student_t(4), 2), round(student_t(30), 3)
    (2.77, 2.042)
    """
    if freedom < len(T_95):
        return T_95[freedom]
    z = Z_95
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )


def of_mean(values: Sequence[float]) -> list[float] | None:
    """The interval of the population mean, from a sample (Student 1908); None for fewer than two values."""
    if len(values) < 2:
        return None
    error = statistics.stdev(values) / math.sqrt(len(values))
    return around(statistics.fmean(values), student_t(len(values) - 1) * error)


def around(mean: float, half: float) -> list[float]:
    """The interval from mean - half to mean + half."""
    return [mean - half, mean + half]
