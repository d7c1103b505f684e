"""Stateful metrics: the result after each of three updates, with and without sample weights."""

import jax.numpy as jnp
import keras
import numpy as np
from keras import metrics
from losses import one_hot, probabilities
from record import array, generator, serialise, uniform, write_cases

SAMPLES, UPDATES = 5, 3


def metric_cases(name, build, draw, weighted=(False, True)):
    """`draw(random)` gives the positional arguments of one update."""
    for with_weights in weighted:
        keras.utils.clear_session(free_memory=False)
        random = generator(name)
        metric = build()
        updates = []
        for _ in range(UPDATES):
            arguments = draw(random)
            weights = draw_weights(random, metric, arguments[0].shape[0]) if with_weights else None
            metric.update_state(*arguments, **({"sample_weight": weights} if with_weights else {}))
            updates.append(
                {
                    "arguments": [array(argument) for argument in arguments],
                    "sampleWeight": array(weights) if with_weights else None,
                    "result": array(metric.result()),
                }
            )
        # AUC keeps 4 x 200 counts; nobody compares those one by one.
        small = [variable for variable in metric.variables if np.prod(variable.shape) <= 32]
        record = {
            "name": f"{name}{' weighted' if with_weights else ''}",
            "metric": serialise(metric),
            "updates": updates,
            "variables": [{"name": variable.name, "value": array(variable.value)} for variable in small],
        }
        metric.reset_state()
        record["resultAfterReset"] = array(metric.result())
        yield record


def draw_weights(random, metric, samples):
    weights = uniform(random, (samples,), 0.1, 2.0)
    # The confusion matrix holds integers and truncates weights, so give it whole ones.
    return np.ceil(weights).astype("int32") if isinstance(metric, metrics.IoU) else weights


def values(random):
    return [uniform(random, (SAMPLES,), -2, 2)]


def regression(random):
    return [uniform(random, (SAMPLES, 3), -2, 2), uniform(random, (SAMPLES, 3), -2, 2)]


def positive(random):
    return [abs(value) + np.float32(0.05) for value in regression(random)]


def column(random):
    return [uniform(random, (SAMPLES, 1), -2, 2), uniform(random, (SAMPLES, 1), -2, 2)]


def binary(random):
    return [random.integers(0, 2, (SAMPLES, 1)).astype("float32"), uniform(random, (SAMPLES, 1), 0, 1)]


def labels(random, classes=4, samples=SAMPLES):
    return random.integers(0, classes, samples).astype("int32")


def categorical(random):
    return [one_hot(labels(random), 4), probabilities(random, (SAMPLES, 4))]


def sparse(random):
    return [labels(random), probabilities(random, (SAMPLES, 4))]


def sparse_column(random):
    return [labels(random)[:, None], probabilities(random, (SAMPLES, 4))]


def sparse_steps(random):
    return [labels(random, 4, (SAMPLES, 2)), probabilities(random, (SAMPLES, 2, 4))]


def integers(random):
    return [labels(random, 3), labels(random, 3)]


def several_labels(random):
    return [random.integers(0, 2, (SAMPLES, 3)).astype("float32"), uniform(random, (SAMPLES, 3), 0, 1)]


def distributions(random):
    return [probabilities(random, (SAMPLES, 4)), probabilities(random, (SAMPLES, 4))]


def logits(random):
    return [one_hot(labels(random), 4), uniform(random, (SAMPLES, 4), -3, 3)]


def sparse_logits(random):
    return [labels(random), uniform(random, (SAMPLES, 4), -3, 3)]


def binary_logits(random):
    return [random.integers(0, 2, (SAMPLES, 1)).astype("float32"), uniform(random, (SAMPLES, 1), -3, 3)]


def reductions():
    yield "mean", metrics.Mean, values
    yield "sum", metrics.Sum, values
    for name in (
        "MeanSquaredError RootMeanSquaredError MeanAbsoluteError MeanAbsolutePercentageError "
        "LogCoshError CosineSimilarity"
    ).split():
        yield name, getattr(metrics, name), regression
    for name in ("MeanSquaredLogarithmicError", "Poisson"):
        yield name, getattr(metrics, name), positive
    yield "MeanSquaredError of a column", metrics.MeanSquaredError, column
    for name in ("Hinge", "SquaredHinge"):
        yield name, getattr(metrics, name), binary_logits
    yield "CategoricalHinge", metrics.CategoricalHinge, logits
    yield "KLDivergence", metrics.KLDivergence, distributions


def accuracies():
    yield "Accuracy", metrics.Accuracy, integers
    yield "BinaryAccuracy", metrics.BinaryAccuracy, binary
    yield "BinaryAccuracy threshold 0.3", lambda: metrics.BinaryAccuracy(threshold=0.3), several_labels
    yield "CategoricalAccuracy", metrics.CategoricalAccuracy, categorical
    yield "SparseCategoricalAccuracy", metrics.SparseCategoricalAccuracy, sparse
    yield "SparseCategoricalAccuracy column", metrics.SparseCategoricalAccuracy, sparse_column
    yield "TopKCategoricalAccuracy", lambda: metrics.TopKCategoricalAccuracy(k=2), categorical
    yield "SparseTopKCategoricalAccuracy", lambda: metrics.SparseTopKCategoricalAccuracy(k=2), sparse
    yield "BinaryCrossentropy", metrics.BinaryCrossentropy, binary
    yield "BinaryCrossentropy logits", lambda: metrics.BinaryCrossentropy(from_logits=True), binary_logits
    yield "BinaryCrossentropy smoothing", lambda: metrics.BinaryCrossentropy(label_smoothing=0.2), binary
    yield "CategoricalCrossentropy", metrics.CategoricalCrossentropy, categorical
    yield "CategoricalCrossentropy logits", lambda: metrics.CategoricalCrossentropy(from_logits=True), logits
    yield "SparseCategoricalCrossentropy", metrics.SparseCategoricalCrossentropy, sparse
    yield (
        "SparseCategoricalCrossentropy logits",
        lambda: metrics.SparseCategoricalCrossentropy(from_logits=True),
        sparse_logits,
    )


def counts():
    for name in ("TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives", "Precision", "Recall"):
        kind = getattr(metrics, name)
        yield name, kind, binary
        yield f"{name} thresholds", lambda kind=kind: kind(thresholds=[0.2, 0.7]), binary
    yield "Precision top k", lambda: metrics.Precision(top_k=2), categorical
    yield "Recall class", lambda: metrics.Recall(class_id=1), categorical
    yield "Precision many thresholds", lambda: metrics.Precision(thresholds=[0.0, 0.25, 0.5, 0.75, 1.0]), binary
    yield "SensitivityAtSpecificity", lambda: metrics.SensitivityAtSpecificity(0.5, num_thresholds=20), binary
    yield "SpecificityAtSensitivity", lambda: metrics.SpecificityAtSensitivity(0.5, num_thresholds=20), binary
    yield "PrecisionAtRecall", lambda: metrics.PrecisionAtRecall(0.5, num_thresholds=20), binary
    yield "RecallAtPrecision", lambda: metrics.RecallAtPrecision(0.5, num_thresholds=20), binary


def areas():
    yield "AUC", metrics.AUC, binary
    yield "AUC PR", lambda: metrics.AUC(curve="PR"), binary
    yield "AUC 5 thresholds minoring", lambda: metrics.AUC(5, summation_method="minoring"), binary
    yield "AUC 5 thresholds majoring PR", lambda: metrics.AUC(5, "PR", summation_method="majoring"), binary
    yield "AUC logits", lambda: metrics.AUC(20, from_logits=True), binary_logits
    yield "AUC given thresholds", lambda: metrics.AUC(thresholds=[0.1, 0.4, 0.8]), binary
    yield "AUC of several labels", lambda: metrics.AUC(20, multi_label=True, num_labels=3), several_labels


def scores():
    for average in (None, "micro", "macro", "weighted"):
        yield f"F1Score {average}", lambda average=average: metrics.F1Score(average=average), categorical
    yield "F1Score threshold", lambda: metrics.F1Score(average="macro", threshold=0.4), several_labels
    yield "FBetaScore", lambda: metrics.FBetaScore(average="macro", beta=2.0), categorical
    yield "R2Score", metrics.R2Score, regression
    yield "R2Score no aggregation", lambda: metrics.R2Score(class_aggregation=None), regression
    yield "R2Score variance weighted", lambda: metrics.R2Score("variance_weighted_average"), regression
    yield "MeanIoU", lambda: metrics.MeanIoU(3), integers
    yield "IoU", lambda: metrics.IoU(3, [0, 2]), integers
    yield "BinaryIoU", lambda: metrics.BinaryIoU([0, 1], threshold=0.4), binary
    yield "OneHotIoU", lambda: metrics.OneHotIoU(4, [0, 2]), categorical
    yield "OneHotMeanIoU", lambda: metrics.OneHotMeanIoU(4), categorical


def unweighted():
    """Sample weights of one number a sample do not fit these."""
    yield "PearsonCorrelation", metrics.PearsonCorrelation, regression
    yield "ConcordanceCorrelation", metrics.ConcordanceCorrelation, regression
    yield "SparseCategoricalAccuracy of steps", metrics.SparseCategoricalAccuracy, sparse_steps


def call_case(name, metric, arguments, weights=None, mask=None):
    """One update with a mask that the predictions carry, or with other weights, or in another dtype."""
    arguments = [jnp.asarray(argument) for argument in arguments]
    if mask is not None:
        keras.src.backend.set_keras_mask(arguments[-1], jnp.asarray(mask))
    metric.update_state(*arguments, **({} if weights is None else {"sample_weight": weights}))
    return {
        "name": name,
        "metric": serialise(metric),
        "arguments": [array(argument) for argument in arguments],
        "sampleWeight": None if weights is None else array(weights),
        "mask": None if mask is None else array(mask),
        "result": array(metric.result()),
    }


def calls():
    random = generator("calls of metrics")
    truth, prediction = sparse_steps(random)
    weights, mask = uniform(random, (SAMPLES, 2), 0.2, 2), random.integers(0, 2, (SAMPLES, 2)).astype(bool)
    for kind in (metrics.SparseCategoricalAccuracy, metrics.SparseCategoricalCrossentropy):
        name = kind.__name__
        yield call_case(f"{name}, mask", kind(), (truth, prediction), mask=mask)
        yield call_case(f"{name}, mask and weights", kind(), (truth, prediction), weights, mask)
        yield call_case(f"{name}, mask of samples", kind(), (truth, prediction), mask=mask[:, 0])
        yield call_case(f"{name}, everything masked", kind(), (truth, prediction), mask=mask & False)
    pair = regression(random)
    yield call_case("MeanAbsoluteError, mask", metrics.MeanAbsoluteError(), pair, mask=mask[:, 0])
    # Not the mean of a function, in Keras: masks do not count.
    yield call_case("RootMeanSquaredError, mask", metrics.RootMeanSquaredError(), pair, mask=mask[:, 0])
    for shape in ((SAMPLES, 1), (SAMPLES, 3), ()):
        each = np.asarray(uniform(random, shape, 0.2, 2))
        yield call_case(f"R2Score, weights {shape}", metrics.R2Score(class_aggregation=None), pair, each)
    yes_or_no = several_labels(random)
    yield call_case("Precision, mask", metrics.Precision(), yes_or_no, mask=mask[:, 0])
    weighted = metrics.AUC(20, multi_label=True, num_labels=3, label_weights=[0.5, 1.0, 2.0])
    yield call_case("AUC, weights of labels", weighted, yes_or_no)
    for dtype in ("float16", "bfloat16"):
        for kind in ("TruePositives", "FalseNegatives", "Precision", "Recall", "AUC"):
            yield call_case(f"{kind} in {dtype}", getattr(metrics, kind)(dtype=dtype), yes_or_no)
        at = metrics.PrecisionAtRecall(0.5, num_thresholds=5, dtype=dtype)
        yield call_case(f"PrecisionAtRecall in {dtype}", at, yes_or_no)


def generate():
    write_cases("metric-calls", "metrics", list(calls()))
    cases = []
    for group in (reductions(), accuracies(), counts(), areas(), scores()):
        for entry in group:
            cases.extend(metric_cases(*entry))
    for entry in unweighted():
        cases.extend(metric_cases(*entry, weighted=(False,)))
    write_cases("metrics", "metrics", cases)
