"""Whole training runs of larger kinds of model: attention, images, sequences to sequences, named outputs,
frozen parts; with schedules, clipping, averages of weights and accumulated gradients."""

import keras
import numpy as np
from keras import constraints, layers, losses, metrics, optimizers, regularizers
from keras.optimizers import schedules
from record import generator, uniform, write_cases
from training import training_case


def attention_model():
    words = keras.Input((5,), dtype="int32", name="words")
    hidden = layers.Embedding(8, 4, mask_zero=True, name="table")(words)
    attended = layers.MultiHeadAttention(2, 2, use_bias=False, name="attention")(hidden, hidden)
    hidden = layers.LayerNormalization(name="first")(layers.Add(name="sum")([hidden, attended]))
    inner = layers.Dense(4, name="out")(layers.Dense(6, activation="gelu", name="in")(hidden))
    hidden = layers.LayerNormalization(name="second")(layers.Add(name="last_sum")([hidden, inner]))
    pooled = layers.GlobalAveragePooling1D(name="mean")(layers.Dropout(0.0)(hidden))
    model = keras.Model(words, layers.Dense(3, activation="softmax", name="head")(pooled), name="attention_model")
    rate = schedules.CosineDecay(0.0, 12, warmup_target=0.02, warmup_steps=4)
    model.compile(
        optimizers.AdamW(rate, weight_decay=0.01, global_clipnorm=1.0),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy", metrics.SparseTopKCategoricalAccuracy(k=2, name="top2")],
    )
    return model


def sentences(name, samples):
    random = generator(name)
    x = random.integers(1, 8, (samples, 5)).astype("int32")
    for row, length in zip(x, random.integers(2, 6, samples)):
        row[length:] = 0
    return x, (x[:, 0] % 3).astype("int32")


def image_model():
    image = keras.Input((6, 6, 2), name="image")
    hidden = layers.SeparableConv2D(4, 3, padding="same", name="separable")(layers.Rescaling(2.0, -1.0)(image))
    hidden = layers.BatchNormalization(momentum=0.8, name="normalized")(hidden)
    hidden = layers.Activation("silu", name="bent")(hidden)
    short = layers.Conv2D(4, 1, use_bias=False, name="short")(image)
    hidden = layers.Add(name="joined")([hidden, short])
    hidden = layers.GroupNormalization(2, name="groups")(layers.AveragePooling2D(2)(hidden))
    hidden = layers.DepthwiseConv2D(2, name="depthwise")(hidden)
    hidden = layers.Dropout(0.0)(layers.GlobalMaxPooling2D()(hidden))
    model = keras.Model(image, layers.Dense(3, name="head")(hidden), name="image_model")
    rate = schedules.ExponentialDecay(0.05, 3, 0.7, staircase=True)
    model.compile(
        optimizers.SGD(rate, momentum=0.9, nesterov=True),
        loss=losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
        metrics=["categorical_accuracy"],
    )
    return model


def pictures(name, samples):
    random = generator(name)
    labels = random.integers(0, 3, samples)
    images = uniform(random, (samples, 6, 6, 2), 0, 0.5)
    for image, label in zip(images, labels):
        image[2 * label : 2 * label + 2] += np.float32(0.5)
    return np.round(images, 2).astype("float32"), np.eye(3, dtype="float32")[labels]


def autoencoder():
    model = keras.Sequential(
        [
            keras.Input((8, 2)),
            layers.Conv1D(4, 3, strides=2, padding="same", activation="elu"),
            layers.MaxPooling1D(2, 1, padding="same"),
            layers.Conv1DTranspose(3, 2, strides=2, padding="same", activation="tanh"),
            layers.Conv1D(2, 1, kernel_constraint=constraints.MaxNorm(1.0)),
        ],
        name="autoencoder",
    )
    rate = schedules.PiecewiseConstantDecay([4, 8], [0.02, 0.01, 0.002])
    model.compile(
        optimizers.RMSprop(rate, centered=True, momentum=0.5, clipvalue=0.05),
        loss="mae",
        metrics=["mse", metrics.CosineSimilarity()],
    )
    return model


def waves(name, samples):
    random = generator(name)
    start = random.uniform(0, 6, (samples, 1))
    time = np.arange(8)[None, :]
    x = np.stack([np.sin(start + time), np.cos(start + 2 * time)], -1)
    return np.round(x, 3).astype("float32"), np.round(x, 3).astype("float32")


def accumulating_model():
    model = keras.Sequential(
        [
            keras.Input((3,)),
            layers.Dense(6, activation="softplus", kernel_regularizer=regularizers.L1L2(0.001, 0.002)),
            layers.Dense(1, bias_constraint="non_neg"),
        ],
        name="accumulating",
    )
    optimizer = optimizers.Adam(
        0.03, gradient_accumulation_steps=2, clipnorm=0.5, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=4
    )
    model.compile(optimizer, loss="huber", metrics=[metrics.RootMeanSquaredError(), "mae"])
    return model


def surfaces(name, samples):
    x = uniform(generator(name), (samples, 3))
    return x, np.round(np.abs(x[:, :1]) + x[:, 1:2] * x[:, 2:], 3).astype("float32")


def translating_model():
    source, target = keras.Input((4,), dtype="int32", name="source"), keras.Input((3,), dtype="int32", name="target")
    memory, state, cell = layers.LSTM(3, return_sequences=True, return_state=True, name="encoder")(
        layers.Embedding(6, 3, mask_zero=True, name="source_words")(source)
    )
    hidden = layers.LSTM(3, return_sequences=True, name="decoder")(
        layers.Embedding(5, 3, name="target_words")(target), initial_state=[state, cell]
    )
    context = layers.AdditiveAttention(name="look")([hidden, memory])
    both = layers.Concatenate(name="both")([hidden, context])
    words = layers.TimeDistributed(layers.Dense(5, activation="softmax"), name="each")(both)
    model = keras.Model([source, target], words, name="translating")
    model.compile(
        optimizers.Nadam(0.02),
        loss=losses.SparseCategoricalCrossentropy(ignore_class=0),
        weighted_metrics=["sparse_categorical_accuracy"],
    )
    return model


def translations(name, samples):
    random = generator(name)
    source = random.integers(1, 6, (samples, 4)).astype("int32")
    for row, length in zip(source, random.integers(2, 5, samples)):
        row[length:] = 0
    y = np.minimum(source[:, :3], 4).astype("int32")
    target = np.concatenate([np.zeros((samples, 1), "int32"), y[:, :-1]], 1)
    return [source, target], y


def named_model():
    """Dictionaries all the way; a frozen part whose moments must stay."""
    numbers, picture = keras.Input((3,), name="numbers"), keras.Input((4, 4, 1), name="picture")
    seen = keras.Sequential(
        [keras.Input((4, 4, 1)), layers.Conv2D(2, 2), layers.BatchNormalization(), layers.Flatten()], name="seen"
    )
    seen.trainable = False
    hidden = layers.Concatenate(name="joined")([layers.Dense(4, activation="relu", name="dense")(numbers), seen(picture)])
    hidden = layers.ActivityRegularization(l2=0.01, name="quiet")(hidden)
    outputs = {
        "amount": layers.Dense(1, name="amount")(hidden),
        "hit": layers.Dense(1, activation="sigmoid", name="hit")(hidden),
    }
    model = keras.Model({"numbers": numbers, "picture": picture}, outputs, name="named")
    model.compile(
        optimizers.Adamax(schedules.InverseTimeDecay(0.05, 5, 0.5)),
        loss={"amount": "log_cosh", "hit": "binary_crossentropy"},
        loss_weights={"amount": 0.7, "hit": 1.5},
        metrics={"amount": ["mae"], "hit": [metrics.Precision(name="precision"), metrics.AUC(20, name="auc")]},
    )
    return model


def named_data(name, samples):
    random = generator(name)
    numbers, picture = uniform(random, (samples, 3)), uniform(random, (samples, 4, 4, 1))
    amount = np.round(numbers[:, :1] * 2 + picture[:, 0, 0], 3).astype("float32")
    hit = (numbers[:, 1:2] > 0).astype("float32")
    return {"numbers": numbers, "picture": picture}, {"amount": amount, "hit": hit}


def case(name, build, data, held_out=None, **options):
    keras.utils.set_random_seed(3)
    return training_case(name, build, data, held_out, epochs=3, **options)


def generate():
    by_step = {"sample_weight": uniform(generator("weights of steps"), (14, 3), 0.1, 2.0)}
    cases = [
        case("attention with masks", attention_model, sentences("sentences", 14), sentences("held out", 6)),
        case("images with branches", image_model, pictures("pictures", 14)),
        case("autoencoder", autoencoder, waves("waves", 14)),
        case("averages and accumulation", accumulating_model, surfaces("surfaces", 20), surfaces("held out", 8)),
        case("translation", translating_model, translations("translations", 14), fit_options=by_step),
        case("names and a frozen part", named_model, named_data("named", 14), named_data("held out names", 6)),
    ]
    write_cases("training-whole", "training", cases)
