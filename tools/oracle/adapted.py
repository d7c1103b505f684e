"""What `adapt` learns, and layers of text. Keras needs TensorFlow installed for these, on any backend."""

import keras
import numpy as np
from keras import layers
from record import array, generator, serialise, uniform, write_cases


def adapt_case(name, build, batches, shape):
    """What the layer knows after `adapt` on one array, or on batches, and what it then answers."""
    keras.utils.clear_session(free_memory=False)
    layer = build()
    before = serialise(layer)
    # An array is one batch; Keras keeps no float64.
    layer.adapt(batches[0] if len(batches) == 1 else batches)
    inputs = uniform(generator(name), shape)
    outputs = layer(inputs)
    return {
        "name": name,
        "layer": before,
        "batches": [array(batch) for batch in batches],
        "after": serialise(layer)["config"],
        "weights": [array(variable.value) for variable in layer.weights],
        "input": array(inputs),
        "output": array(outputs),
    }


def adapt_cases():
    def batches(name, *shapes):
        random = generator(name + " data")
        return [uniform(random, shape, -3, 5) for shape in shapes]

    def case(name, build, shapes, shape):
        return adapt_case(name, build, batches(name, *shapes), shape)

    yield case("normalization", lambda: layers.Normalization(), [(7, 3)], (2, 3))
    yield case("normalization batches", lambda: layers.Normalization(), [(7, 3), (4, 3), (1, 3)], (2, 3))
    yield case("normalization no axis", lambda: layers.Normalization(axis=None), [(7, 3)], (2, 3))
    yield case("normalization axis 1", lambda: layers.Normalization(axis=1), [(4, 3, 2), (2, 3, 2)], (2, 3, 2))
    yield case("normalization axes", lambda: layers.Normalization(axis=(-1, 1)), [(4, 3, 2)], (2, 3, 2))
    yield case("normalization invert", lambda: layers.Normalization(invert=True), [(7, 3)], (2, 3))
    yield case("discretization", lambda: layers.Discretization(num_bins=4), [(20, 2)], (5, 2))
    yield case("discretization batches", lambda: layers.Discretization(num_bins=3), [(9,), (14,), (3,)], (5, 2))
    yield case("discretization large", lambda: layers.Discretization(num_bins=7), [(431,), (305,)], (9,))
    yield case(
        "discretization coarse",
        lambda: layers.Discretization(num_bins=5, epsilon=0.07, output_mode="one_hot"),
        [(60,), (90,)],
        (6,),
    )


def generate():
    write_cases("adapt", "adapt", list(adapt_cases()))
