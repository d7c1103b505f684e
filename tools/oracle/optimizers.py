"""Every optimizer on two variables over a few steps: values after every step and the state at the end."""

import keras
from keras import constraints, optimizers
from keras.optimizers import schedules
from record import array, generator, serialise, uniform, write_cases

SHAPES = {"kernel": (2, 3), "bias": (3,)}


def named_variables(random, limits):
    with keras.name_scope("dense"):
        return [
            keras.Variable(uniform(random, shape), name=name, constraint=limits.get(name))
            for name, shape in SHAPES.items()
        ]


def state_of(optimizer):
    return [
        {"name": variable.name, "path": variable.path, "value": array(variable.value)}
        for variable in optimizer.variables
    ]


def apply(optimizer, variables, gradients):
    """One step. On JAX the conditions of a LossScaleOptimizer need the form without side effects."""
    if not isinstance(optimizer, optimizers.LossScaleOptimizer):
        optimizer.apply(gradients)
        return
    values, state = optimizer.stateless_apply(
        [variable.value for variable in optimizer.variables],
        [keras.ops.convert_to_tensor(gradient) for gradient in gradients],
        [variable.value for variable in variables],
    )
    for variable, value in zip([*variables, *optimizer.variables], [*values, *state]):
        variable.assign(value)


def rate_of(optimizer):
    """A MultiOptimizer has none and says so."""
    try:
        return array(optimizer.learning_rate)
    except AttributeError:
        return None


def optimizer_case(name, build, steps=3, limits=None, overflows=()):
    keras.utils.clear_session(free_memory=False)
    random = generator(name)
    variables = named_variables(random, limits or {})
    optimizer = build()
    record = {
        "name": name,
        "optimizer": serialise(optimizer),
        "variables": [
            {
                "name": variable.name,
                "path": variable.path,
                "constraint": serialise(variable.constraint) if variable.constraint else None,
                "value": array(variable.value),
            }
            for variable in variables
        ],
        "steps": [],
    }
    optimizer.build(variables)
    for step in range(steps):
        gradients = [uniform(random, shape) for shape in SHAPES.values()]
        if step in overflows:
            gradients[0][0, 0] = float("inf")
        apply(optimizer, variables, gradients)
        record["steps"].append(
            {
                "gradients": [array(gradient) for gradient in gradients],
                "values": [array(variable.value) for variable in variables],
                "iterations": int(optimizer.iterations),
                "learningRate": rate_of(optimizer),
            }
        )
    record["state"] = state_of(optimizer)
    if optimizer.use_ema or isinstance(optimizer, optimizers.MultiOptimizer):
        optimizer.finalize_variable_values(variables)
        record["finalized"] = [array(variable.value) for variable in variables]
    return record


def stochastic_descent():
    kind = optimizers.SGD
    yield optimizer_case("SGD", kind)
    yield optimizer_case("SGD momentum", lambda: kind(0.05, momentum=0.9))
    yield optimizer_case("SGD nesterov", lambda: kind(0.05, momentum=0.9, nesterov=True))
    yield optimizer_case("SGD weight decay", lambda: kind(0.1, weight_decay=0.1))
    yield optimizer_case("SGD clipnorm", lambda: kind(0.1, clipnorm=0.5))
    yield optimizer_case("SGD clipvalue", lambda: kind(0.1, clipvalue=0.3))
    yield optimizer_case("SGD global clipnorm", lambda: kind(0.1, global_clipnorm=0.5))
    yield optimizer_case("SGD averaged", lambda: kind(0.1, use_ema=True, ema_momentum=0.9))
    yield optimizer_case(
        "SGD averaged and overwritten",
        lambda: kind(0.1, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=2),
        steps=4,
    )
    yield optimizer_case("SGD accumulation", lambda: kind(0.1, momentum=0.9, gradient_accumulation_steps=2), steps=5)
    yield optimizer_case("SGD loss scale", lambda: kind(0.1, loss_scale_factor=8.0))
    yield optimizer_case(
        "SGD schedule", lambda: kind(schedules.ExponentialDecay(0.1, 2, 0.5, staircase=True), momentum=0.5), steps=5
    )
    limits = {"kernel": constraints.UnitNorm(), "bias": constraints.NonNeg()}
    yield optimizer_case("SGD constraints", lambda: kind(0.5), limits=limits)


def adaptive():
    yield optimizer_case("Adam", optimizers.Adam)
    yield optimizer_case("Adam options", lambda: optimizers.Adam(0.05, beta_1=0.8, beta_2=0.9, epsilon=1e-3))
    yield optimizer_case("Adam amsgrad", lambda: optimizers.Adam(0.01, amsgrad=True))
    yield optimizer_case("Adam weight decay", lambda: optimizers.Adam(0.01, weight_decay=0.1))
    yield optimizer_case("Adam clipnorm", lambda: optimizers.Adam(0.01, clipnorm=0.1))
    yield optimizer_case(
        "Adam everything",
        lambda: optimizers.Adam(
            schedules.CosineDecay(0.1, 10),
            weight_decay=0.01,
            global_clipnorm=1.0,
            use_ema=True,
            gradient_accumulation_steps=2,
        ),
        steps=6,
    )
    yield optimizer_case("AdamW", optimizers.AdamW)
    yield optimizer_case("AdamW options", lambda: optimizers.AdamW(0.01, weight_decay=0.1, amsgrad=True))
    yield optimizer_case("RMSprop", optimizers.RMSprop)
    yield optimizer_case("RMSprop momentum", lambda: optimizers.RMSprop(0.01, rho=0.8, momentum=0.9))
    yield optimizer_case("RMSprop centered", lambda: optimizers.RMSprop(0.01, centered=True))
    yield optimizer_case("RMSprop both", lambda: optimizers.RMSprop(0.01, momentum=0.5, centered=True))
    yield optimizer_case("Adagrad", optimizers.Adagrad)
    yield optimizer_case("Adagrad options", lambda: optimizers.Adagrad(0.1, initial_accumulator_value=0.5))
    yield optimizer_case("Adadelta", optimizers.Adadelta)
    yield optimizer_case("Adadelta rate 1", lambda: optimizers.Adadelta(1.0, rho=0.9))
    yield optimizer_case("Adamax", optimizers.Adamax)
    yield optimizer_case("Nadam", optimizers.Nadam)
    yield optimizer_case("Nadam options", lambda: optimizers.Nadam(0.02, beta_1=0.8))


def others():
    yield optimizer_case("Ftrl", optimizers.Ftrl)
    yield optimizer_case(
        "Ftrl options",
        lambda: optimizers.Ftrl(
            0.1,
            learning_rate_power=-0.4,
            l1_regularization_strength=0.05,
            l2_regularization_strength=0.1,
            l2_shrinkage_regularization_strength=0.01,
            beta=0.2,
        ),
    )
    yield optimizer_case("Lion", optimizers.Lion)
    yield optimizer_case("Lion options", lambda: optimizers.Lion(0.01, beta_1=0.7, weight_decay=0.1))
    yield optimizer_case("Lamb", optimizers.Lamb)
    yield optimizer_case("Lamb weight decay", lambda: optimizers.Lamb(0.01, weight_decay=0.1))
    yield optimizer_case("Adafactor", optimizers.Adafactor)
    yield optimizer_case("Adafactor fixed step", lambda: optimizers.Adafactor(0.1, relative_step=False))
    yield optimizer_case("Muon", optimizers.Muon)
    yield optimizer_case("Muon options", lambda: optimizers.Muon(0.02, momentum=0.9, nesterov=False, ns_steps=3))
    yield optimizer_case("ScheduleFreeAdamW", optimizers.ScheduleFreeAdamW)


def mapped(keys, **options):
    """A MultiOptimizer that moves what `keys` do not match by descent."""
    rest = optimizers.SGD(0.1, momentum=0.9)
    return optimizers.MultiOptimizer(optimizers.OptimizerMap(rest, keys), **options)


def wrappers():
    yield optimizer_case("MultiOptimizer", lambda: mapped({".*kernel": optimizers.Adam(0.05)}))
    yield optimizer_case("MultiOptimizer path", lambda: mapped({"dense/bias": optimizers.Adagrad(0.1)}))
    yield optimizer_case("MultiOptimizer unused", lambda: mapped({"encoder/.*": optimizers.Adam()}))
    yield optimizer_case(
        "MultiOptimizer averaged",
        lambda: mapped({"dense/.*": optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5, name="averaged")}),
    )
    yield optimizer_case(
        "MultiOptimizer loss scale",
        lambda: mapped({".*bias": optimizers.Lion(0.01, loss_scale_factor=2.0)}, loss_scale_factor=8.0),
    )
    scaled = optimizers.LossScaleOptimizer
    yield optimizer_case("LossScaleOptimizer", lambda: scaled(optimizers.Adam(0.05)))
    yield optimizer_case(
        "LossScaleOptimizer overflow",
        lambda: scaled(
            optimizers.SGD(0.5, momentum=0.9, loss_scale_factor=4.0), initial_scale=8.0, dynamic_growth_steps=2
        ),
        steps=6,
        overflows=(0, 4),
    )
    yield optimizer_case(
        "LossScaleOptimizer of several", lambda: scaled(mapped({".*kernel": optimizers.RMSprop(0.01)}), 4.0)
    )


def generate():
    write_cases("optimizers", "optimizers", [*stochastic_descent(), *adaptive(), *others(), *wrappers()])
