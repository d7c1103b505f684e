"""Run one layer in Keras and record everything a port needs to compare with."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from record import array, generator, serialise, structure, uniform

POSITIVE = ("moving_variance", "moving_stddev", "renorm_stddev")


def random_weights(random, layer):
    values = []
    for variable in layer.weights:
        value = uniform(random, variable.shape)
        values.append(np.abs(value) + np.float32(0.5) if variable.name in POSITIVE else value)
    return values


def masked_inputs(values, masks):
    """The inputs, each carrying its mask where it has one."""
    for value, mask in zip(values, masks):
        if mask is not None:
            keras.src.backend.set_keras_mask(value, jnp.asarray(mask))
    return values


def arrange(inputs, calling):
    """Positional arguments of the call: one tensor, one list of tensors, several tensors, or inputs and states."""
    if calling == "cell":
        return [inputs[0], list(inputs[1:])]
    return [list(inputs)] if calling == "list" else list(inputs)


def option(value):
    """Arrays, also in lists, as goldens; the rest as it is."""
    if isinstance(value, list):
        return [option(item) for item in value]
    return array(value) if isinstance(value, np.ndarray) else value


def outputs_of(value):
    return keras.tree.flatten(value)


def one_run(layer, inputs, calling, training, random, options, masks=()):
    arguments = dict(options)
    if training is not None:
        arguments["training"] = training
    trainable = [variable.value for variable in layer.trainable_variables]
    fixed = [variable.value for variable in layer.non_trainable_variables]
    floats = [index for index, value in enumerate(inputs) if value.dtype == np.float32]

    def forward(float_inputs, weights):
        values = list(inputs)
        for index, value in zip(floats, float_inputs):
            values[index] = value
        # Not stateless_call, which leaves out the masks that inputs carry.
        mapping = [*zip(layer.trainable_variables, weights), *zip(layer.non_trainable_variables, fixed)]
        with keras.StatelessScope(state_mapping=mapping) as scope:
            outputs = layer(*arrange(masked_inputs(values, masks), calling), **arguments)
        after = [scope.get_current_value(variable) for variable in layer.weights]
        return outputs_of(outputs), after

    # Eager, so that the recorded values do not depend on how XLA fuses.
    float_inputs = [jnp.asarray(inputs[index]) for index in floats]
    outputs, after = forward(float_inputs, trainable)
    cotangents = [uniform(random, output.shape) for output in outputs]

    def scalar(float_inputs, weights):
        outputs, _ = forward(float_inputs, weights)
        return sum(jnp.sum(output * cotangent) for output, cotangent in zip(outputs, cotangents))

    input_gradients, weight_gradients = jax.grad(scalar, argnums=(0, 1))(float_inputs, trainable)
    by_input = dict(zip(floats, input_gradients))
    by_weight = {id(variable): value for variable, value in zip(layer.trainable_variables, weight_gradients)}
    record = {
        "training": training,
        "outputs": [array(output) for output in outputs],
        "cotangents": [array(cotangent) for cotangent in cotangents],
        "inputGradients": [array(by_input[i]) if i in by_input else None for i in range(len(inputs))],
        "weightGradients": [
            array(by_weight[id(variable)]) if id(variable) in by_weight else None for variable in layer.weights
        ],
    }
    if any(not np.array_equal(new, old.value) for new, old in zip(after, layer.weights)):
        record["weightsAfter"] = [array(value) for value in after]
    return record


def mask_after(layer, values, masks, calling, options):
    """What the first output carries. (Attention scores carry the mask of the softmax inside, by accident.)"""
    given = masked_inputs([jnp.asarray(value) for value in values], masks)
    outputs = outputs_of(layer(*arrange(given, calling), **options))
    return structure(keras.src.backend.get_keras_mask(outputs[0]))


def layer_case(name, build, inputs, calling="single", modes=(False,), options=None, masks=()):
    """`inputs` are shapes (random floats) or arrays; `modes` are the values of `training`.

    `masks` are what the inputs carry, a boolean array or None for each.
    """
    keras.utils.clear_session(free_memory=False)
    random = generator(name)
    values = [value if isinstance(value, np.ndarray) else uniform(random, value) for value in inputs]
    layer = build()
    layer(*arrange(values, calling), **(options or {}))
    layer.set_weights(random_weights(random, layer))
    takes_training = getattr(layer, "_call_has_training_arg", False)
    runs = [
        one_run(layer, values, calling, mode if takes_training else None, random, options or {}, masks)
        for mode in modes
    ]
    return {
        "name": name,
        "layer": serialise(layer),
        "calling": calling,
        "options": {key: option(value) for key, value in (options or {}).items()},
        **(
            {
                "masks": structure(list(masks)),
                "outputMask": mask_after(layer, values, masks, calling, options or {}),
            }
            if masks
            else {}
        ),
        "inputs": [array(value) for value in values],
        "weights": [
            {"name": variable.name, "trainable": bool(variable.trainable), "value": array(variable.value)}
            for variable in layer.weights
        ],
        "runs": runs,
    }
