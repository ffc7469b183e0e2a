"""Reference vectors of dilated shapelets (arXiv:2109.13514). PUBLISHED-FOLDER holds the package convst."""

import importlib
import os
import pathlib
import sys
import types

# Before Numba is loaded: every thread would draw from a generator of its own.
os.environ["NUMBA_NUM_THREADS"] = "1"

import numpy as np

import vectors

# name, seed, series, points, shapelets
CASES = [
    ("dilatedshapelets_T12", 31, 6, 12, 24),
    ("dilatedshapelets_T60", 32, 6, 60, 40),
    ("dilatedshapelets_T151", 33, 5, 151, 60),
]


def load_published():
    # Without the package's own imports, which need more than its transform does.
    package = types.ModuleType("convst.transformers")
    package.__path__ = [str(pathlib.Path(sys.path[0]) / "convst" / "transformers")]
    sys.modules[package.__name__] = package
    return importlib.import_module("convst.transformers._univariate_same_length")


def make(seed, count, length, shapelets):
    published = load_published()

    # Rounded to float32, so that this project reads the same numbers.
    series = vectors.walks(seed, count, length).astype(np.float32).astype(np.float64)
    labels = np.arange(count) % 2
    points = min(max(2, length // 2), 11)
    drawn = published.U_SL_generate_shapelet(
        series[:, None, :], labels, shapelets, np.array([points]), seed, 0.8, 5, 10, 0.5, False, False)
    values, _, dilations, thresholds, normalize = drawn
    features = published.U_SL_apply_all_shapelets(series[:, None, :], drawn, False)
    return {
        "method": "RDST",
        "series": vectors.digits(series.astype(np.float32)),
        "labels": vectors.integers(labels),
        "points": points,
        "dilations": vectors.integers(dilations),
        "normalized": vectors.integers(normalize),
        "thresholds": vectors.digits(thresholds),
        "values": vectors.digits(values.flatten()),
        "features": vectors.digits(features),
    }


if __name__ == "__main__":
    vectors.run(make, CASES)
