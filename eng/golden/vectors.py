"""What the generators of reference vectors share: seeded series, the published code's folder, and the JSON files."""

import argparse
import json
import pathlib
import sys

import numpy as np
from numba import njit


def walks(seed, *shape):
    """Random walks along the last axis, in float64."""
    return np.cumsum(np.random.default_rng(seed).standard_normal(shape), axis=-1)


@njit
def seed_numba(seed):
    """Seeds the generator that compiled code draws from. It is not NumPy's own."""
    np.random.seed(seed)


@njit
def draw_indices(count, bound):
    """The draws that compiled code makes when it calls randint(bound) count times."""
    indices = np.zeros(count, dtype=np.int32)
    for i in range(count):
        indices[i] = np.random.randint(bound)
    return indices


def singles(values):
    """Float32 values as the shortest decimals that give them back."""
    return [singles(row) for row in values] if np.ndim(values) > 1 else [float(str(np.float32(v))) for v in values]


def digits(values):
    """Values in nine significant digits."""
    return [digits(row) for row in values] if np.ndim(values) > 1 else [float(f"{v:.9g}") for v in values]


def integers(values):
    return [int(v) for v in values]


def run(make, cases):
    """Writes one file for each case: python3 SCRIPT PUBLISHED-FOLDER OUTPUT-FOLDER."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("published", type=pathlib.Path, help="folder that holds the published module")
    parser.add_argument("output", type=pathlib.Path, help="folder to write the JSON files to")
    arguments = parser.parse_args()
    sys.path.insert(0, str(arguments.published))
    arguments.output.mkdir(parents=True, exist_ok=True)
    for name, *settings in cases:
        text = json.dumps(make(*settings), separators=(",", ":"))
        (arguments.output / f"{name}.json").write_text(text, encoding="utf-8")
        print(name)
