"""Reference vectors of MiniRocket (arXiv:2012.08791). PUBLISHED-FOLDER holds minirocket.py."""

import numpy as np

import vectors

# name, seed, series, points, numFeatures, maxDilationsPerKernel, rows of features
CASES = [
    ("minirocket_T9", 21, 5, 9, 168, 32, 5),
    ("minirocket_T24", 22, 6, 24, 84, 32, 6),
    ("minirocket_T100", 23, 10, 100, 840, 32, 4),
    ("minirocket_T150_default", 24, 8, 150, 10_000, 32, 2),
    ("minirocket_T501_maxdil8", 25, 6, 501, 2016, 8, 2),
]


def make(seed, count, length, features, max_dilations, rows):
    import minirocket as published
    series = vectors.walks(seed, count, length).astype(np.float32)
    vectors.seed_numba(seed)
    parameters = published.fit(series, features, max_dilations)
    dilations, per_dilation, biases = parameters
    vectors.seed_numba(seed)
    return {
        "method": "MiniRocket",
        "series": vectors.singles(series),
        "numFeatures": features,
        "maxDilationsPerKernel": max_dilations,
        "dilations": vectors.integers(dilations),
        "featuresPerDilation": vectors.integers(per_dilation),
        "biasSeriesIndex": vectors.integers(vectors.draw_indices(84 * len(dilations), count)),
        "biases": vectors.singles(biases),
        "features": vectors.singles(published.transform(series[:rows], parameters)),
    }


if __name__ == "__main__":
    vectors.run(make, CASES)
