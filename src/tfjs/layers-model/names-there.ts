// What TensorFlow.js calls the weights of a model: it finds them by these names when it loads.
import { ArgumentError } from '../../core/errors.js';
import type { Variable } from '../../core/variable.js';
import {
  type LayeredModel,
  type NamedWeight,
  type Owner,
  ownersOf,
  weightsOf,
} from './weight-names.js';

/** Weights that Keras 3 calls otherwise than it did. */
const LAST_PARTS: Readonly<Record<string, string>> = {
  'DepthwiseConv2D/kernel': 'depthwise_kernel',
};

/** The part between layer and weight: one direction of two, or one cell of several. */
function middle(owner: Owner, parts: readonly string[], cells: readonly string[]): string {
  const direction = parts.find((part) => /^(forward|backward)_/.test(part));
  if (owner.className === 'Bidirectional' && direction !== undefined) return `${direction}/`;
  const cell = cells.length > 1 ? cells.indexOf(parts.slice(0, -1).join('/')) : -1;
  return cell < 0 ? '' : `RNNCell_${cell}/`;
}

function namesOf(owner: Owner): NamedWeight[] {
  const parts = ({ path }: Variable): string[] => path.split('/');
  const weights = weightsOf(owner);
  const holders = weights.map((weight) => parts(weight).slice(0, -1).join('/'));
  const cells = owner.className === 'RNN' ? [...new Set(holders)] : [];
  return weights.map((variable) => {
    const own = parts(variable);
    const last = own.at(-1) ?? variable.name;
    const lastThere = LAST_PARTS[`${owner.className}/${last}`] ?? last;
    return { variable, name: `${owner.name}/${middle(owner, own, cells)}${lastThere}` };
  });
}

/** All weights with their names there: those that are trained first, then the others. */
export function namedWeights(model: LayeredModel, trainableOnly = false): readonly NamedWeight[] {
  const all = ownersOf(model).flatMap(namesOf);
  const names = new Set(all.map(({ name }) => name));
  if (names.size !== all.length) {
    const twice = all.find(({ name }, at) => all.findIndex((one) => one.name === name) !== at);
    throw new ArgumentError({
      where: `model "${model.name}"`,
      what: 'two weights would have the same name in TensorFlow.js',
      expected: 'layers with names of their own, in models inside too',
      received: twice?.name ?? '',
      fix: 'give the layers names: layers.dense({ units, name })',
    });
  }
  const trained = new Set<Variable>(model.trainableWeights);
  const [first, rest] = [true, false].map((isTrained) =>
    all.filter(({ variable }) => trained.has(variable) === isTrained),
  );
  return [...(first ?? []), ...(trainableOnly ? [] : (rest ?? []))];
}
