// Questions about symbolic tensors that programs for Keras ask: whether something is one, and which
// inputs it comes from.
import { isSymbolic, type SymbolicTensor } from './symbolic.js';

/**
 * Whether `value` is a symbolic tensor: what `layers.input` gives and layers make of it.
 *
 * @example
 * ```ts
 * import { isKerasTensor, layers, tensor } from 'keratin';
 * console.log(isKerasTensor(layers.input({ shape: [2] })), isKerasTensor(tensor([1]))); // true false
 * ```
 */
export function isKerasTensor(value: unknown): value is SymbolicTensor {
  return isSymbolic(value);
}

/**
 * The inputs that a symbolic tensor is computed from, each once, in the order in which the calls that
 * lead to it name them.
 *
 * @example
 * ```ts
 * import { getSourceInputs, layers } from 'keratin';
 * const [a, b] = [layers.input({ shape: [2], name: 'a' }), layers.input({ shape: [2], name: 'b' })];
 * const sum = layers.add().apply([a, layers.dense({ units: 2 }).apply(b)]);
 * console.log(getSourceInputs(sum).map(({ name }) => name)); // [ 'a', 'b' ]
 * ```
 */
export function getSourceInputs(symbol: SymbolicTensor): SymbolicTensor[] {
  const sources = new Set<SymbolicTensor>();
  const seen = new Set<SymbolicTensor>();
  const pending = [symbol];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const { parents } = next.history.node;
    if (parents.length === 0) sources.add(next);
    // The last is taken first, so that they are visited in their order.
    pending.push(...[...parents].reverse());
  }
  return [...sources];
}
