"""Reference vectors of Rocket (arXiv:1910.13051). PUBLISHED-FOLDER holds rocket_functions.py."""

import numpy as np

import vectors

# name, seed, series, points, kernels
CASES = [
    ("rocket_T100", 29, 4, 100, 400),
    ("rocket_T24", 30, 4, 24, 200),
    ("rocket_T300", 31, 2, 300, 1000),
]


def make(seed, count, length, kernels):
    import rocket_functions as published
    walks = vectors.walks(seed, count, length).astype(np.float32).astype(np.float64)
    deviation = walks.std(axis=-1, keepdims=True) + 1e-8
    series = (walks - walks.mean(axis=-1, keepdims=True)) / deviation
    vectors.seed_numba(seed)
    parameters = published.generate_kernels(length, kernels)
    weights, lengths, biases, dilations, paddings = parameters
    return {
        "method": "Rocket",
        "series": vectors.digits(series),
        "weights": vectors.digits(weights),
        "lengths": vectors.integers(lengths),
        "biases": vectors.digits(biases),
        "dilations": vectors.integers(dilations),
        "paddings": vectors.integers(paddings),
        "featureOrder": "ppv,max per kernel",
        "features": vectors.digits(published.apply_kernels(series, parameters)),
    }


if __name__ == "__main__":
    vectors.run(make, CASES)
