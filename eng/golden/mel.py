"""Reference vectors of spectrograms. PUBLISHED-FOLDER holds the package librosa; torchaudio is installed.

The samples are read from the committed file and kept: how they were drawn is not known. So are each case's settings.
"""

import json
import pathlib
import sys
import types

import numpy as np

import vectors

COMMITTED = pathlib.Path(__file__).parents[2] / "test" / "Golden" / "mel.json"
CASES = [("mel",)]


def of_librosa(samples, settings):
    # A resampler that librosa imports and that these vectors do not use.
    sys.modules.setdefault("soxr", types.ModuleType("soxr"))
    import librosa
    energies = {
        "sr": settings["sampleRate"],
        "n_fft": settings["transformLength"],
        "hop_length": settings["hopLength"],
        "win_length": settings["windowLength"],
        "center": settings["padding"] != "None",
        "pad_mode": {"Zeros": "constant", "Reflect": "reflect", "None": "constant"}[settings["padding"]],
        "n_mels": settings["bands"],
        "fmin": settings["lowestFrequency"],
        "fmax": settings["highestFrequency"],
        "htk": settings["scale"] == "Htk",
        "norm": "slaney" if settings["equalArea"] else None,
    }
    values = librosa.feature.melspectrogram(y=samples, **energies)
    if settings["logarithm"] == "Decibel":
        values = librosa.power_to_db(values, top_db=None)
    if settings["coefficients"] > 0:
        values = librosa.feature.mfcc(S=values, n_mfcc=settings["coefficients"])
    return values


def of_torchaudio(samples, settings):
    import torch
    import torchaudio
    transform = torchaudio.transforms.MelSpectrogram(
        sample_rate=settings["sampleRate"],
        n_fft=settings["transformLength"],
        win_length=settings["windowLength"],
        hop_length=settings["hopLength"],
        f_min=settings["lowestFrequency"],
        f_max=settings["highestFrequency"],
        n_mels=settings["bands"],
        pad_mode=settings["padding"].lower(),
        mel_scale=settings["scale"].lower(),
    )
    return transform.double()(torch.tensor(samples)).numpy()


def make():
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    samples = np.array(committed["samples"])
    cases = []
    for case in committed["cases"]:
        of_source = of_librosa if case["source"].startswith("librosa") else of_torchaudio
        values = of_source(samples, case["settings"])
        cases.append({
            "source": case["source"],
            "settings": case["settings"],
            "channels": values.shape[0],
            "frames": values.shape[1],
            "values": [float(f"{value:.7g}") for value in values.flatten()],
        })
    return {"method": "mel", "samples": committed["samples"], "cases": cases}


if __name__ == "__main__":
    vectors.run(make, CASES)
