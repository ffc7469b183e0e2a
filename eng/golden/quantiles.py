"""Reference vectors of QUANT (arXiv:2308.00928). PUBLISHED-FOLDER holds quant.py."""

import numpy as np

import vectors

# name, seed, series, channels, points, depth, points for each quantile
CASES = [
    ("quantiles_T3", 31, 4, 1, 3, 6, 4),
    ("quantiles_T37", 32, 4, 1, 37, 6, 4),
    ("quantiles_T150", 33, 3, 1, 150, 6, 4),
    ("quantiles_T101_depth4_div1", 34, 2, 1, 101, 4, 1),
    ("quantiles_multivariate_C3_T64", 35, 2, 3, 64, 5, 8),
    ("intervals_of_quantiles", 0, 0, 0, 3000, 6, 0),
]

CHECKED_DEPTHS = [1, 6, 10]
MODULUS = 1_000_003


def checksum(bounds):
    """A number that changes with any bound and with their order."""
    value = 0
    for bound in bounds:
        value = (value * 31 + int(bound) + 1) % MODULUS
    return value


def make_intervals(lengths):
    import quant

    return {
        "method": "QUANT",
        "modulus": MODULUS,
        "depths": CHECKED_DEPTHS,
        "checksums": [
            [checksum(quant.make_intervals(length, depth).flatten()) for length in range(1, lengths + 1)]
            for depth in CHECKED_DEPTHS
        ],
    }


def make(seed, count, channels, length, depth, points):
    import quant
    import torch

    if count == 0:
        return make_intervals(length)
    series = vectors.walks(seed, count, channels, length).astype(np.float32)
    features = quant.Quant(depth, points).fit_transform(torch.tensor(series), None)
    return {
        "method": "QUANT",
        "series": [vectors.digits(one if channels > 1 else one[0]) for one in series],
        "depth": depth,
        "pointsPerQuantile": points,
        "features": vectors.digits(features.numpy()),
    }


if __name__ == "__main__":
    vectors.run(make, CASES)
