"""Reference vectors of multivariate MiniRocket. PUBLISHED-FOLDER holds minirocket_multivariate.py."""

import numpy as np

import vectors

# name, seed, series, channels, points, numFeatures, rows of features
CASES = [
    ("minirocket_multivariate_C3_T60", 26, 5, 3, 60, 840, 3),
    ("minirocket_multivariate_C12_T40", 27, 4, 12, 40, 1680, 2),
]


def make(seed, count, channels, length, features, rows):
    import minirocket_multivariate as published
    series = vectors.walks(seed, count, channels, length).astype(np.float32)
    np.random.seed(seed)          # the channels of each combination
    vectors.seed_numba(seed)      # the series of each bias
    parameters = published.fit(series, features)
    channels_per_combination, channel_indices, dilations, per_dilation, biases = parameters
    vectors.seed_numba(seed)
    return {
        "method": "MiniRocketMultivariate",
        "channels": channels,
        "series": vectors.singles(series),
        "numFeatures": features,
        "maxDilationsPerKernel": 32,
        "channelsPerCombination": vectors.integers(channels_per_combination),
        "channelIndices": vectors.integers(channel_indices),
        "dilations": vectors.integers(dilations),
        "featuresPerDilation": vectors.integers(per_dilation),
        "biasSeriesIndex": vectors.integers(vectors.draw_indices(84 * len(dilations), count)),
        "biases": vectors.singles(biases),
        "features": vectors.singles(published.transform(series[:rows], parameters)),
    }


if __name__ == "__main__":
    vectors.run(make, CASES)
