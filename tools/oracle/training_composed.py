"""Whole training runs of models made of models: shared and nested parts, a tied table, films, thin weights."""

import keras
import numpy as np
from keras import layers, losses, optimizers, regularizers
from record import generator, uniform, write_cases
from training import training_case


def siamese_model():
    """One encoder, itself of an inner model and a block, on two inputs; a shared layer on both results."""
    inner = keras.Sequential(
        [keras.Input((4,)), layers.Dense(5, activation="tanh"), layers.BatchNormalization(momentum=0.7)], name="inner"
    )
    source = keras.Input((5,))
    block = keras.Model(source, layers.Add()([layers.Dense(5, activation="selu")(source), source]), name="block")
    picture = keras.Input((4,))
    encoder = keras.Model(picture, block(block(inner(picture))), name="encoder")
    left, right = keras.Input((4,), name="left"), keras.Input((4,), name="right")
    judge = layers.Dense(3, activation="relu", kernel_regularizer=regularizers.L1(0.002), name="judge")
    parts = [judge(encoder(left)), judge(encoder(right))]
    near = layers.Dot(1, normalize=True, name="near")([encoder(left), encoder(right)])
    joined = layers.Concatenate()([layers.Subtract()(parts), layers.Multiply()(parts), near])
    model = keras.Model([left, right], layers.Dense(1, activation="sigmoid", name="same")(joined), name="siamese")
    model.compile(optimizers.Lion(0.01, weight_decay=0.02), loss="binary_focal_crossentropy", metrics=["accuracy"])
    return model


def pairs(name, samples):
    random = generator(name)
    left, right = uniform(random, (samples, 4)), uniform(random, (samples, 4))
    return [left, right], (left[:, :1] * right[:, :1] > 0).astype("float32")


def language_model():
    """Causal attention over one table that reads and writes words."""
    words = keras.Input((5,), dtype="int32", name="words")
    table = layers.ReversibleEmbedding(7, 4, name="table")
    hidden = table(words)
    normal = layers.RMSNormalization(name="first")(hidden)
    attended = layers.GroupQueryAttention(2, 2, 1, name="attention")(normal, normal, use_causal_mask=True)
    hidden = layers.Add(name="sum")([hidden, attended])
    gate, value = layers.Dense(6, name="gate")(hidden), layers.Dense(6, name="value")(hidden)
    inner = layers.Multiply(name="gated")([layers.Activation("silu")(gate), value])
    hidden = layers.Add(name="last_sum")([hidden, layers.EinsumDense("abc,cd->abd", (None, 4), name="out")(inner)])
    scores = table(layers.LayerNormalization(name="last")(hidden), reverse=True)
    model = keras.Model(words, scores, name="language_model")
    model.compile(
        optimizers.SGD(0.1, momentum=0.8, weight_decay=0.05, clipnorm=0.7, use_ema=True, ema_momentum=0.6),
        loss=losses.SparseCategoricalCrossentropy(from_logits=True),
        weighted_metrics=["accuracy"],
    )
    return model


def texts(name, samples):
    words = generator(name).integers(0, 7, (samples, 6)).astype("int32")
    words[:, 1::2] = (words[:, ::2] + 2) % 7
    return words[:, :5], words[:, 1:]


def film_model():
    """Pictures in time: convolutions in each, a convolutional LSTM over them, an LSTM both ways."""
    film = keras.Input((3, 5, 5, 1), name="film")
    hidden = layers.TimeDistributed(layers.Conv2D(2, 2, activation="softsign"), name="each")(film)
    hidden = layers.ConvLSTM2D(2, 2, padding="same", return_sequences=True, name="moving")(hidden)
    hidden = layers.TimeDistributed(layers.GlobalAveragePooling2D(), name="means")(hidden)
    hidden = layers.Bidirectional(layers.LSTM(2), merge_mode="concat", name="both_ways")(hidden)
    model = keras.Model(film, layers.Dense(1, name="speed")(hidden), name="film_model")
    model.compile(optimizers.Adagrad(0.1), loss="huber", metrics=["mae"])
    return model


def films(name, samples):
    random = generator(name)
    x = uniform(random, (samples, 3, 5, 5, 1), 0, 0.3)
    speed = random.integers(0, 2, samples)
    for film, step in zip(x, speed):
        for time in range(3):
            film[time, :, 1 + time * step] += np.float32(0.6)
    return np.round(x, 2).astype("float32"), speed[:, None].astype("float32")


def adapted_model():
    """Only thin weights beside frozen ones, and the head, are trained; each part by its own optimizer."""
    model = keras.Sequential(
        [
            keras.Input((6,), dtype="int32"),
            layers.Embedding(9, 4, mask_zero=True, lora_rank=1, name="table"),
            layers.Conv1D(4, 2, padding="causal", lora_rank=2, lora_alpha=4, name="near"),
            layers.GRU(3, name="memory", trainable=False),
            layers.Dense(4, activation="gelu", lora_rank=2, name="thin"),
            layers.Dense(2, activation="softmax", name="head"),
        ],
        name="adapted",
    )
    model.compile(optimizers.Adam(0.05, amsgrad=True), loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def sentences(name, samples):
    random = generator(name)
    x = random.integers(1, 9, (samples, 6)).astype("int32")
    for row, length in zip(x, random.integers(3, 7, samples)):
        row[length:] = 0
    return x, np.eye(2, dtype="float32")[(x[:, 0] > 4).astype(int)]


def case(name, build, data, held_out=None, **options):
    keras.utils.set_random_seed(4)
    return training_case(name, build, data, held_out, epochs=3, **options)


def generate():
    by_step = {"sample_weight": uniform(generator("weights of words"), (12, 5), 0.1, 2.0)}
    cases = [
        case("shared and nested models", siamese_model, pairs("pairs", 18), pairs("held out pairs", 6)),
        case("language model with a tied table", language_model, texts("texts", 12), fit_options=by_step),
        case("films", film_model, films("films", 10), films("held out films", 4)),
        case("thin weights", adapted_model, sentences("thin sentences", 14)),
    ]
    write_cases("training-composed", "training", cases)
