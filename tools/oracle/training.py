"""Whole training runs without shuffling, from fixed initial weights."""

import keras
import numpy as np
from keras import layers, losses, metrics, optimizers, regularizers
from record import array, generator, plain_number, serialise, structure, uniform, write_cases


def fixed_weights(random, model):
    """Small random values in place of each trainable weight; moving statistics keep their start."""
    values = []
    for variable in model.weights:
        start = np.asarray(variable.value)
        values.append(uniform(random, variable.shape, -0.5, 0.5) if variable.name in ("kernel", "bias") else start)
    model.set_weights(values)


def weights_of(model):
    return [{"path": variable.path, "value": array(variable.value)} for variable in model.weights]


def numbers(logs):
    return {key: plain_number(np.float32(value)) for key, value in logs.items()}


def training_case(name, build, data, validation=None, epochs=4, batch_size=8, fit_options=None):
    keras.utils.clear_session(free_memory=False)
    random = generator(name)
    x, y = data
    options = fit_options or {}
    model = build()
    fixed_weights(random, model)
    record = {
        "name": name,
        "model": serialise(model),
        "initialWeights": weights_of(model),
        "x": structure(x),
        "y": structure(y),
        "fit": {
            "batchSize": batch_size,
            "epochs": epochs,
            "shuffle": False,
            "classWeight": {str(key): value for key, value in options.get("class_weight", {}).items()} or None,
            "sampleWeight": array(options["sample_weight"]) if "sample_weight" in options else None,
            "validation": {"x": structure(validation[0]), "y": structure(validation[1])} if validation else None,
        },
    }
    history = model.fit(
        x, y, batch_size=batch_size, epochs=epochs, shuffle=False, validation_data=validation, verbose=0, **options
    )
    keys = list(history.history)
    record["history"] = [numbers({key: history.history[key][epoch] for key in keys}) for epoch in range(epochs)]
    record["finalWeights"] = weights_of(model)
    record["iterations"] = int(model.optimizer.iterations)
    evaluation = np.atleast_1d(model.evaluate(x, y, batch_size=batch_size, verbose=0))
    named = model.evaluate(x, y, batch_size=batch_size, verbose=0, return_dict=True)
    record["evaluate"] = {"list": [plain_number(np.float32(value)) for value in evaluation], "named": numbers(named)}
    first = keras.tree.map_structure(lambda value: value[:3], x)
    record["predictions"] = structure(model.predict(first, verbose=0))
    return record


def regression_model():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(8, activation="tanh"), layers.Dense(1)])
    model.compile(optimizers.SGD(0.05, momentum=0.9), loss="mse", metrics=["mae"])
    return model


def regression_data(name, samples):
    random = generator(name)
    x = uniform(random, (samples, 3))
    return x, np.round(np.sin(x[:, :1]) + x[:, 1:2] * x[:, 2:], 3).astype("float32")


def convolution_model():
    model = keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            layers.Conv2D(4, 3, padding="same", activation="relu"),
            layers.BatchNormalization(momentum=0.9),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(optimizers.Adam(0.01), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def image_data(name, samples):
    """Each class brightens its own pair of rows, so that there is something to learn."""
    random = generator(name)
    labels = random.integers(0, 3, samples).astype("int32")
    images = uniform(random, (samples, 6, 6, 1), 0, 0.5)
    for image, label in zip(images, labels):
        image[2 * label : 2 * label + 2] += np.float32(0.5)
    return np.round(images, 2).astype("float32"), labels


def two_headed_model():
    left, right = keras.Input((2,), name="left"), keras.Input((3,), name="right")
    shared = layers.Concatenate(name="joined")([layers.Dense(4, activation="relu", name="left_dense")(left), right])
    hidden = layers.Dense(5, activation="tanh", kernel_regularizer=regularizers.L2(0.01), name="hidden")(shared)
    value = layers.Dense(1, name="value", activity_regularizer=regularizers.L1(0.01))(hidden)
    kind = layers.Dense(3, name="kind")(hidden)
    model = keras.Model([left, right], [value, kind], name="two_headed")
    model.compile(
        optimizers.AdamW(0.02, clipnorm=1.0),
        loss=["mse", losses.SparseCategoricalCrossentropy(from_logits=True)],
        loss_weights=[1.0, 0.5],
        metrics=[["mae"], [metrics.SparseCategoricalAccuracy(name="hits")]],
    )
    return model


def two_headed_data(name, samples):
    random = generator(name)
    left, right = uniform(random, (samples, 2)), uniform(random, (samples, 3))
    value = np.round(left[:, :1] - right[:, 1:2], 3).astype("float32")
    return [left, right], [value, np.argmax(right, -1).astype("int32")]


def generate():
    validation = regression_data("regression validation", 8)
    cases = [training_case("regression", regression_model, regression_data("regression", 28), validation, epochs=5)]
    images = image_data("images", 20)
    cases.append(training_case("classifier", convolution_model, images, image_data("images validation", 6)))
    weighted = {"class_weight": {0: 1.0, 1: 2.5, 2: 0.5}}
    cases.append(training_case("classifier with class weight", convolution_model, images, fit_options=weighted))
    weighted = {"sample_weight": uniform(generator("sample weight"), (20,), 0.1, 2.0)}
    cases.append(training_case("classifier with sample weight", convolution_model, images, fit_options=weighted))
    cases.append(training_case("two inputs and two outputs", two_headed_model, two_headed_data("two headed", 20)))
    write_cases("training", "training", cases)
