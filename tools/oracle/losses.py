"""Every loss with every reduction, with and without sample weights."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras import losses
from record import array, generator, serialise, uniform, write_cases

REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none")


def probabilities(random, shape):
    value = random.uniform(0.05, 1.0, shape)
    return np.round(value / value.sum(-1, keepdims=True), 3).astype("float32")


def one_hot(labels, classes):
    return np.eye(classes, dtype="float32")[labels]


def loss_case(name, loss_class, truth, prediction, weights=None, **options):
    """`weights` defaults to one positive weight a sample, with one zero among them."""
    random = generator(name)
    if weights is None:
        # Keras does not broadcast [batch] weights over [batch, steps] losses, so give them every axis.
        rank = loss_class(reduction="none", **options)(truth, prediction).ndim
        weights = uniform(random, (truth.shape[0],) + (1,) * (rank - 1), 0.2, 2.0)
        weights[-1] = 0.0
    results = []
    for reduction in REDUCTIONS:
        for weighted in (False, True):
            keras.utils.clear_session(free_memory=False)
            loss = loss_class(reduction=reduction, **options)
            sample_weight = weights if weighted else None
            result = {
                "reduction": reduction,
                "weighted": weighted,
                "loss": serialise(loss),
                "value": array(loss(truth, prediction, sample_weight)),
            }
            if reduction == "sum_over_batch_size":
                gradient = jax.grad(lambda value: loss(truth, value, sample_weight))(jnp.asarray(prediction))
                result["gradient"] = array(gradient)
            results.append(result)
    return {
        "name": name,
        "yTrue": array(truth),
        "yPred": array(prediction),
        "sampleWeight": array(weights),
        "results": results,
    }


def regression():
    random = generator("regression")
    truth, prediction = uniform(random, (4, 3), -2, 2), uniform(random, (4, 3), -2, 2)
    yield loss_case("mean squared error", losses.MeanSquaredError, truth, prediction)
    yield loss_case("mean absolute error", losses.MeanAbsoluteError, truth, prediction)
    yield loss_case("mean absolute percentage error", losses.MeanAbsolutePercentageError, truth, prediction)
    yield loss_case("mean squared logarithmic error", losses.MeanSquaredLogarithmicError, abs(truth), abs(prediction))
    yield loss_case("huber", losses.Huber, truth, prediction)
    yield loss_case("huber delta 0.5", losses.Huber, truth, prediction, delta=0.5)
    yield loss_case("log cosh", losses.LogCosh, truth, prediction)
    yield loss_case("cosine similarity", losses.CosineSimilarity, truth, prediction)
    yield loss_case("cosine similarity axis 1", losses.CosineSimilarity, *rank_three(random), axis=1)
    yield loss_case("poisson", losses.Poisson, np.round(abs(truth)), abs(prediction) + np.float32(0.1))
    yield loss_case("mean squared error rank 3", losses.MeanSquaredError, *rank_three(random))
    yield loss_case(
        "mean squared error, weight for each step",
        losses.MeanSquaredError,
        *rank_three(random),
        weights=uniform(random, (2, 4), 0, 2),
    )
    column = uniform(random, (5, 1), -2, 2)
    yield loss_case("mean squared error, labels of rank 1", losses.MeanSquaredError, column[:, 0], column[::-1].copy())


def rank_three(random):
    return uniform(random, (2, 4, 3)), uniform(random, (2, 4, 3))


def binary():
    random = generator("binary")
    truth = np.array([[1, 0, 1], [0, 0, 1], [1, 1, 0], [0, 1, 0]], dtype="float32")
    chance, logits = uniform(random, (4, 3), 0.05, 0.95), uniform(random, (4, 3), -3, 3)
    for name, kind in (("crossentropy", losses.BinaryCrossentropy), ("focal", losses.BinaryFocalCrossentropy)):
        yield loss_case(f"binary {name}", kind, truth, chance)
        yield loss_case(f"binary {name} logits", kind, truth, logits, from_logits=True)
        yield loss_case(f"binary {name} smoothing", kind, truth, chance, label_smoothing=0.2)
    yield loss_case(
        "binary crossentropy logits smoothing",
        losses.BinaryCrossentropy,
        truth,
        logits,
        from_logits=True,
        label_smoothing=0.1,
    )
    balanced = {"apply_class_balancing": True, "alpha": 0.3, "gamma": 1.5}
    yield loss_case("binary focal balanced", losses.BinaryFocalCrossentropy, truth, chance, **balanced)
    extreme = np.array([[0.0, 1.0, 0.5], [1.0, 0.0, 0.5], [1.0, 1.0, 0.5], [0.0, 0.0, 0.5]], dtype="float32")
    yield loss_case("binary crossentropy at 0 and 1", losses.BinaryCrossentropy, truth, extreme)
    yield loss_case("hinge of 0 and 1", losses.Hinge, truth, logits)
    yield loss_case("hinge of signs", losses.Hinge, truth * 2 - 1, logits)
    yield loss_case("squared hinge", losses.SquaredHinge, truth, logits)
    yield loss_case("dice", losses.Dice, truth, chance)
    yield loss_case("dice axis", losses.Dice, truth.reshape(2, 2, 3), chance.reshape(2, 2, 3), axis=(1, 2))
    yield loss_case("tversky", losses.Tversky, truth, chance)
    yield loss_case("tversky 0.3 0.7", losses.Tversky, truth, chance, alpha=0.3, beta=0.7)


def categorical():
    random = generator("categorical")
    labels = np.array([2, 0, 1, 3], dtype="int32")
    truth, chance = one_hot(labels, 4), probabilities(random, (4, 4))
    logits = uniform(random, (4, 4), -3, 3)
    kinds = {"crossentropy": losses.CategoricalCrossentropy, "focal": losses.CategoricalFocalCrossentropy}
    for name, kind in kinds.items():
        yield loss_case(f"categorical {name}", kind, truth, chance)
        yield loss_case(f"categorical {name} logits", kind, truth, logits, from_logits=True)
        yield loss_case(f"categorical {name} smoothing", kind, truth, chance, label_smoothing=0.2)
    yield loss_case(
        "categorical crossentropy logits smoothing",
        losses.CategoricalCrossentropy,
        truth,
        logits,
        from_logits=True,
        label_smoothing=0.1,
    )
    yield loss_case(
        "categorical focal 0.5 3", losses.CategoricalFocalCrossentropy, truth, chance, alpha=0.5, gamma=3.0
    )
    unscaled = uniform(random, (4, 4), 0.1, 2.0)
    yield loss_case("categorical crossentropy not summing to 1", losses.CategoricalCrossentropy, truth, unscaled)
    yield loss_case("categorical hinge", losses.CategoricalHinge, truth, logits)
    yield loss_case("kl divergence", losses.KLDivergence, probabilities(random, (4, 4)), chance)
    yield loss_case("generalized crossentropy", losses.CategoricalGeneralizedCrossEntropy, labels, chance)
    sparse = losses.SparseCategoricalCrossentropy
    yield loss_case("sparse crossentropy", sparse, labels, chance)
    yield loss_case("sparse crossentropy logits", sparse, labels, logits, from_logits=True)
    yield loss_case("sparse crossentropy, labels in a column", sparse, labels[:, None], chance)
    ignored = np.array([2, -1, 1, 3], dtype="int32")
    yield loss_case("sparse crossentropy ignoring a class", sparse, ignored, logits, from_logits=True, ignore_class=-1)
    yield loss_case("sparse crossentropy ignoring class 0", sparse, labels, chance, ignore_class=0)
    steps = np.array([[1, 0, 2], [2, 2, 0]], dtype="int32")
    yield loss_case("sparse crossentropy of steps", sparse, steps, uniform(random, (2, 3, 3), -2, 2), from_logits=True)


def metric_learning():
    random = generator("circle")
    labels = np.array([0, 1, 0, 2, 1, 0], dtype="int32")
    directions = random.normal(size=(6, 3))
    # Rounding keeps the file small; the formula does not need lengths of exactly 1.
    embeddings = np.round(directions / np.linalg.norm(directions, axis=1, keepdims=True), 3).astype("float32")
    yield loss_case("circle", losses.Circle, labels, embeddings)
    yield loss_case("circle of a column", losses.Circle, labels[:, None], embeddings, gamma=2.0, margin=0.25)
    yield loss_case("circle with the diagonal", losses.Circle, labels, embeddings, gamma=4.0, remove_diagonal=False)


def sequences():
    random = generator("ctc")
    labels = np.array([[1, 2, 0], [3, 3, 1], [2, 0, 0]], dtype="int32")
    yield loss_case("ctc", losses.CTC, labels, uniform(random, (3, 7, 4), -2, 2))


def call_case(name, loss, truth, prediction, weights=None, mask=None, dtype=None):
    """One call with a mask carried by the predictions, or in a dtype (which no configuration holds)."""
    prediction = jnp.asarray(prediction)
    if mask is not None:
        keras.src.backend.set_keras_mask(prediction, jnp.asarray(mask))
    return {
        "name": name,
        "loss": serialise(loss),
        "dtype": dtype,
        "yTrue": array(truth),
        "yPred": array(prediction),
        "sampleWeight": None if weights is None else array(weights),
        "mask": None if mask is None else array(mask),
        "value": array(loss(truth, prediction, weights)),
    }


def calls():
    random = generator("calls of losses")
    truth, prediction = uniform(random, (2, 3, 2)), uniform(random, (2, 3, 2))
    weights, each = uniform(random, (2, 3), 0.2, 2), uniform(random, (2,), 0.2, 2)
    mask = np.array([[True, False, True], [False, False, True]])
    nothing = np.zeros((2, 3), dtype=bool)
    for reduction in REDUCTIONS:
        make = lambda: losses.MeanAbsoluteError(reduction=reduction)  # noqa: B023, E731
        yield call_case(f"{reduction}, mask", make(), truth, prediction, mask=mask)
        yield call_case(f"{reduction}, mask and weights", make(), truth, prediction, weights, mask)
        yield call_case(f"{reduction}, everything masked", make(), truth, prediction, mask=nothing)
        yield call_case(f"{reduction}, everything masked, weights", make(), truth, prediction, weights, nothing)
        dice = losses.Dice(reduction=reduction)
        yield call_case(f"{reduction}, one value, one weight", dice, abs(truth), abs(prediction), np.float32(0.5))
        yield call_case(f"{reduction}, one value, weights", dice, abs(truth), abs(prediction), each)
    far = np.array([[300.0, -300.0], [0.5, 2.0]], dtype="float32")
    for given in ("float16", "bfloat16"):
        half = far.astype(given if given == "float16" else jnp.bfloat16)
        yield call_case(f"predictions of {given}", losses.MeanSquaredError(), far * 0, half)
    for dtype in ("float16", "bfloat16", "float32"):
        for kind in (losses.MeanSquaredError, losses.CosineSimilarity, losses.LogCosh):
            yield call_case(f"{kind.__name__} in {dtype}", kind(dtype=dtype), truth, prediction, weights, dtype=dtype)
        sparse = losses.SparseCategoricalCrossentropy(from_logits=True, dtype=dtype)
        labels = np.array([[1, 0, 1], [0, 0, 1]], dtype="int32")
        yield call_case(f"class numbers in {dtype}", sparse, labels, prediction, mask=mask, dtype=dtype)


COMPARING = (
    losses.MeanSquaredError,
    losses.MeanAbsoluteError,
    losses.MeanAbsolutePercentageError,
    losses.MeanSquaredLogarithmicError,
    losses.Huber,
    losses.LogCosh,
    losses.KLDivergence,
    losses.Poisson,
    losses.CosineSimilarity,
    losses.Hinge,
    losses.SquaredHinge,
    losses.CategoricalHinge,
    losses.Dice,
    losses.Tversky,
)


def broadcasts():
    """Targets of another width than the predictions, which Keras repeats without a word."""
    random = generator("broadcasts of losses")
    weights = uniform(random, (3,), 0.2, 2)
    for kind in COMPARING:
        for target, predicted in (((3, 2), (3, 1)), ((3, 1), (3, 2)), ((3, 1, 2), (3, 1))):
            truth, prediction = uniform(random, target, 0.1, 1), uniform(random, predicted, 0.1, 1)
            name = f"{kind.__name__}, targets {target} and predictions {predicted}"
            yield call_case(name, kind(), truth, prediction, None if kind in (losses.Dice, losses.Tversky) else weights)


def generate():
    write_cases("loss-calls", "losses", [*calls(), *broadcasts()])
    write_cases("losses", "losses", [*regression(), *binary(), *categorical(), *metric_learning(), *sequences()])
