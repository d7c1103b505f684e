"""Trained models saved by real Keras, with what they predict and what one more training step does."""

import os
import shutil

import h5py
import keras
import numpy as np
from keras import layers, losses, ops, optimizers
from keras.optimizers import schedules
from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group
from record import FIXTURES, compact, generator, plain_number, structure, uniform

BATCH = 6


def one_hot(random, classes):
    return np.eye(classes, dtype="float32")[random.integers(0, classes, BATCH)]


def mlp(random):
    model = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(8, activation="relu"),
            layers.Dense(5, activation="gelu"),
            layers.Dense(1, activation="sigmoid"),
        ],
        name="mlp",
    )
    model.compile("adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model, uniform(random, (BATCH, 4)), random.integers(0, 2, (BATCH, 1)).astype("float32")


def dropout(random):
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(6, activation="elu"), layers.Dropout(0.25, seed=1), layers.Dense(2)],
        name="dropout_model",
    )
    model.compile(optimizers.Adamax(0.01), loss="log_cosh")
    return model, uniform(random, (BATCH, 4)), uniform(random, (BATCH, 2))


def convolution(random):
    model = keras.Sequential(
        [
            keras.Input((8, 8, 2)),
            layers.Conv2D(4, 3, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.MaxPooling2D(),
            layers.DepthwiseConv2D(3),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3, activation="softmax"),
        ],
        name="convolution",
    )
    model.compile(optimizers.RMSprop(0.01, momentum=0.9), loss="categorical_crossentropy", metrics=["accuracy"])
    return model, uniform(random, (BATCH, 8, 8, 2)), one_hot(random, 3)


def two_inputs_two_outputs(random):
    left, right = keras.Input((2,), name="left"), keras.Input((3,), name="right")
    joined = layers.Concatenate()([layers.Dense(4, activation="relu")(left), right])
    hidden = layers.LayerNormalization()(layers.Dense(6, activation="tanh")(joined))
    value, kind = layers.Dense(1, name="value")(hidden), layers.Dense(3, name="kind")(hidden)
    model = keras.Model(inputs=[left, right], outputs=[value, kind], name="two_headed")
    model.compile(
        optimizers.AdamW(schedules.CosineDecay(0.05, 20), clipnorm=1.0),
        loss=["mse", losses.CategoricalCrossentropy(from_logits=True)],
        loss_weights=[1.0, 0.5],
        metrics=[["mae"], ["accuracy"]],
    )
    x = [uniform(random, (BATCH, 2)), uniform(random, (BATCH, 3))]
    return model, x, [uniform(random, (BATCH, 1)), one_hot(random, 3)]


def shared_layer(random):
    left, right = keras.Input((3,), name="left"), keras.Input((3,), name="right")
    encoder = layers.Dense(4, activation="tanh", name="encoder")
    difference = layers.Subtract(name="difference")([encoder(left), encoder(right)])
    model = keras.Model([left, right], layers.Dense(1, name="score")(difference), name="shared")
    model.compile(optimizers.SGD(0.05, momentum=0.9, nesterov=True), loss=losses.Huber(0.5), metrics=["mae"])
    return model, [uniform(random, (BATCH, 3)), uniform(random, (BATCH, 3))], uniform(random, (BATCH, 1))


def nested(random):
    inner = keras.Sequential(
        [keras.Input((6,)), layers.Dense(4, activation="relu"), layers.BatchNormalization()], name="inner"
    )
    source = keras.Input((6,), name="source")
    block_input = keras.Input((4,), name="block_input")
    block = keras.Model(block_input, layers.Add()([layers.Dense(4)(block_input), block_input]), name="block")
    model = keras.Model(source, layers.Dense(2, name="head")(block(inner(source))), name="nested")
    model.compile(optimizers.Nadam(0.01), loss="mean_absolute_error")
    return model, uniform(random, (BATCH, 6)), uniform(random, (BATCH, 2))


def embedding(random):
    model = keras.Sequential(
        [
            keras.Input((5,), dtype="int32"),
            layers.Embedding(12, 4),
            layers.Conv1D(4, 3, activation="relu"),
            layers.GlobalAveragePooling1D(),
            layers.Dense(3, activation="softmax"),
        ],
        name="embedding_classifier",
    )
    model.compile(optimizers.Adagrad(0.1), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    words = random.integers(0, 12, (BATCH, 5)).astype("int32")
    return model, words, random.integers(0, 3, BATCH).astype("int32")


def operations(random):
    """Operations of keras.ops inside a graph; a dictionary of inputs and of outputs."""
    left, right = keras.Input((4,), name="left"), keras.Input((4,), name="right")
    mixed = ops.relu(left * 2.0 + right)[:, :3]
    mean = ops.mean(ops.concatenate([left, right], axis=-1), axis=1)
    outputs = {"low": layers.Dense(2, name="low")(mixed), "high": mean}
    model = keras.Model({"left": left, "right": right}, outputs, name="operations")
    model.compile(optimizers.Lion(0.01, use_ema=True), loss={"low": "mse", "high": "mse"})
    x = {"left": uniform(random, (BATCH, 4)), "right": uniform(random, (BATCH, 4))}
    return model, x, {"low": uniform(random, (BATCH, 2)), "high": uniform(random, (BATCH,))}


def training_options(random):
    """Frozen layer, regularizer, constraint, amsgrad, gradient accumulation caught in the middle."""
    model = keras.Sequential(
        [
            keras.Input((3,)),
            layers.Dense(4, activation="relu", trainable=False, name="frozen"),
            layers.Dense(2, kernel_regularizer="l2", kernel_constraint="max_norm", name="limited"),
        ],
        name="options",
    )
    model.compile(optimizers.Adam(0.05, amsgrad=True, gradient_accumulation_steps=2), loss="mse")
    return model, uniform(random, (BATCH, 3)), uniform(random, (BATCH, 2))


def recurrent(random):
    model = keras.Sequential(
        [
            keras.Input((5,), dtype="int32"),
            layers.Embedding(10, 3, mask_zero=True),
            layers.Bidirectional(layers.LSTM(3)),
            layers.Dense(1),
        ],
        name="recurrent",
    )
    model.compile("adam", loss="mse")
    words = random.integers(0, 10, (BATCH, 5)).astype("int32")
    return model, words, uniform(random, (BATCH, 1))


def sequences(random):
    """Masks through wrappers, cells of several kinds on top of each other, an unrolled layer."""
    cells = [layers.GRUCell(4, reset_after=False), layers.LSTMCell(3, unit_forget_bias=False)]
    model = keras.Sequential(
        [
            keras.Input((4, 3)),
            layers.Masking(),
            layers.Bidirectional(layers.GRU(3, return_sequences=True), merge_mode="ave"),
            layers.RNN(layers.StackedRNNCells(cells), return_sequences=True),
            layers.TimeDistributed(layers.Dense(4, activation="elu")),
            layers.SimpleRNN(3, unroll=True, recurrent_regularizer="l2", kernel_constraint="max_norm"),
            layers.Dense(2),
        ],
        name="sequences",
    )
    model.compile(optimizers.RMSprop(0.01), loss="mse")
    x = uniform(random, (BATCH, 4, 3))
    x[1, 2:] = 0
    x[4, 1] = 0
    return model, x, uniform(random, (BATCH, 2))


def video(random):
    model = keras.Sequential(
        [
            keras.Input((3, 5, 5, 1)),
            layers.ConvLSTM2D(2, 3, padding="same", return_sequences=True),
            layers.TimeDistributed(layers.AveragePooling2D(2, padding="same")),
            layers.Bidirectional(layers.ConvLSTM2D(2, 2), merge_mode="mul"),
            layers.Flatten(),
            layers.Dense(1),
        ],
        name="video",
    )
    model.compile(optimizers.SGD(0.1), loss="mse")
    return model, uniform(random, (BATCH, 3, 5, 5, 1)), uniform(random, (BATCH, 1))


def translation(random):
    """An encoder whose states begin a decoder."""
    source, target = keras.Input((5,), dtype="int32", name="source"), keras.Input((3, 2), name="target")
    words = layers.Embedding(7, 3, mask_zero=True, name="words")(source)
    _, *states = layers.Bidirectional(layers.LSTM(3, return_state=True), name="encoder")(words)
    hidden = layers.Concatenate(name="hidden")([states[0], states[2]])
    memory = layers.Concatenate(name="memory")([states[1], states[3]])
    decoder = layers.LSTM(6, return_sequences=True, return_state=True, name="decoder")
    decoded, last, _ = decoder(target, initial_state=[hidden, memory])
    outputs = [layers.TimeDistributed(layers.Dense(2), name="each")(decoded), layers.Dense(1, name="end")(last)]
    model = keras.Model([source, target], outputs, name="translation")
    model.compile(optimizers.Adam(0.01), loss=["mse", "mse"])
    x = [random.integers(0, 7, (BATCH, 5)).astype("int32"), uniform(random, (BATCH, 3, 2))]
    return model, x, [uniform(random, (BATCH, 3, 2)), uniform(random, (BATCH, 1))]


def encoder(random):
    """A text encoder with padding; arguments of attention by name and by place."""
    words = keras.Input((6,), dtype="int32", name="words")
    hidden = layers.Embedding(9, 4, mask_zero=True)(words)
    attended = layers.MultiHeadAttention(2, 2, name="by_name")(query=hidden, value=hidden, key=hidden)
    hidden = layers.LayerNormalization()(layers.Add()([hidden, attended]))
    attended = layers.GroupQueryAttention(2, 2, 1, use_gate=True)(hidden, hidden)
    hidden = layers.RMSNormalization()(layers.Add()([hidden, attended]))
    pooled = layers.GlobalAveragePooling1D()(layers.AdditiveAttention()([hidden, hidden]))
    model = keras.Model(words, layers.Dense(2)(pooled), name="encoder")
    model.compile(optimizers.Adam(0.01), loss="mse")
    x = random.integers(1, 9, (BATCH, 6)).astype("int32")
    x[0, 4:], x[1, 2:] = 0, 0
    return model, x, uniform(random, (BATCH, 2))


def decoder(random):
    """Causal and crossed attention, scores as an output, a table used both ways, a mask as an input."""
    words, memory = keras.Input((4,), dtype="int32", name="words"), keras.Input((3, 5), name="memory")
    seen = keras.Input((4, 3), dtype="bool", name="seen")
    table = layers.ReversibleEmbedding(7, 4, name="table")
    hidden = table(words)
    attention = layers.MultiHeadAttention(2, 2, use_bias=False, use_gate=True, sliding_window=3)
    hidden = layers.Add()([hidden, attention(hidden, hidden, use_causal_mask=True)])
    crossed, scores = layers.MultiHeadAttention(2, 2, output_shape=4)(
        hidden, memory, attention_mask=seen, return_attention_scores=True
    )
    hidden = layers.EinsumDense("abc,cde->abde", (None, 2, 2), bias_axes="de", activation="tanh")(crossed)
    hidden = layers.Attention(use_scale=True)([layers.Reshape((4, 4))(hidden), crossed])
    model = keras.Model([words, memory, seen], [table(hidden, reverse=True), scores], name="decoder")
    model.compile(optimizers.SGD(0.1), loss=["mse", None])
    x = [
        random.integers(0, 7, (BATCH, 4)).astype("int32"),
        uniform(random, (BATCH, 3, 5)),
        random.integers(0, 2, (BATCH, 4, 3)).astype("bool") | np.eye(4, 3, dtype="bool") | (np.arange(4) == 3)[:, None],
    ]
    return model, x, [uniform(random, (BATCH, 4, 7)), uniform(random, (BATCH, 2, 4, 3))]


def wrapped(random):
    """Layers that only this file has: adaptive windows, spectral norms, penalties on what passes."""
    image = keras.Input((5, 7, 2), name="image")
    hidden = layers.SpectralNormalization(layers.Conv2D(3, 2), power_iterations=2)(image)
    hidden = layers.ActivityRegularization(l1=0.01, l2=0.02)(hidden)
    parts = [layers.AdaptiveAveragePooling2D(3)(hidden), layers.AdaptiveMaxPooling2D((3, 3))(hidden)]
    hidden = layers.UnitNormalization()(layers.AlphaDropout(0.1)(layers.Concatenate()(parts)))
    model = keras.Model(image, layers.Dense(2)(layers.Flatten()(hidden)), name="wrapped")
    model.compile(optimizers.SGD(0.05), loss="mse")
    return model, uniform(random, (BATCH, 5, 7, 2)), uniform(random, (BATCH, 2))


MODELS = {
    "sequential-mlp": mlp,
    "sequential-dropout": dropout,
    "sequential-convolution": convolution,
    "functional-two-inputs": two_inputs_two_outputs,
    "functional-shared-layer": shared_layer,
    "functional-nested": nested,
    "embedding": embedding,
    "functional-operations": operations,
    "sequential-options": training_options,
    "recurrent-text": recurrent,
    "recurrent-sequences": sequences,
    "recurrent-video": video,
    "recurrent-translation": translation,
    "attention-encoder": encoder,
    "attention-decoder": decoder,
    "wrapped-layers": wrapped,
}


def write_summary(path, model, columns=80, **options):
    lines = []
    os.environ["COLUMNS"] = str(columns)
    model.summary(print_fn=lines.append, **options)
    path.write_text("\n".join(lines), encoding="utf-8")


def write_fixture(name, build):
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(7)
    random = generator(name)
    model, x, y = build(random)
    for _ in range(3):
        model.train_on_batch(x, y)
    path = FIXTURES / f"{name}.keras"
    model.save(path)
    # The saved file is what a port reads, so the expectations come from the reloaded model. Its metrics
    # start empty, while those of `model` remember three steps.
    model = keras.saving.load_model(path)
    record = {"inputs": structure(x), "predictions": structure(model.predict(x, verbose=0))}
    write_summary(FIXTURES / f"{name}.summary.txt", model)
    write_summary(FIXTURES / f"{name}.summary-wide.txt", model, columns=160)
    if name == "functional-nested":
        expanded = {"expand_nested": True, "show_trainable": True}
        write_summary(FIXTURES / f"{name}.summary-expanded.txt", model, **expanded)
    step = {"y": structure(y)}
    # Dropout draws differ between implementations, so a model that has any skips the step.
    if not any(isinstance(layer, (layers.Dropout, layers.AlphaDropout)) for layer in model.layers):
        logs = model.train_on_batch(x, y, return_dict=True)
        step["logs"] = {key: plain_number(np.float32(value)) for key, value in logs.items()}
        step["loss"] = step["logs"]["loss"]
        step["predictionsAfter"] = structure(model.predict(x, verbose=0))
        record["trainBatch"] = step
    (FIXTURES / f"{name}.json").write_text(compact(record) + "\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size} bytes")


def write_older_files():
    """The same models in the older .h5 format, and the weights of one alone."""
    for name in ("sequential-convolution", "functional-two-inputs", "functional-nested"):
        model = keras.saving.load_model(FIXTURES / f"{name}.keras")
        model.save(FIXTURES / f"{name}.h5")
    with h5py.File(FIXTURES / "sequential-mlp.older-weights.h5", "w") as file:
        save_weights_to_hdf5_group(file, keras.saving.load_model(FIXTURES / "sequential-mlp.keras"))


def generate():
    FIXTURES.mkdir(parents=True, exist_ok=True)
    for name, build in MODELS.items():
        write_fixture(name, build)
    model = keras.saving.load_model(FIXTURES / "sequential-convolution.keras")
    model.save_weights(FIXTURES / "sequential-convolution.weights.h5")
    # Several files of at most 900 bytes of weights each.
    (FIXTURES / "sharded").mkdir(exist_ok=True)
    model.save_weights(FIXTURES / "sharded" / "model.weights.json", max_shard_size=900 / 2**30)
    write_older_files()
    # Keras reads an unzipped model directory as well; HDF5 readers can be tested without a zip reader.
    shutil.unpack_archive(FIXTURES / "functional-shared-layer.keras", FIXTURES / "functional-shared-layer", "zip")
