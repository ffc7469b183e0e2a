"""Compares regenerated reference vectors with the committed ones: python3 compare.py COMMITTED REGENERATED.

Names, shapes, texts and integers must be equal. Prints for each file whether it is equal byte for byte, and else for
each list of numbers how many differ and by how much; ends with 1 where a number differs by more than the tolerance.
"""

import argparse
import json
import pathlib
import sys

TOLERANCE = 1e-5   # relative to the larger of 1 and the value


def leaves(value, path=""):
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, f"{path}/{name}")
    elif isinstance(value, list):
        for part in value:
            yield from leaves(part, f"{path}[]")
    else:
        yield path, value


def compare(expected, actual):
    """The largest difference and the number of values that differ, by name; None where the files do not match."""
    differences = {}
    pairs = list(zip(leaves(expected), leaves(actual)))
    if len(list(leaves(expected))) != len(list(leaves(actual))):
        return None
    for (path, old), (other, new) in pairs:
        if path != other or type(old) is not type(new) or (not isinstance(old, float) and old != new):
            return None
        if old != new:
            largest, count = differences.get(path, (0.0, 0))
            differences[path] = max(largest, abs(old - new) / max(1.0, abs(old))), count + 1
    return differences


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("committed", type=pathlib.Path)
    parser.add_argument("regenerated", type=pathlib.Path)
    arguments = parser.parse_args()
    failed = False
    for file in sorted(arguments.regenerated.glob("*.json")):
        committed = (arguments.committed / file.name).read_text(encoding="utf-8")
        regenerated = file.read_text(encoding="utf-8")
        if committed == regenerated:
            print(f"{file.name}: equal")
            continue
        differences = compare(json.loads(committed), json.loads(regenerated))
        if differences is None:
            print(f"{file.name}: other names, shapes, texts or integers")
        else:
            parts = [f"{path} {count} values by up to {largest:.1e}" for path, (largest, count) in differences.items()]
            print(f"{file.name}: {'; '.join(parts)}")
        failed |= differences is None or any(largest > TOLERANCE for largest, _ in differences.values())
    return failed


if __name__ == "__main__":
    sys.exit(main())
