"""What `adapt` learns, and layers of text. Keras needs TensorFlow installed for these, on any backend."""

import keras
import numpy as np
import tensorflow
from keras import layers
from record import REPOSITORY, array, compact, generator, serialise, structure, uniform, write_cases

ADAPTED = REPOSITORY / "test" / "layers" / "preprocessing" / "files"


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


WORDS = ["earth", "wind", "and", "fire", "water"]
ROWS = [["earth", "wind", "fire"], ["sun", "", "earth"], ["moon", "and", "and"]]
LONG = ["The quick brown fox", "a" * 3, "b" * 8, "c-" * 9, "d e " * 11, "0123456789" * 7, "xyz" * 60, "é日本", ""]
TEXTS = ["The cat sat, on: THE mat!", "  two\tspaces\n", "É n\u00a0b ÄÖ", "don't stop", "", "cat cat dog"]


def plain(value):
    """Strings of any rank as nested lists."""
    value = np.asarray(value)
    return np.vectorize(lambda item: item.decode() if isinstance(item, bytes) else str(item), otypes=[object])(
        value
    ).tolist()


def text_case(name, build, inputs, adapt=None, vocabulary=None, convert=np.array):
    """A layer of strings: `adapt` is data, or a list of batches under the key `batches`."""
    keras.utils.clear_session(free_memory=False)
    layer = build()
    before = serialise(layer)
    if adapt is not None:
        layer.adapt(iter([np.array(batch) for batch in adapt["batches"]]) if isinstance(adapt, dict) else adapt)
    if vocabulary is not None:
        layer.set_vocabulary(**vocabulary)
    output = layer(convert(inputs))
    strings = np.asarray(output).dtype.kind in "OSU"
    known = hasattr(layer, "get_vocabulary")
    return {
        "name": name,
        "layer": before,
        "adapt": adapt,
        "set": vocabulary,
        "input": inputs,
        "vocabulary": [item if isinstance(item, int) else str(item) for item in layer.get_vocabulary()] if known else None,
        "after": serialise(layer)["config"],
        "text": plain(output) if strings else None,
        "output": None if strings else array(output),
    }


def int64(values):
    """On JAX only tensors of TensorFlow become strings again."""
    return tensorflow.constant(values, "int64")


def string_lookup_cases():
    def case(name, options, inputs=ROWS, **more):
        return text_case(f"string lookup {name}", lambda: layers.StringLookup(**options), inputs, **more)

    given = {"vocabulary": WORDS}
    yield case("int", given)
    yield case("vector", given, ["fire", "ice"])
    yield case("mask", {**given, "mask_token": ""})
    yield case("three oov", {**given, "num_oov_indices": 3})
    yield case("three oov salt", {**given, "num_oov_indices": 3, "salt": [137, 4]})
    yield case("no oov", {**given, "num_oov_indices": 0}, [["earth", "water"]])
    yield case("specials given", {"vocabulary": ["", "[UNK]", *WORDS], "mask_token": ""})
    yield case("other oov token", {"vocabulary": ["?", *WORDS], "oov_token": "?"})
    yield case("one hot", {**given, "output_mode": "one_hot"}, ["fire", "ice"])
    yield case("one hot column", {**given, "output_mode": "one_hot"}, [["fire"], ["ice"]])
    yield case("multi hot", {**given, "output_mode": "multi_hot"})
    yield case("multi hot mask", {**given, "output_mode": "multi_hot", "mask_token": ""})
    yield case("multi hot vector", {**given, "output_mode": "multi_hot"}, ["fire", "ice"])
    yield case("count padded", {**given, "output_mode": "count", "max_tokens": 9, "pad_to_max_tokens": True})
    weights = [0.25, 0.75, 0.6, 0.4, 1.5]
    yield case("tf-idf", {**given, "output_mode": "tf_idf", "idf_weights": weights})
    yield case(
        "tf-idf padded",
        {**given, "output_mode": "tf_idf", "idf_weights": weights, "max_tokens": 8, "pad_to_max_tokens": True},
    )
    yield case(
        "tf-idf with oov",
        {"output_mode": "tf_idf"},
        vocabulary={"vocabulary": ["[UNK]", *WORDS], "idf_weights": [0.9, *weights]},
    )
    yield case("invert", {**given, "invert": True}, [[1, 3, 5], [0, 2, 99]], convert=int64)
    yield case("invert mask", {**given, "invert": True, "mask_token": "-"}, [[1, 3, 5], [0, 2, 99]], convert=int64)
    yield case("adapt vector", {}, adapt=["b", "a", "c", "a", "[UNK]", "ä", "b", "a", "\U0001f600", "\uffee"])
    yield case("adapt matrix", {"mask_token": ""}, adapt=ROWS)
    yield case("adapt limited", {"max_tokens": 3, "num_oov_indices": 1}, adapt=ROWS)
    yield case("adapt tf-idf", {"output_mode": "tf_idf"}, adapt=ROWS)
    yield case("adapt tf-idf padded", {"output_mode": "tf_idf", "max_tokens": 9, "pad_to_max_tokens": True}, adapt=ROWS)
    yield case("adapt batches tf-idf", {"output_mode": "tf_idf"}, adapt={"batches": [ROWS, ROWS[:1], ["sun", "sun"]]})
    yield case("set vocabulary", {}, vocabulary={"vocabulary": WORDS})


def integer_lookup_cases():
    rows = [[12, 7, 42], [-5, 12, 12], [0, 1000, 36]]

    def case(name, options, inputs=rows, **more):
        return text_case(f"integer lookup {name}", lambda: layers.IntegerLookup(**options), inputs, **more)

    given = {"vocabulary": [12, 36, 1138, 42]}
    yield case("int", given)
    yield case("mask", {**given, "mask_token": 0})
    yield case("three oov", {**given, "num_oov_indices": 3})
    yield case("one hot", {**given, "output_mode": "one_hot"}, [12, 7, 42])
    yield case("multi hot", {**given, "output_mode": "multi_hot"})
    yield case("multi hot mask", {**given, "output_mode": "multi_hot", "mask_token": 7})
    yield case("count padded", {**given, "output_mode": "count", "max_tokens": 7, "pad_to_max_tokens": True})
    yield case("tf-idf", {**given, "output_mode": "tf_idf", "idf_weights": [0.25, 0.75, 0.6, 0.4]})
    yield case("invert", {**given, "invert": True}, [[1, 3, 4], [0, 2, 99]])
    yield case("invert mask", {**given, "invert": True, "mask_token": 9}, [[1, 3, 4], [0, 2, 99]])
    yield case("adapt", {}, adapt=np.array(rows).tolist())
    yield case("adapt mask", {"mask_token": 12}, adapt=rows)
    yield case("adapt tf-idf", {"output_mode": "tf_idf", "max_tokens": 4}, adapt=rows)


def vectorization_cases():
    def case(name, options, inputs=TEXTS, **more):
        return text_case(f"text vectorization {name}", lambda: layers.TextVectorization(**options), inputs, **more)

    given = {"vocabulary": ["the", "cat", "sat", "dog", "dont"]}
    yield case("int", given)
    yield case("column", given, [[text] for text in TEXTS])
    yield case("length 3", {**given, "output_sequence_length": 3})
    yield case("length 9", {**given, "output_sequence_length": 9})
    yield case("lower", {**given, "standardize": "lower"})
    yield case("strip", {**given, "standardize": "strip_punctuation"})
    yield case("characters", {"vocabulary": list("abcdetÉé"), "split": "character", "standardize": "lower"})
    yield case("no split", {"vocabulary": ["cat", "dog"], "split": None}, [["cat", "Dog!"], ["x", "cat"]])
    yield case(
        "no split length", {"vocabulary": ["cat"], "split": None, "output_sequence_length": 3}, [["cat", "x"]]
    )
    yield case("bigrams", {"vocabulary": ["the cat", "cat", "cat cat", "sat on"], "ngrams": 2})
    yield case("only trigrams", {"vocabulary": ["the cat sat", "cat cat dog"], "ngrams": (3,)})
    yield case("multi hot", {**given, "output_mode": "multi_hot"})
    yield case("count", {**given, "output_mode": "count", "max_tokens": 9, "pad_to_max_tokens": True})
    yield case("tf-idf", {**given, "output_mode": "tf_idf", "idf_weights": [0.1, 0.2, 0.3, 0.4, 0.5]})
    yield case("adapt", {}, adapt=TEXTS)
    yield case("adapt limited", {"max_tokens": 5, "output_sequence_length": 4}, adapt=TEXTS)
    yield case("adapt bigrams tf-idf", {"ngrams": 2, "output_mode": "tf_idf"}, adapt=TEXTS)
    yield case("adapt batches", {"output_mode": "count"}, adapt={"batches": [TEXTS[:2], TEXTS[2:]]})


def hashing_cases():
    numbers = [[1, -2, 30], [400, 2**31 - 1, 0]]

    def case(name, options, inputs=LONG):
        return text_case(f"hashing {name}", lambda: layers.Hashing(**options), inputs)

    yield case("strings", {"num_bins": 1000003})
    yield case("salt", {"num_bins": 1000003, "salt": 133})
    yield case("two salts", {"num_bins": 97, "salt": (137, -9)})
    yield case("numbers", {"num_bins": 1009}, numbers)
    yield case("mask", {"num_bins": 5, "mask_value": ""}, LONG)
    yield case("one bin", {"num_bins": 1})
    yield case("one hot", {"num_bins": 4, "output_mode": "one_hot"}, LONG[:3])
    yield case("multi hot", {"num_bins": 4, "output_mode": "multi_hot"}, ROWS)
    yield case("count", {"num_bins": 4, "output_mode": "count"}, ROWS)

    def crossed(name, options, inputs):
        def each(rows):
            return [np.array(row) for row in rows]

        return text_case(f"hashed crossing {name}", lambda: layers.HashedCrossing(**options), inputs, convert=each)

    yield crossed("strings", {"num_bins": 1000003}, [LONG, LONG[::-1]])
    yield crossed("numbers", {"num_bins": 1009}, [[1, 2, -3], [40, 50, 60]])
    yield crossed("columns", {"num_bins": 11}, [[["a"], ["b"]], [["c"], ["d"]]])
    yield crossed("three", {"num_bins": 101}, [["a", "b"], ["c", "d"], ["e", "f"]])
    yield crossed("one hot", {"num_bins": 5, "output_mode": "one_hot"}, [["a", "b"], ["c", "d"]])


@keras.saving.register_keras_serializable("oracle")
class Texts(keras.Model):
    """Holds layers of text, which are no part of its call."""

    def __init__(self, **options):
        super().__init__(**options)
        self.vectorize = layers.TextVectorization(output_mode="tf_idf")
        self.words = layers.StringLookup(mask_token="")
        self.given = layers.StringLookup(vocabulary=WORDS)
        self.head = layers.Dense(2)

    def call(self, x):
        return self.head(x)


def functional_model():
    random = generator("adapted model")
    numbers, tokens = keras.Input((2,), name="numbers"), keras.Input((3,), name="tokens", dtype="int32")
    normalization, bins = layers.Normalization(), layers.Discretization(num_bins=3, output_mode="one_hot")
    lookup, weighed = layers.IntegerLookup(mask_token=0), layers.IntegerLookup(output_mode="tf_idf", num_oov_indices=2)
    normalization.adapt(uniform(random, (9, 2), -3, 5))
    bins.adapt(uniform(random, (20,), -3, 5))
    for layer in (lookup, weighed):
        layer.adapt(random.integers(0, 9, (6, 3)))
    embedded = layers.Flatten()(layers.Embedding(12, 2)(lookup(tokens)))
    parts = [normalization(numbers), layers.Flatten()(bins(numbers)), embedded, weighed(tokens)]
    model = keras.Model([numbers, tokens], layers.Dense(2)(layers.Concatenate()(parts)))
    return model, [uniform(random, (4, 2), -3, 5), random.integers(0, 11, (4, 3)).astype("int32")]


def save(name, model, inputs, expected):
    model.save(ADAPTED / f"{name}.keras")
    (ADAPTED / f"{name}.json").write_text(compact({"inputs": inputs, **expected}) + "\n", encoding="utf-8")


def files():
    ADAPTED.mkdir(parents=True, exist_ok=True)
    keras.utils.clear_session(free_memory=False)
    model, inputs = functional_model()
    save("functional", model, structure(inputs), {"predictions": array(model.predict(inputs, verbose=0))})
    keras.utils.clear_session(free_memory=False)
    texts = Texts(name="texts")
    texts.vectorize.adapt(TEXTS)
    texts.words.adapt(ROWS)
    x = uniform(generator("texts model"), (1, 3))
    output = array(texts(x))
    expected = {
        "predictions": output,
        "vectorized": array(texts.vectorize(np.array(TEXTS))),
        "words": array(texts.words(np.array(ROWS))),
        "given": array(texts.given(np.array(ROWS))),
    }
    save("texts", texts, {"x": array(x), "texts": TEXTS, "rows": ROWS}, expected)


def generate():
    write_cases("adapt", "adapt", list(adapt_cases()))
    cases = [*string_lookup_cases(), *integer_lookup_cases(), *vectorization_cases(), *hashing_cases()]
    write_cases("text", "text", cases)
    files()
