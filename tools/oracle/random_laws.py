"""keras.random: mean, variance and range of samples: test/golden/random.json. Values need not be equal, laws must."""

import keras
import numpy as np
from record import write_cases

COUNT = 20_000
CALLS = {
    "uniform": {"minval": -1.0, "maxval": 3.0},
    "normal": {"mean": 2.0, "stddev": 0.5},
    "truncated_normal": {"mean": 1.0, "stddev": 2.0},
    "randint": {"minval": -2, "maxval": 5},
    "gamma": {"alpha": 2.5},
    "beta": {"alpha": 2.0, "beta": 5.0},
    "binomial": {"counts": 12.0, "probabilities": 0.3},
}


def generate():
    cases = []
    for op, options in CALLS.items():
        x = np.asarray(getattr(keras.random, op)((COUNT,), seed=1, **options), "float64")
        law = {"mean": x.mean(), "variance": x.var(), "minimum": x.min(), "maximum": x.max()}
        cases.append({"name": op, "op": op, "options": options, "count": COUNT, **{k: round(v, 6) for k, v in law.items()}})
    write_cases("random", "random", cases)
