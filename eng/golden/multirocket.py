"""Reference vectors of MultiRocket (arXiv:2102.00457). PUBLISHED-FOLDER holds the package multirocket."""

import numpy as np

import vectors

# name, seed, series, points, features of each representation, rows of features
CASES = [
    ("multirocket_T60", 21, 5, 60, 168, 3),
    ("multirocket_T150", 22, 5, 150, 840, 2),
]


def fit(published, series, seed, features):
    vectors.seed_numba(seed)
    parameters = published.fit(series, features)
    dilations, per_dilation, biases = parameters
    vectors.seed_numba(seed)
    return parameters, {
        "dilations": vectors.integers(dilations),
        "featuresPerDilation": vectors.integers(per_dilation),
        "biases": vectors.digits(biases),
        "biasSeriesIndex": vectors.integers(vectors.draw_indices(84 * len(dilations), len(series))),
    }


def make(seed, count, length, features, rows):
    from multirocket import multirocket as published
    series = vectors.walks(seed, count, length).astype(np.float32).astype(np.float64)
    difference = np.diff(series)
    base_parameters, base = fit(published, series, seed, features)
    difference_parameters, of_difference = fit(published, difference, seed + 1, features)
    return {
        "method": "MultiRocket",
        "series": vectors.digits(series),
        "numFeaturesPerRepresentation": features,
        "base": base,
        "difference": of_difference,
        "features": vectors.digits(
            published.transform(series[:rows], difference[:rows], base_parameters, difference_parameters, 4)),
    }


if __name__ == "__main__":
    vectors.run(make, CASES)
