// Activations that TensorFlow.js (and Keras 2) compute otherwise than Keras 3 does under the same name.
import { registerKerasSerializable } from '../../core/registration.js';
import { activations, clip, type Tensor } from '../../index.js';

/** `clip(0.2 x + 0.5, 0, 1)`: what `hardSigmoid` meant before Keras 3, which has `clip(x / 6 + 0.5, 0, 1)`. */
export function kerasTwoHardSigmoid(x: Tensor): Tensor {
  return clip(x.mul(0.2).add(0.5), 0, 1);
}

/** The `gelu` with tanh, which TensorFlow.js calls `gelu_new`. */
export function geluNew(x: Tensor): Tensor {
  return activations.gelu(x, { approximate: true });
}

/** What names of activations in model.json mean here. */
export const OLD_ACTIVATIONS = { hard_sigmoid: kerasTwoHardSigmoid, gelu_new: geluNew };

/** What model.json calls activations; those that are missing have no name there. */
const NAMES_THERE: ReadonlyMap<string, string> = new Map([
  ...`elu linear relu relu6 selu sigmoid softmax log_softmax softplus softsign tanh mish gelu`
    .split(' ')
    .map((name) => [name, name] as const),
  ['silu', 'swish'],
  ['keras_two_hard_sigmoid', 'hard_sigmoid'],
  ['gelu_new', 'gelu_new'],
]);

/** The name of an activation in model.json; undefined for those that TensorFlow.js lacks. */
export function activationThere(name: string): string | undefined {
  return NAMES_THERE.get(name);
}

/** The names that an activation may have in model.json. */
export const ACTIVATIONS_THERE: readonly string[] = [...NAMES_THERE.values()];

/** Lets .keras files name these activations too. */
export function registerOldActivations(): void {
  registerKerasSerializable(kerasTwoHardSigmoid, { name: 'keras_two_hard_sigmoid' });
  registerKerasSerializable(geluNew, { name: 'gelu_new' });
}
