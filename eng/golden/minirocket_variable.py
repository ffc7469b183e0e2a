"""Reference vectors of MiniRocket over series of unequal lengths. PUBLISHED-FOLDER holds minirocket_variable.py."""

import numpy as np

import vectors

# name, seed, lengths of the series, numFeatures
CASES = [("minirocket_variable", 28, (30, 47, 64, 18, 55), 840)]


def make(seed, lengths, features):
    import minirocket_variable as published
    random = np.random.default_rng(seed)
    series = [np.cumsum(random.standard_normal(length)).astype(np.float32) for length in lengths]
    joined = np.concatenate(series)
    lengths = np.array(lengths, dtype=np.int32)
    vectors.seed_numba(seed)
    parameters = published.fit(joined, lengths, num_features=features)
    dilations, per_dilation, biases = parameters
    vectors.seed_numba(seed)
    return {
        "method": "MiniRocketVariable",
        "series": [vectors.singles(one) for one in series],
        "referenceLength": int(lengths.max()),
        "numFeatures": features,
        "maxDilationsPerKernel": 32,
        "dilations": vectors.integers(dilations),
        "featuresPerDilation": vectors.integers(per_dilation),
        "biasSeriesIndex": vectors.integers(vectors.draw_indices(84 * len(dilations), len(lengths))),
        "biases": vectors.singles(biases),
        "features": vectors.singles(published.transform(joined, lengths, parameters)),
    }


if __name__ == "__main__":
    vectors.run(make, CASES)
