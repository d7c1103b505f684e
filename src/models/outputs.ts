// The outputs of a model as a flat list with names, and targets or weights brought into its order.
import { describe } from '../core/arguments.js';
import { ArgumentError, unknownName } from '../core/errors.js';
import { isTensor, type Tensor } from '../core/tensor.js';
import { flattenTree, isList, isRecord } from '../core/tree.js';
import type { TensorTree } from './trainable.js';

/** One output of a model. */
export interface NamedOutput {
  readonly name: string;
  readonly tensor: Tensor;
}

/** The outputs in order: records by sorted key, lists by the model's output names. */
export function namedOutputs(yPred: TensorTree, names: readonly string[]): NamedOutput[] {
  if (isRecord(yPred) && !isTensor(yPred)) {
    return Object.keys(yPred)
      .sort()
      .flatMap((name) => flattenTree(yPred[name], isTensor).map((tensor) => ({ name, tensor })));
  }
  const tensors = flattenTree(yPred, isTensor);
  const known = names.length === tensors.length;
  return tensors.map((tensor, index) => ({
    name: (known ? names[index] : undefined) ?? `output_${index}`,
    tensor,
  }));
}

/** What `predictStep` returned; throws unless it is tensors, alone or in lists and records. */
export function outputsOfStep(model: { readonly name: string }, report: unknown): TensorTree {
  const junk = report === undefined ? [report] : flattenTree(report, isNoTensor);
  const [first] = junk;
  if (junk.length === 0 && flattenTree(report, isTensor).length > 0) return report as TensorTree;
  const isInside = isList(report) || isRecord(report);
  throw new ArgumentError({
    where: `predictStep of "${model.name}"`,
    what: 'a step of prediction returns the outputs',
    expected: 'a tensor, or a list or record of tensors',
    received: isInside && junk.length > 0 ? `${describe(first)} inside` : describe(report),
    fix:
      first instanceof Promise
        ? 'a step must not await: return tensors, which predict reads itself'
        : 'end it, and call() where the model has one, with return and the tensors',
  });
}

/** Whether something in a tree is neither a tensor nor a list or record of more. */
function isNoTensor(value: unknown): value is unknown {
  return !isTensor(value) && !isList(value) && !isRecord(value);
}

function countFault(what: string, expected: readonly string[], received: string): ArgumentError {
  return new ArgumentError({
    where: what,
    what: `${what} does not fit the outputs of the model`,
    expected:
      expected.length === 1
        ? 'one array'
        : `one entry for each of ${expected.map((name) => `"${name}"`).join(', ')}`,
    received,
    fix: 'give a list in the order of the outputs, or a record by output name',
  });
}

/**
 * `tree` as one entry for each output, undefined where it has none. A record goes by name, a list
 * by position. `isLeaf` tells entries from lists of them.
 */
export function perOutput<T>(
  what: string,
  tree: unknown,
  names: readonly string[],
  isLeaf: (value: unknown) => value is T,
): (T | undefined)[] {
  if (tree === undefined || tree === null) return names.map(() => undefined);
  if (isLeaf(tree)) {
    if (names.length === 1) return [tree];
    throw countFault(what, names, 'a single entry');
  }
  if (isList(tree)) {
    if (tree.length !== names.length) throw countFault(what, names, `${tree.length} entries`);
    return tree.map((item) => (isLeaf(item) ? item : undefined));
  }
  if (!isRecord(tree)) throw countFault(what, names, typeof tree);
  for (const key of Object.keys(tree)) {
    if (!names.includes(key)) throw unknownName('output', key, names, what);
  }
  return names.map((name) => {
    const item = tree[name];
    return isLeaf(item) ? item : undefined;
  });
}

/** Targets or weights as one tensor for each output. */
export function tensorsPerOutput(
  what: string,
  tree: TensorTree | undefined,
  names: readonly string[],
): (Tensor | undefined)[] {
  return perOutput(what, tree, names, isTensor);
}
