// The weights of a model as a weights file, and back. Loading checks every array before it changes
// the first weight, so a file that does not fit leaves the model as it was.
import { FormatError, type KeratinError } from '../core/errors.js';
import type { Shape } from '../core/shape.js';
import type { Variable } from '../core/variable.js';
import type { WeightHolder } from '../layers/weight-holder.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { type Assignment, assignAll, assignmentsOf, couldNotLoad, SHOWN } from './assignments.js';
import { arrayOf } from './file-arrays.js';
import type { AttributeValue } from './hdf5/attributes.js';
import type { FileArray, WeightsFile } from './hdf5/read.js';
import { groupOf, loadersOf, type Members, savedNumbers } from './states.js';
import { type SavedObject, walkModel } from './walk.js';

const OPTIMIZER_PATH = 'optimizer';

function optimizerObject(optimizer: Optimizer): SavedObject {
  const { name, className, variables } = optimizer;
  return { path: OPTIMIZER_PATH, name, className, variables };
}

/** Objects that saving or loading leaves out, with all that they hold. */
export type Skipped = readonly (WeightHolder | Optimizer)[];

/** Everything that Keras's weights file of this model holds. */
export async function collectWeights(
  model: WeightHolder,
  optimizer?: Optimizer,
  skipped: Skipped = [],
): Promise<WeightsFile> {
  const objects = [...walkModel(model, skipped)];
  if (optimizer !== undefined && !skipped.includes(optimizer)) {
    objects.push(optimizerObject(optimizer));
  }
  // All reads start before the first one is waited for, so that training that goes on meanwhile
  // cannot change half of what is saved.
  const reads = objects.map(({ variables, replaced }) =>
    Promise.all(variables.map((variable) => arrayOf(variable, replaced?.get(variable)))),
  );
  const values = await Promise.all(reads);
  const arrays = new Map<string, FileArray>();
  const attributes = new Map<string, ReadonlyMap<string, AttributeValue>>();
  for (const [at, object] of objects.entries()) {
    const group = groupOf(object);
    attributes.set(group, new Map([['name', object.name]]));
    for (const [index, array] of (values[at] ?? []).entries()) {
      arrays.set(`${group}/${index}`, array);
    }
    for (const [path, array] of savedNumbers(object)) arrays.set(path, array);
  }
  return { arrays, attributes };
}

/** The shapes of all that {@link collectWeights} gives, by full path; nothing is read for it. */
export function savedShapes(
  model: WeightHolder,
  optimizer?: Optimizer,
): ReadonlyMap<string, { readonly shape: Shape }> {
  const shapes = new Map<string, { readonly shape: Shape }>();
  const objects = [...walkModel(model)];
  if (optimizer !== undefined) objects.push(optimizerObject(optimizer));
  for (const object of objects) {
    const group = groupOf(object);
    for (const [index, { shape }] of object.variables.entries()) {
      shapes.set(`${group}/${index}`, { shape });
    }
    for (const [path, { shape }] of savedNumbers(object)) shapes.set(path, { shape });
  }
  return shapes;
}

/** The arrays `0`, `1`, ... of one group. */
function arraysIn(file: WeightsFile, group: string): FileArray[] {
  const found: FileArray[] = [];
  for (let index = 0; ; index++) {
    const array = file.arrays.get(`${group}/${index}`);
    if (array === undefined) return found;
    found.push(array);
  }
}

function assignmentsFor(object: SavedObject, file: WeightsFile): Assignment[] {
  const group = groupOf(object);
  const owner = `${object.className} "${object.name}"`;
  return assignmentsOf(owner, object.variables, arraysIn(file, group), ` in "${group}"`);
}

/** What loading weights may do. */
export interface RestoreOptions {
  /** Whether layers that do not fit are left as they are, with a warning. Default false. */
  readonly skipMismatch?: boolean | undefined;
  /** The assets of a model's file; weights files have none. */
  readonly assets?: Members | undefined;
  readonly skipped?: Skipped | undefined;
}

/** Arrays that no object of the model asked for; layers without weights own none. */
function unusedArrays(file: WeightsFile, objects: readonly SavedObject[]): string[] {
  const groups = new Set(objects.map(groupOf));
  const used = (path: string): boolean => groups.has(path.slice(0, path.lastIndexOf('/')));
  return [...file.arrays.keys()].filter(
    (path) => !path.startsWith(`${OPTIMIZER_PATH}/`) && !used(path),
  );
}

/** Sets the weights of a model to those in the file. */
export function restoreWeights(
  model: WeightHolder,
  file: WeightsFile,
  options: RestoreOptions = {},
): void {
  const objects = walkModel(model, options.skipped);
  const assignments: Assignment[] = [];
  const problems: KeratinError[] = [];
  const loaders: (() => void)[] = [];
  for (const object of objects) {
    try {
      assignments.push(...assignmentsFor(object, file));
      loaders.push(...loadersOf(object, file, options.assets));
      loaders.push(() => object.holder?.weightsLoaded());
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      problems.push(error);
    }
  }
  const unused = unusedArrays(file, walkModel(model));
  if (unused.length > 0) {
    problems.push(
      new FormatError({
        what: 'the file holds weights that the model has no place for',
        received: unused.slice(0, SHOWN).join(', '),
      }),
    );
  }
  if (problems.length > 0 && options.skipMismatch !== true) {
    throw couldNotLoad(problems, objects.length);
  }
  for (const problem of problems) console.warn(`Skipped while loading: ${problem.message}`);
  assignAll(assignments);
  for (const load of loaders) load();
}

/** Sets the state of an optimizer; state that does not fit is left out with a warning, as in Keras. */
export function restoreOptimizer(
  optimizer: Optimizer,
  weights: readonly Variable[],
  file: WeightsFile,
): void {
  const saved = arraysIn(file, `${OPTIMIZER_PATH}/vars`).length;
  if (saved === 0) return;
  // A model that was never trained has steps and learning rate only.
  if (saved !== optimizer.variables.length) optimizer.build(weights);
  try {
    assignAll(assignmentsFor(optimizerObject(optimizer), file));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    console.warn(`The state of the optimizer starts anew: ${error.message}`);
  }
}
