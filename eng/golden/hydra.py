"""Reference vectors of Hydra (arXiv:2203.13652). PUBLISHED-FOLDER holds hydra.py."""

import importlib.util
import pathlib
import sys

import numpy as np
import torch

import vectors

# name, seed, series, points, kernels of a group, groups
CASES = [
    ("hydra_T50", 23, 6, 50, 4, 6),
    ("hydra_T100", 24, 6, 100, 8, 8),
]


def load_published():
    # By its file: this script has the published module's name.
    spec = importlib.util.spec_from_file_location("published_hydra", pathlib.Path(sys.path[0]) / "hydra.py")
    published = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(published)
    return published


def make(seed, count, length, kernels, groups):
    published = load_published()
    series = vectors.walks(seed, count, length).astype(np.float32)
    transform = published.Hydra(length, kernels, groups, seed)
    with torch.no_grad():
        features = transform(torch.tensor(series).unsqueeze(1))
        scaled = published.SparseScaler().fit_transform(features)
    return {
        "method": "Hydra",
        "series": vectors.digits(series),
        "kernelsPerGroup": kernels,
        "groups": groups,
        "dilations": vectors.integers(transform.dilations),
        "paddings": vectors.integers(transform.paddings),
        "weightsShape": list(transform.W.shape),
        "weights": vectors.digits(transform.W.flatten().numpy()),
        "features": vectors.digits(features.numpy()),
        "scaledFeatures": vectors.digits(scaled.numpy()),
    }


if __name__ == "__main__":
    vectors.run(make, CASES)
