"""What set_random_seed makes repeat: test/golden/seeds.json. Each draw is noted by the first one that equals it."""

import keras
import numpy as np
from keras import initializers, layers, random, utils
from record import write_cases

X = np.arange(12, dtype="float32").reshape(6, 2) / 12
Y = X[:, :1] - X[:, 1:]


def trained():
    model = keras.Sequential([keras.Input((2,)), layers.Dense(3, activation="tanh"), layers.Dropout(0.5), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(X, Y, batch_size=2, epochs=2, verbose=0)
    return np.concatenate([weight.ravel() for weight in model.get_weights()])


def kernel():
    layer = layers.Dense(4)
    layer.build((None, 3))
    return layer.kernel


def built(layer, seed=None):
    if seed is not None:
        utils.set_random_seed(seed)
    layer.build((None, 3))
    return layer.kernel


def pair(places):
    """The kernels of two layers that are built in this order."""
    made = [layers.Dense(4), layers.Dense(4)]
    for place in places:
        made[place].build((None, 3))
    return np.stack([layer.kernel for layer in made])


def part_of_attention(name):
    layer = layers.MultiHeadAttention(2, 3)
    layer.build((None, 4, 5), (None, 4, 5))
    return getattr(layer, name).kernel


def direction(name):
    layer = layers.Bidirectional(layers.SimpleRNN(2))
    layer.build((None, 4, 5))
    return getattr(layer, name).cell.kernel


def sharing():
    initializer = initializers.HeNormal()
    return np.stack([built(layers.Dense(4, kernel_initializer=initializer)) for _ in range(2)])


def cloned():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4)])
    return keras.models.clone_model(model).get_weights()[0]


class Draws:
    """One program: names of draws are the steps of a case; test/config/seeds.test.ts has the same."""

    def __init__(self):
        self.generator = random.SeedGenerator()
        self.dropout = layers.Dropout(0.5)
        self.initializer = initializers.HeNormal()

    def run(self, step):
        if step == "layer":
            return self.dropout(np.ones((40,), "float32"), training=True)
        if step == "generator":
            return random.uniform((4,), seed=self.generator)
        return {
            "uniform": lambda: random.uniform((4,)),
            "normal": lambda: random.normal((4,)),
            "shuffle": lambda: random.shuffle(np.arange(30, dtype="float32")),
            "seeded": lambda: random.uniform((4,), seed=7),
            "kernel": kernel,
            "initializer": lambda: initializers.GlorotUniform()((3, 3)),
            "new generator": lambda: random.uniform((4,), seed=random.SeedGenerator()),
            "new layer": lambda: layers.Dropout(0.5)(np.ones((40,), "float32"), training=True),
            "fit": trained,
            "old initializer": lambda: self.initializer((3, 3)),
            "kernel: built under another seed": lambda: built(layers.Dense(4), 99),
            "kernel: of a clone": cloned,
            "pair: forwards": lambda: pair((0, 1)),
            "pair: backwards": lambda: pair((1, 0)),
            "attention: query": lambda: part_of_attention("query_dense"),
            "attention: value": lambda: part_of_attention("value_dense"),
            "directions: forward": lambda: direction("forward_layer"),
            "directions: backward": lambda: direction("backward_layer"),
            "one initializer": sharing,
        }[step]()


CASES = (
    ("the global generator begins again", [1, "uniform", "uniform", 1, "uniform", "uniform"]),
    ("other seeds, other numbers", [1, "uniform", 2, "uniform", 1, "uniform"]),
    ("one generator for all distributions", [1, "uniform", "normal", "shuffle", 1, "uniform", "normal", "shuffle"]),
    ("a seed that is given wins", ["seeded", 1, "seeded", "seeded"]),
    ("weights of layers", [1, "kernel", "kernel", 1, "kernel", "kernel", 2, "kernel"]),
    ("initializers without a seed", [3, "initializer", "initializer", 3, "initializer", "initializer"]),
    ("generators made before go on", ["generator", 1, "generator", 1, "generator"]),
    ("generators made after begin again", [1, "new generator", "new generator", 1, "new generator", "new generator"]),
    ("layers made before go on", ["layer", 5, "layer", 5, "layer"]),
    ("layers made after begin again", [5, "new layer", "new layer", 5, "new layer", "new layer"]),
    ("whole runs", [8, "fit", 8, "fit", 9, "fit"]),
    ("initializers made before stay", ["old initializer", 1, "old initializer", 2, "old initializer"]),
    ("weights follow the order in which layers are made", [1, "kernel", 1, "kernel: built under another seed"]),
    ("the order of building changes nothing", [6, "pair: forwards", 6, "pair: backwards", "pair: backwards"]),
    ("each part of attention has its own weights", [1, "attention: query", 1, "attention: value", 1, "attention: query"]),
    ("each direction has its own weights", [1, "directions: forward", 1, "directions: backward", 1, "directions: forward"]),
    ("one initializer, equal weights", [4, "one initializer", 4, "one initializer", "one initializer"]),
    ("a clone has its own weights", [1, "kernel", 1, "kernel: of a clone", 1, "kernel: of a clone"]),
    ("0, and the largest seed", [0, "uniform", 2**32 - 1, "uniform", 0, "uniform", 2**32 - 1, "uniform"]),
)


def case(name, steps):
    utils.set_random_seed(12345)
    draws, seen, first = Draws(), [], []
    for step in steps:
        if isinstance(step, int):
            utils.set_random_seed(step)
            continue
        drawn = (step.removeprefix("new ").split(":")[0], np.asarray(draws.run(step)).tobytes())
        first.append(seen.index(drawn) if drawn in seen else len(seen))
        seen.append(drawn)
    return {"name": f"set_random_seed: {name}", "utility": "set_random_seed", "steps": steps, "first": first}


def refused(seed):
    try:
        utils.set_random_seed(seed)
    except (TypeError, ValueError):
        return True
    return False


def generate():
    cases = [case(name, list(steps)) for name, steps in CASES]
    for seed in (1.5, -1, 2**32, "1", None):
        cases.append({"name": f"set_random_seed: {seed!r} is refused", "utility": "set_random_seed", "seed": seed, "refused": refused(seed)})
    write_cases("seeds", "utilities", cases)
