"""Recurrent layers, their cells, wrappers over time and convolutional LSTMs."""

import numpy as np
from keras import layers, regularizers
from layer_runs import layer_case
from record import generator, uniform, write_cases

SHAPE = (2, 4, 3)
MASK = np.array([[True, True, True, True], [False, True, False, False]])
BACK_MASK = np.array([[True, True, False, True], [False, True, True, False]])
ALL = {"return_sequences": True, "return_state": True}


def states(name, *shapes):
    random = generator(f"states of {name}")
    return [uniform(random, shape) for shape in shapes]


def one_kind(kind, count):
    """What SimpleRNN, LSTM and GRU have in common; `count` is the number of states."""
    name = kind.__name__
    mask = {"mask": MASK}
    yield layer_case(f"{name} last", lambda: kind(2), [SHAPE], modes=(False, True))
    yield layer_case(f"{name} sequences", lambda: kind(2, return_sequences=True), [SHAPE])
    yield layer_case(f"{name} states", lambda: kind(2, **ALL), [SHAPE])
    yield layer_case(f"{name} backwards", lambda: kind(2, go_backwards=True, use_bias=False), [SHAPE])
    yield layer_case(f"{name} backwards sequences", lambda: kind(2, go_backwards=True, **ALL), [SHAPE])
    yield layer_case(f"{name} masked", lambda: kind(2, return_sequences=True), [SHAPE], options=mask)
    yield layer_case(f"{name} masked last", lambda: kind(2), [SHAPE], options=mask)
    yield layer_case(
        f"{name} masked backwards",
        lambda: kind(2, go_backwards=True, **ALL),
        [SHAPE],
        options={"mask": BACK_MASK},
    )
    zeros = {"zero_output_for_mask": True}
    yield layer_case(f"{name} masked zeros", lambda: kind(2, **ALL, **zeros), [SHAPE], options=mask)
    yield layer_case(f"{name} masked zeros last", lambda: kind(2, **zeros), [SHAPE], options=mask)
    initial = {"initial_state": states(name, *[(2, 2)] * count)}
    yield layer_case(f"{name} initial state", lambda: kind(2, **ALL), [SHAPE], options=initial)
    yield layer_case(
        f"{name} initial state masked", lambda: kind(2, return_sequences=True), [SHAPE], options={**initial, **mask}
    )
    yield layer_case(f"{name} unrolled", lambda: kind(2, unroll=True, **ALL), [SHAPE])
    # Written out, Keras repeats the last output (zeros before the first) whatever the option says.
    yield layer_case(
        f"{name} unrolled masked zeros",
        lambda: kind(2, unroll=True, go_backwards=True, **ALL, **zeros),
        [SHAPE],
        options={**initial, "mask": BACK_MASK},
    )
    yield layer_case(
        f"{name} settings",
        lambda: kind(
            2,
            activation="softsign",
            kernel_initializer="he_normal",
            recurrent_initializer="glorot_normal",
            bias_initializer="ones",
            kernel_regularizer="l1",
            recurrent_regularizer="l2",
            bias_regularizer=regularizers.L1L2(0.1, 0.2),
            activity_regularizer="l2",
            kernel_constraint="max_norm",
            recurrent_constraint="unit_norm",
            bias_constraint="non_neg",
            dropout=0.25,
            recurrent_dropout=0.5,
            seed=3,
        ),
        [SHAPE],
    )


def one_cell(kind, count):
    name = kind.__name__
    yield layer_case(name, lambda: kind(2), [(2, 3), *[(2, 2)] * count], calling="cell")
    yield layer_case(
        f"RNN of {name}", lambda: layers.RNN(kind(2, use_bias=False), **ALL), [SHAPE], options={"mask": MASK}
    )


def recurrent():
    kinds = ((layers.SimpleRNN, 1), (layers.LSTM, 2), (layers.GRU, 1))
    for kind, count in kinds:
        yield from one_kind(kind, count)
    # Keras does not pass a mask on that the inputs carry where there are initial states.
    carried = {"options": {"initial_state": states("carried", (2, 2))}, "masks": [MASK]}
    yield layer_case("GRU initial state, carried mask", lambda: layers.GRU(2, return_sequences=True), [SHAPE], **carried)
    yield layer_case("GRU carried mask", lambda: layers.GRU(2, return_sequences=True), [SHAPE], masks=[MASK])
    yield layer_case("LSTM other activations", lambda: layers.LSTM(2, "relu", "hard_sigmoid"), [SHAPE])
    yield layer_case("LSTM without forget bias", lambda: layers.LSTM(2, unit_forget_bias=False), [SHAPE])
    before = {"reset_after": False}
    yield layer_case("GRU reset before", lambda: layers.GRU(2, **before), [SHAPE])
    yield layer_case(
        "GRU reset before masked", lambda: layers.GRU(2, **before, **ALL), [SHAPE], options={"mask": MASK}
    )
    yield layer_case("GRU reset before no bias", lambda: layers.GRU(2, **before, use_bias=False), [SHAPE])
    yield layer_case("GRU other activations", lambda: layers.GRU(2, "relu", "hard_sigmoid"), [SHAPE])
    for cell, count in ((layers.SimpleRNNCell, 1), (layers.LSTMCell, 2), (layers.GRUCell, 1)):
        yield from one_cell(cell, count)
    yield layer_case("GRUCell reset before", lambda: layers.GRUCell(2, **before), [(2, 3), (2, 2)], calling="cell")


def stacked_cells():
    return [layers.LSTMCell(3), layers.GRUCell(2), layers.SimpleRNNCell(2)]


def stacked():
    yield layer_case("RNN of a list", lambda: layers.RNN(stacked_cells()), [SHAPE])
    yield layer_case(
        "RNN of stacked cells",
        lambda: layers.RNN(layers.StackedRNNCells(stacked_cells()), **ALL),
        [SHAPE],
        options={"mask": MASK},
    )


def bidirectional():
    both = layers.Bidirectional
    sequences = {"return_sequences": True}
    for kind in (layers.SimpleRNN, layers.LSTM, layers.GRU):
        yield layer_case(f"{kind.__name__} bidirectional", lambda: both(kind(2)), [SHAPE])
    for mode in ("concat", "sum", "mul", "ave", None):
        name = f"bidirectional {mode}"
        yield layer_case(name, lambda: both(layers.LSTM(2), mode), [SHAPE])
        yield layer_case(f"{name} sequences", lambda: both(layers.SimpleRNN(2, **sequences), mode), [SHAPE])
    yield layer_case(
        "bidirectional masked", lambda: both(layers.GRU(2, **sequences)), [SHAPE], options={"mask": BACK_MASK}
    )
    yield layer_case("bidirectional states", lambda: both(layers.LSTM(2, **ALL)), [SHAPE])
    yield layer_case("bidirectional states apart", lambda: both(layers.GRU(2, **ALL), None), [SHAPE])
    initial = {"initial_state": states("bidirectional", *[(2, 2)] * 4)}
    yield layer_case("bidirectional initial state", lambda: both(layers.LSTM(2)), [SHAPE], options=initial)
    carried = {"options": initial, "masks": [MASK]}
    yield layer_case("bidirectional initial state, carried mask", lambda: both(layers.LSTM(2)), [SHAPE], **carried)
    yield layer_case(
        "bidirectional of two kinds",
        lambda: both(
            layers.LSTM(2, **sequences), backward_layer=layers.SimpleRNN(2, go_backwards=True, **sequences)
        ),
        [SHAPE],
    )
    yield layer_case(
        "bidirectional of a cell", lambda: both(layers.RNN(layers.GRUCell(2)), "sum"), [SHAPE], options={"mask": MASK}
    )


def time_distributed():
    each = layers.TimeDistributed
    yield layer_case("time distributed", lambda: each(layers.Dense(2)), [SHAPE])
    yield layer_case("time distributed images", lambda: each(layers.Conv2D(2, 2)), [(2, 2, 3, 3, 1)])
    normalization = lambda: each(layers.BatchNormalization(momentum=0.5))  # noqa: E731
    yield layer_case("time distributed statistics", normalization, [(3, 2, 2)], modes=(False, True))
    mask = np.array([[[True, True, False], [False, True, True]], [[True, False, False], [True, True, True]]])
    yield layer_case(
        "time distributed masked", lambda: each(layers.LSTM(2)), [(2, 2, 3, 2)], options={"mask": mask}
    )


def convolutional():
    line, image, volume = (2, 3, 4, 2), (2, 3, 4, 3, 1), (1, 2, 3, 2, 2, 1)
    yield layer_case("ConvLSTM1D", lambda: layers.ConvLSTM1D(2, 2), [line])
    yield layer_case(
        "ConvLSTM1D strided", lambda: layers.ConvLSTM1D(1, 3, strides=2, padding="same", **ALL), [line]
    )
    yield layer_case("ConvLSTM1D dilated", lambda: layers.ConvLSTM1D(1, 2, dilation_rate=2, use_bias=False), [line])
    yield layer_case("ConvLSTM2D", lambda: layers.ConvLSTM2D(2, 2), [image])
    yield layer_case(
        "ConvLSTM2D same backwards",
        lambda: layers.ConvLSTM2D(1, (2, 3), padding="same", go_backwards=True, return_sequences=True),
        [image],
    )
    yield layer_case(
        "ConvLSTM2D channels first",
        lambda: layers.ConvLSTM2D(2, 2, data_format="channels_first", **ALL),
        [(2, 3, 1, 4, 3)],
    )
    yield layer_case(
        "ConvLSTM2D initial state",
        lambda: layers.ConvLSTM2D(1, 2, padding="same", unroll=True),
        [image],
        options={"initial_state": states("image", *[(2, 4, 3, 1)] * 2), "mask": MASK[:, :3]},
    )
    yield layer_case("ConvLSTM3D", lambda: layers.ConvLSTM3D(1, 2, padding="same"), [volume])
    yield layer_case(
        "ConvLSTM2D bidirectional",
        lambda: layers.Bidirectional(layers.ConvLSTM2D(1, 2, return_sequences=True)),
        [image],
    )


def generate():
    cases = [*recurrent(), *stacked(), *bidirectional(), *time_distributed(), *convolutional()]
    write_cases("layers-recurrent", "layers", cases)
