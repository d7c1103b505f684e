"""Small whole programs, as users write them: test/golden/programs.json."""

import jax
import keras
import numpy as np
from keras import layers, losses, ops
from record import array, generator, write_cases


def start(name):
    keras.utils.clear_session(free_memory=False)
    return generator(name)


def numbers(random, *shape):
    return random.uniform(-1, 1, shape).astype("float32")


def fix_weights(model, random):
    model.set_weights([numbers(random, *weight.shape) * 0.5 for weight in model.weights])


def weights(model):
    return [array(weight) for weight in model.get_weights()]


def plain(logs):
    return {name: float(np.float32(value)) for name, value in logs.items()}


def history(fitted):
    return {name: [float(np.float32(value)) for value in values] for name, values in fitted.history.items()}


def on_batch():
    """Steps on single batches report on these batches alone."""
    random = start("on batch")
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4, activation="tanh"), layers.Dense(1)])
    fix_weights(model, random)
    before = weights(model)
    model.compile("adamax", "mse", metrics=["mae"])
    x, y, weight = numbers(random, 12, 3), numbers(random, 12, 1), np.arange(4, dtype="float32")
    logs = [model.train_on_batch(x[at : at + 4], y[at : at + 4], return_dict=True) for at in (0, 4, 8)]
    logs.append(model.train_on_batch(x[:4], y[:4], sample_weight=weight, return_dict=True))
    logs.append(model.test_on_batch(x, y, return_dict=True))
    logs.append(model.test_on_batch(x[:5], y[:5], return_dict=True))
    return {"x": array(x), "y": array(y), "weights": before, "logs": [plain(one) for one in logs], "after": weights(model)}


def weighted_names():
    """A weighted metric that is there unweighted too, for one of two outputs."""
    random = start("weighted names")
    x = keras.Input((3,))
    model = keras.Model(x, [layers.Dense(3, name="kind")(x), layers.Dense(1, name="size")(x)])
    fix_weights(model, random)
    before = weights(model)
    both = {"kind": ["accuracy"], "size": ["mae", "mse"]}
    model.compile("sgd", [losses.SparseCategoricalCrossentropy(from_logits=True), "mse"], metrics=both, weighted_metrics=both)
    data, kind, size = numbers(random, 8, 3), random.integers(0, 3, (8, 1)), numbers(random, 8, 1)
    some = np.linspace(0.5, 2, 8).astype("float32")
    fitted = model.fit(data, [kind, size], sample_weight=[some, some], batch_size=4, epochs=2, shuffle=False, verbose=0)
    return {"x": array(data), "kind": array(kind.astype("int32")), "size": array(size), "some": array(some), "weights": before, "history": history(fitted)}


def partial_targets():
    """Targets for the one output that has a loss, as in a language model that also gives its features."""
    random = start("partial targets")
    ids = keras.Input((4,), dtype="int32")
    features = layers.Embedding(6, 3)(ids)
    model = keras.Model(ids, [features, layers.Dense(6)(features)])
    fix_weights(model, random)
    before = weights(model)
    model.compile("adam", loss=[None, losses.SparseCategoricalCrossentropy(from_logits=True)])
    x, y = random.integers(0, 6, (6, 4)), random.integers(0, 6, (6, 4))
    fitted = model.fit(x, y, batch_size=3, epochs=2, shuffle=False, verbose=0)
    logs = model.evaluate(x, y, verbose=0, return_dict=True)
    return {"x": array(x.astype("int32")), "y": array(y.astype("int32")), "weights": before, "history": history(fitted), "logs": [plain(logs)], "after": weights(model)}


def critic_loss(model, values, real, fake, between):
    """Wasserstein distance with a penalty on the slope between the two: a gradient of a gradient."""
    with keras.StatelessScope(state_mapping=list(zip(model.trainable_variables, values))):
        distance = ops.mean(model(fake, training=True)) - ops.mean(model(real, training=True))
        slopes = jax.grad(lambda x: ops.sum(model(x, training=True)))(between)
        length = ops.sqrt(ops.sum(ops.square(slopes), axis=[1, 2, 3]))
        return distance + 10 * ops.mean(ops.square(length - 1))


def gradient_penalty():
    random = start("gradient penalty")
    critic = keras.Sequential([keras.Input((6, 6, 1)), layers.Conv2D(3, 3, strides=2, padding="same"), layers.LeakyReLU(negative_slope=0.2), layers.Conv2D(2, 3), layers.LeakyReLU(negative_slope=0.2), layers.Flatten(), layers.Dense(1)])
    fix_weights(critic, random)
    before = weights(critic)
    optimizer = keras.optimizers.Adam(0.01, beta_1=0.5, beta_2=0.9)
    real, fake, mix = numbers(random, 4, 6, 6, 1), numbers(random, 4, 6, 6, 1), numbers(random, 4, 1, 1, 1)
    seen = []
    for _ in range(3):
        values = [variable.value for variable in critic.trainable_variables]
        loss, slopes = jax.value_and_grad(lambda v: critic_loss(critic, v, real, fake, real + mix * (fake - real)))(values)
        optimizer.apply(slopes, critic.trainable_variables)
        seen.append(float(np.float32(loss)))
    return {"real": array(real), "fake": array(fake), "mix": array(mix), "weights": before, "losses": seen, "after": weights(critic)}


def translation():
    """Training with teacher forcing, then two models of the same layers that go on token by token."""
    random = start("translation")
    count = 5
    source, target = keras.Input((None, count)), keras.Input((None, count))
    _, *states = layers.LSTM(3, return_state=True)(source)
    decoder, last = layers.LSTM(3, return_sequences=True, return_state=True), layers.Dense(count, activation="softmax")
    sequence, _, _ = decoder(target, initial_state=states)
    model = keras.Model([source, target], last(sequence))
    fix_weights(model, random)
    before = weights(model)
    model.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"])
    one_hot = [np.eye(count, dtype="float32")[random.integers(0, count, (6, steps))] for steps in (4, 3, 3)]
    fitted = model.fit(one_hot[:2], one_hot[2], batch_size=2, epochs=2, validation_split=0.34, shuffle=False, verbose=0)
    encode = keras.Model(source, states)
    given = [keras.Input((3,)), keras.Input((3,))]
    sequence, *after = decoder(target, initial_state=given)
    decode = keras.Model([target, *given], [last(sequence), *after])
    state, token, chosen = encode.predict(one_hot[0][:2], verbose=0), np.eye(count, dtype="float32")[[[0], [1]]], []
    for _ in range(3):
        scores, *state = decode.predict([token, *state], verbose=0)
        token = np.eye(count, dtype="float32")[scores.argmax(-1)]
        chosen.append(array(scores))
    return {"source": array(one_hot[0]), "target": array(one_hot[1]), "wanted": array(one_hot[2]), "weights": before, "history": history(fitted), "after": weights(model), "chosen": chosen}


def masked_attention():
    """Padding goes through blocks of attention with residuals, to pooling, a recurrent layer and a loss."""
    random = start("masked attention")
    ids = keras.Input((None,), dtype="int32")
    hidden = layers.Embedding(7, 4, mask_zero=True)(ids)
    for _ in range(2):
        attended = layers.MultiHeadAttention(2, 2)(hidden, hidden)
        hidden = layers.LayerNormalization()(layers.Add()([hidden, attended]))
    tokens = layers.Dense(3, name="tokens")(hidden)
    pooled = layers.Dense(1, name="pooled")(layers.GlobalAveragePooling1D()(hidden))
    steps = layers.Dense(1, name="steps")(layers.GRU(2, return_sequences=True)(hidden))
    model = keras.Model(ids, [tokens, pooled, steps])
    fix_weights(model, random)
    before = weights(model)
    model.compile("sgd", [losses.SparseCategoricalCrossentropy(from_logits=True), "mse", "mse"])
    x = random.integers(1, 7, (6, 5))
    for row, length in enumerate((2, 5, 3, 1, 4, 2)):
        x[row, length:] = 0
    y = [random.integers(0, 3, (6, 5)), numbers(random, 6, 1), numbers(random, 6, 5, 1)]
    logs = model.evaluate(x, y, verbose=0, return_dict=True)
    fitted = model.fit(x, y, batch_size=3, epochs=2, shuffle=False, verbose=0)
    return {"logs": [plain(logs)], "x": array(x.astype("int32")), "tokens": array(y[0].astype("int32")), "pooled": array(y[1]), "steps": array(y[2]), "weights": before, "history": history(fitted), "after": weights(model)}


PROGRAMS = (on_batch, weighted_names, partial_targets, gradient_penalty, translation, masked_attention)


def generate():
    write_cases("programs", "programs", [{"name": program.__name__, **program()} for program in PROGRAMS])
