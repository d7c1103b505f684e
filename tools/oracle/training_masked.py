"""Training of models inside of models that are given masks: where masks go on, where they end, what losses see."""

import keras
import numpy as np
from keras import layers
from record import generator, uniform, write_cases
from training import training_case

STEPS, FEATURES = 5, 3


def sentences(name, samples, shape):
    """Words that end in padding, or have it in between, and targets."""
    random = generator(name)
    words = random.integers(1, 6, (samples, STEPS)).astype("int32")
    words[::2, 3:] = 0
    words[1::3, 1] = 0
    return words, uniform(random, (samples, *shape))


def around(inner):
    """The inner model after an embedding that masks."""
    words = keras.Input((STEPS,), dtype="int32", name="words")
    table = layers.Embedding(6, FEATURES, mask_zero=True, name="table")
    model = keras.Model(words, inner(table(words)), name="outer")
    # No metrics: Keras on JAX forgets masks there while it trains.
    model.compile("sgd", "mse")
    return model


def inner_model(call):
    steps = keras.Input((STEPS, FEATURES), name="steps")
    return keras.Model(steps, call(steps), name="inner")


def summing(steps):
    """The mask ends inside, at a layer that returns its last step."""
    return layers.Dense(1, name="size")(layers.LSTM(2, name="cell")(steps))


def each_step(steps):
    return layers.Dense(1, name="size")(steps)


def op_first(steps):
    """An op is no layer, so the mask ends at it."""
    return layers.Dense(1, name="size")(steps * 2)


def op_last(steps):
    return layers.Dense(1, name="size")(steps) * 2


def stack():
    return keras.Sequential([layers.Dense(2, activation="tanh", name="hidden"), layers.Dense(1, name="size")], name="inner")


def attended(words):
    """Attention hands its mask on, through an op of its own in the file."""
    return layers.LSTM(2, name="cell")(layers.AdditiveAttention(name="attention")([words, words]))


def joined(words):
    """Steps that are masked before steps that are not."""
    twice = layers.Concatenate(axis=1, name="joined")([words, words * 2])
    return layers.GRU(2, name="cell")(twice)


def summed(words):
    """Both are masked, and so is their sum."""
    both = layers.Add(name="sum")([layers.Dense(FEATURES, name="first")(words), words])
    return layers.SimpleRNN(2, name="cell")(both)


def multiplied(words):
    """Steps that are left out count as 1 in a product, and as 0 where all are; penalties see them."""
    product = layers.Multiply(name="product")([words, layers.Dense(FEATURES, name="gate")(words)])
    return layers.Flatten(name="flat")(layers.ActivityRegularization(l2=0.5, name="small")(product))


CASES = {
    "attention that hands a mask on": (lambda: around(attended), (2,)),
    "masked steps and others": (lambda: around(joined), (2,)),
    "the sum of masked steps": (lambda: around(summed), (2,)),
    "inner model that sums": (lambda: around(inner_model(summing)), (1,)),
    "inner model of each step": (lambda: around(inner_model(each_step)), (STEPS, 1)),
    "inner model that begins with an op": (lambda: around(inner_model(op_first)), (STEPS, 1)),
    "inner model that ends with an op": (lambda: around(inner_model(op_last)), (STEPS, 1)),
    "the product of masked steps": (lambda: around(multiplied), (STEPS * FEATURES,)),
    "inner stack": (lambda: around(stack()), (STEPS, 1)),
}


def generate():
    def weights(shape):
        """One for each target: Keras joins those with a mask only where both have as many axes."""
        return {"sample_weight": np.linspace(0.5, 2, 6 * int(np.prod(shape[:-1]))).reshape(6, *shape[:-1]).astype("float32")}

    cases = [
        training_case(name, build, sentences(name, 6, shape), epochs=2, batch_size=3, fit_options=weights(shape))
        for name, (build, shape) in CASES.items()
    ]
    write_cases("training-masked", "training", cases)
