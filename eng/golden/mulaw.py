"""Reference vectors of mu-law. PUBLISHED-FOLDER is not read; torchaudio is installed.

The samples are read from the committed file and kept: how the last 60 were drawn is not known.
"""

import json
import pathlib

import torch
import torchaudio

import vectors

COMMITTED = pathlib.Path(__file__).parents[2] / "test" / "Golden" / "mulaw.json"
LEVELS = 256
CASES = [("mulaw",)]


def make():
    samples = json.loads(COMMITTED.read_text(encoding="utf-8"))["samples"]
    levels = torchaudio.functional.mu_law_encoding(torch.tensor(samples, dtype=torch.float64), LEVELS)
    decoded = torchaudio.functional.mu_law_decoding(torch.arange(LEVELS), LEVELS)
    return {
        "method": "mulaw",
        "samples": samples,
        "levels": vectors.integers(levels),
        "decoded": [float(f"{value:.8g}") for value in decoded],
    }


if __name__ == "__main__":
    vectors.run(make, CASES)
