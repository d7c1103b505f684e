"""Models that begin with strings, saved by Keras on TensorFlow: no other backend runs them."""

import json
import zipfile

import keras
import numpy as np
import tensorflow
from keras import layers
from record import REPOSITORY, array, generator, uniform

FILES = REPOSITORY / "test" / "layers" / "preprocessing" / "files"
TEXTS = ["the cat sat", "The dog, the cow!", "", "a bird", "cat", "dog cat bird the"]
WORDS = ["cat", "dog", "emu", "cat", "emu", "cat"]
CODES = [12, 36, 7, 36, 12, 100]


def save(model, name):
    """A file of Keras, its members packed: the empty places in it would be most of its bytes."""
    path = FILES / f"{name}.keras"
    model.save(path)
    with zipfile.ZipFile(path) as archive:
        members = [(info, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in members:
            archive.writestr(info.filename, content)


def fill(model):
    for index, weight in enumerate(model.weights):
        if weight.dtype == "float32":
            weight.assign(uniform(generator(f"text model {index}"), weight.shape))


def several_inputs():
    """Texts, words and numbers, a lookup that two layers read, and a crossing."""
    text = keras.Input((1,), dtype="string", name="text")
    word = keras.Input((1,), dtype="string", name="word")
    code = keras.Input((1,), dtype="int32", name="code")
    size = keras.Input((2,), name="size")
    vectorize = layers.TextVectorization(output_mode="int")
    vectorize.adapt(TEXTS)
    lookup = layers.StringLookup()
    lookup.adapt(WORDS)
    codes = layers.IntegerLookup(vocabulary=[12, 36])
    known = lookup(word)
    joined = layers.Concatenate()(
        [
            layers.GlobalAveragePooling1D()(layers.Embedding(12, 3)(vectorize(text))),
            layers.Flatten()(layers.Embedding(5, 2)(known)),
            layers.CategoryEncoding(7)(layers.HashedCrossing(7)([known, codes(code)])),
            layers.CategoryEncoding(4)(layers.Hashing(4)(code)),
            size,
        ]
    )
    return keras.Model([text, word, code, size], layers.Dense(2)(joined), name="several")


def stack():
    """A Sequential that begins with a layer of text, with a model inside."""
    vectorize = layers.TextVectorization(max_tokens=8, output_mode="tf_idf")
    vectorize.adapt(TEXTS)
    inner = keras.Sequential([layers.Dense(3, activation="relu"), layers.Dense(1)], name="inner")
    # With a column of texts Keras 3.15 gives a wrong symbolic shape in this mode.
    start = keras.Input((), dtype="string")
    return keras.Sequential([start, vectorize, inner, layers.Activation("sigmoid")], name="stack")


def head_inside():
    """A model of text inside a model."""
    words = keras.Input((), dtype="string", name="words")
    found = layers.StringLookup(vocabulary=["cat", "dog"], output_mode="one_hot")(words)
    head = keras.Model(words, layers.Dense(2)(found), name="head")
    word = keras.Input((), dtype="string", name="word")
    return keras.Model(word, layers.Dense(1)(head(word)), name="outer")


def generate():
    several, size = several_inputs(), uniform(generator("text model size"), (len(TEXTS), 2))
    rows = lambda items: tensorflow.constant([[item] for item in items])
    feeds = {
        "several": (several, {"text": rows(TEXTS), "word": rows(WORDS), "code": rows(CODES), "size": size}),
        "stack": (stack(), tensorflow.constant(TEXTS)),
        "outer": (head_inside(), tensorflow.constant(WORDS)),
    }
    record = {"texts": TEXTS, "words": WORDS, "codes": CODES, "size": array(size), "predictions": {}}
    for name, (model, feed) in feeds.items():
        fill(model)
        record["predictions"][name] = array(model.predict(feed, verbose=0))
        save(model, f"text-{name}")
    # One step of training through the strings.
    several.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    targets = uniform(generator("text model targets"), (len(TEXTS), 2))
    history = several.fit(feeds["several"][1], targets, epochs=2, batch_size=len(TEXTS), shuffle=False, verbose=0)
    record["targets"] = array(targets)
    record["losses"] = [float(np.float32(loss)) for loss in history.history["loss"]]
    (FILES / "text-models.json").write_text(json.dumps(record, ensure_ascii=False) + "\n")
