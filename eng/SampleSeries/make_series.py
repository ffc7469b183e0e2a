"""Makes the series that come with the samples, from formulas and fixed seeds: python3 eng/SampleSeries/make_series.py"""
import math
import pathlib
import random

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "src" / "Samples"


def shapes(rng, count):
    """The cylinder-bell-funnel set (Saito 1994): 128 points."""
    for i in range(count):
        shape = ("cylinder", "bell", "funnel")[i % 3]
        a = 16 + rng.randrange(17)
        b = a + 32 + rng.randrange(65)
        height = 6 + rng.gauss(0, 1)
        rise = {"cylinder": lambda t: 1, "bell": lambda t: (t - a) / (b - a), "funnel": lambda t: (b - t) / (b - a)}[shape]
        yield [[(height * rise(t) if a <= t <= b else 0) + rng.gauss(0, 1) for t in range(128)]], shape


def wear(rng, count):
    """Vibration of a bearing: a wave, and knocks that become stronger with wear. The target is the wear, 0 to 1."""
    for _ in range(count):
        target = round(rng.random(), 3)
        phase, period = rng.random() * 2 * math.pi, 11 + rng.randrange(5)
        series = [math.sin(2 * math.pi * t / 20 + phase) + (3 * target if t % period == 0 else 0) + rng.gauss(0, 0.3) for t in range(120)]
        yield [series], target


def gestures(rng, count):
    """Acceleration along three axes, 30 to 60 points: circle, swipe, shake and tap."""
    for i in range(count):
        name = ("circle", "swipe", "shake", "tap")[i % 4]
        length = 30 + rng.randrange(31)
        phase, size, at = rng.random() * 2 * math.pi, 1 + 0.3 * rng.gauss(0, 1), 0.3 + 0.4 * rng.random()
        def move(axis, u):
            if name == "circle":
                return size * math.sin(2 * math.pi * u + phase + axis * math.pi / 2) if axis < 2 else 0
            if name == "swipe":
                return size * math.cos(math.pi * u) if axis == 0 else 0
            if name == "shake":
                return size * math.sin(12 * math.pi * u + phase) if axis == 1 else 0
            return 3 * size * math.exp(-((u - at) / 0.04) ** 2) if axis == 2 else 0
        yield [[move(axis, t / length) + rng.gauss(0, 0.3) for t in range(length)] for axis in range(3)], name


def months(rng, count):
    """Visits a month, in thousands: a trend, a season of twelve months that grows with it, and noise."""
    for t in range(count):
        level = 40 + 0.25 * t
        yield f"{2000 + t // 12}-{t % 12 + 1:02d},{level * (1 + 0.4 * math.sin(2 * math.pi * t / 12) + 0.03 * rng.gauss(0, 1)):.1f}"


def write_ts(path, name, rows, header):
    lines = ["# Made by eng/SampleSeries/make_series.py.", f"@problemName {name}", "@timeStamps false", *header, "@data"]
    for channels, label in rows:
        lines.append(":".join(",".join(f"{value:.2f}" for value in channel) for channel in channels) + f":{label}")
    path.write_text("\n".join(lines) + "\n")


def write_pair(folder, name, make, train, test, header):
    for seed, (part, count) in enumerate((("TRAIN", train), ("TEST", test)), start=1):
        write_ts(SAMPLES / folder / f"{name}_{part}.ts", name, make(random.Random(seed), count), header)


write_pair("Series", "shapes", shapes, 30, 60, ["@univariate true", "@equalLength true", "@seriesLength 128", "@classLabel true cylinder bell funnel"])
write_pair("Series", "wear", wear, 80, 40, ["@univariate true", "@equalLength true", "@seriesLength 120", "@targetLabel true"])
write_pair("Gestures", "gestures", gestures, 40, 40, ["@univariate false", "@dimensions 3", "@equalLength false", "@classLabel true circle swipe shake tap"])
visits = list(months(random.Random(1), 240))
(SAMPLES / "Forecasting" / "visits_TRAIN.csv").write_text("month,visits\n" + "\n".join(visits[:228]) + "\n")
(SAMPLES / "Forecasting" / "visits_TEST.csv").write_text("month,visits\n" + "\n".join(visits[-48:]) + "\n")      # three years that are known, and the one to forecast
