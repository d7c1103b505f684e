"""Recurrent layers."""

import numpy as np
from keras import layers
from layer_runs import layer_case
from record import write_cases

SHAPE = (2, 4, 3)


def recurrent():
    for kind in (layers.SimpleRNN, layers.LSTM, layers.GRU):
        name = kind.__name__
        yield layer_case(f"{name} last", lambda: kind(2), [SHAPE])
        yield layer_case(f"{name} sequences", lambda: kind(2, return_sequences=True), [SHAPE])
        yield layer_case(f"{name} states", lambda: kind(2, return_sequences=True, return_state=True), [SHAPE])
        yield layer_case(f"{name} backwards", lambda: kind(2, go_backwards=True, use_bias=False), [SHAPE])
        mask = np.array([[True, True, True, True], [True, True, False, False]])
        yield masked(f"{name} masked", lambda: kind(2, return_sequences=True), mask)
        yield layer_case(f"{name} bidirectional", lambda: layers.Bidirectional(kind(2)), [SHAPE])
    yield layer_case("GRU reset before", lambda: layers.GRU(2, reset_after=False), [SHAPE])
    yield layer_case("LSTM other activations", lambda: layers.LSTM(2, "relu", "hard_sigmoid"), [SHAPE])
    yield layer_case(
        "bidirectional sum", lambda: layers.Bidirectional(layers.LSTM(2, return_sequences=True), "sum"), [SHAPE]
    )
    yield layer_case("time distributed", lambda: layers.TimeDistributed(layers.Dense(2)), [SHAPE])


def masked(name, build, mask):
    """`mask` is an option of the call; it is recorded as a nested list of booleans."""
    case = layer_case(name, build, [SHAPE], options={"mask": mask})
    case["options"] = {"mask": mask.tolist()}
    return case


def generate():
    write_cases("layers-later", "layers", list(recurrent()))
