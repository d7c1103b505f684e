"""Whole training runs of recurrent models."""

import keras
import numpy as np
from keras import layers, optimizers
from record import generator, uniform, write_cases
from training import training_case


def stacked_lstm():
    model = keras.Sequential(
        [
            keras.Input((5, 2)),
            layers.LSTM(4, return_sequences=True),
            layers.LSTM(3, recurrent_regularizer=keras.regularizers.L2(0.001)),
            layers.Dense(1),
        ],
        name="stacked_lstm",
    )
    model.compile(optimizers.Adam(0.02), loss="mse", metrics=["mae"])
    return model


def running_sums(name, samples):
    """The sum of what comes after the largest value of a gate."""
    x = uniform(generator(name), (samples, 5, 2))
    chosen = np.argmax(x[:, :, 1], -1)
    sums = [series[start:, 0].sum() for series, start in zip(x, chosen)]
    return x, np.round(np.array(sums, dtype="float32")[:, None], 3)


def masked_gru():
    model = keras.Sequential(
        [
            keras.Input((4,), dtype="int32"),
            layers.Embedding(6, 3, mask_zero=True),
            layers.Bidirectional(layers.GRU(3, return_sequences=True), merge_mode="sum"),
            layers.SimpleRNN(3, go_backwards=True),
            layers.Dense(2, activation="softmax"),
        ],
        name="masked_gru",
    )
    model.compile(optimizers.RMSprop(0.02), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def words(name, samples):
    """Sentences padded with 0; their class says whether word 1 comes before word 2."""
    random = generator(name)
    x = random.integers(1, 6, (samples, 4)).astype("int32")
    for row, length in zip(x, random.integers(1, 5, samples)):
        row[length:] = 0
    return x, np.array([int(1 in row and 2 not in row) for row in x], dtype="int32")


def generate():
    cases = [
        training_case("stacked lstm", stacked_lstm, running_sums("sums", 20), running_sums("held out", 8)),
        training_case("masked gru", masked_gru, words("words", 20)),
    ]
    write_cases("training-recurrent", "training", cases)
