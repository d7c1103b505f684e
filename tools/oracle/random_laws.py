"""keras.random: mean, variance and range of samples: test/golden/random.json. Values need not be equal, laws must."""

import keras
import numpy as np
from record import array, write_cases

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


def picking_cases():
    """Calls that pick among given values: how often each is picked."""
    logits = np.log(np.array([[0.1, 0.2, 0.7], [0.5, 0.25, 0.25]], "float32"))
    picked = np.asarray(keras.random.categorical(logits, COUNT, seed=1))
    shares = [[round(float(np.mean(row == kind)), 4) for kind in range(3)] for row in picked]
    yield {"name": "categorical", "op": "categorical", "count": COUNT, "logits": array(logits), "shape": list(picked.shape), "shares": shares}
    x = np.arange(1, 9, dtype="float32")
    for rate in (0.25, 0.5):
        dropped = np.asarray(keras.random.dropout(np.tile(x, (COUNT // 8, 1)), rate, seed=1))
        kept = np.asarray(sorted(set(np.round(dropped.reshape(-1), 5).tolist())))
        record = {"x": array(x), "rate": rate, "count": COUNT, "values": [round(float(value), 5) for value in np.float64(kept)], "zeros": round(float(np.mean(dropped == 0)), 4)}
        yield {"name": f"dropout {rate}", "op": "dropout", **record}
    rows = np.arange(12, dtype="float32").reshape(6, 2)
    for axis in (0, 1):
        moved = np.asarray(keras.random.shuffle(rows, axis=axis, seed=1))
        yield {"name": f"shuffle {axis}", "op": "shuffle", "axis": axis, "x": array(rows), "sorted": array(np.sort(moved, axis))}


def seed_cases():
    """What a generator hands out and keeps."""
    for seed in (0, 7, 2**31 - 1):
        seeds = keras.random.SeedGenerator(seed)
        given = [np.asarray(seeds.next()).tolist() for _ in range(3)]
        state = {"shape": list(seeds.state.shape), "dtype": str(seeds.state.dtype), "value": np.asarray(seeds.state).tolist()}
        yield {"name": f"seeds of {seed}", "tests": ["random.SeedGenerator"], "seed": seed, "given": given, "state": state, "config": seeds.get_config()}


def generate():
    cases = []
    for op, options in CALLS.items():
        x = np.asarray(getattr(keras.random, op)((COUNT,), seed=1, **options), "float64")
        law = {"mean": x.mean(), "variance": x.var(), "minimum": x.min(), "maximum": x.max()}
        cases.append({"name": op, "op": op, "options": options, "count": COUNT, **{k: round(v, 6) for k, v in law.items()}})
    write_cases("random", "random", [*cases, *picking_cases(), *seed_cases()])
