// keras.saving's KerasFileEditor: looks into files of weights and changes them, without a model.
// saved-objects.ts is the tree it works on; weights-file.ts and keras-file.ts read and write files.
import { checkOptions, describe } from '../../core/arguments.js';
import { ArgumentError, FormatError, unknownName } from '../../core/errors.js';
import type { Plain } from '../../core/op.js';
import type { Shape } from '../../core/shape.js';
import { isRecord } from '../../core/tree.js';
import type { ReadLimits } from '../../files/limits.js';
import { type FilePlace, nameOfPlace, readPlace, writePlace } from '../../files/places.js';
import type { TensorTree } from '../../layers/symbolic.js';
import type { Model } from '../../models/model.js';
import { trainingOf } from '../../models/training-state.js';
import { asTensor, type TensorLike } from '../../ops/convert.js';
import { arrayOfTensor } from '../file-arrays.js';
import { type FileArray, readWeights, type WeightsFile } from '../hdf5/read.js';
import type { FileDType } from '../hdf5/types.js';
import { type FileValues, widenedValues } from '../hdf5/values.js';
import { writeWeights } from '../hdf5/write.js';
import { readKerasContent } from '../keras-file.js';
import { isHdf5, isLegacyFile } from '../legacy-h5.js';
import { savedShapes } from '../weights.js';
import { requireBuilt, requireEnding, type SaveOptions } from '../weights-file.js';
import { compareObjects, comparisonLines, type WeightComparison } from './compare-weights.js';
import {
  arraysOf,
  checkName,
  eachObject,
  type Found,
  findObject,
  SavedObjects,
  savedObjects,
} from './saved-objects.js';
import { treeLines } from './tree-lines.js';

const WHERE = 'KerasFileEditor';

/** New values for weights by their names in the file, which are `0`, `1`, ... for most layers. */
export type NewWeights = Readonly<Record<string, TensorLike>>;

/** A weight as it lies in a file. */
export interface SavedWeight {
  readonly shape: Shape;
  readonly dtype: FileDType;
  /** Row-major; float16 and bfloat16 as float32. */
  readonly values: FileValues;
}

/** The objects of a file and their weights, as they are nested. */
export interface WeightsTree {
  /** What the program that saved the file called the object; undefined where the file is silent. */
  readonly name: string | undefined;
  /** The object's own weights by their names. */
  readonly weights: Readonly<Record<string, SavedWeight>>;
  /** The objects inside by their names, such as `layers` or `dense_2`. */
  readonly objects: Readonly<Record<string, WeightsTree>>;
}

/** Options of `KerasFileEditor.open`. */
export interface OpenOptions {
  /** What reading may cost; see {@link ReadLimits}. */
  readonly limits?: ReadLimits | undefined;
}

/** Options of `summary` and `compare` of {@link KerasFileEditor}. */
export interface PrintOptions {
  /** Takes each line. Default `console.log`. */
  readonly printFn?: ((line: string) => void) | undefined;
}

const PRINT_OPTIONS = { printFn: true } as const;

/** What a file holds beside weights. */
interface Opened {
  readonly source: string;
  readonly weights: WeightsFile;
  readonly config?: Readonly<Record<string, Plain>>;
  readonly metadata?: Readonly<Record<string, Plain>>;
}

function refuseLegacy(source: string, weights: WeightsFile): void {
  if (!isLegacyFile(weights)) return;
  throw new FormatError({
    where: WHERE,
    what: 'the file has the older .h5 format, which goes by the names of layers',
    expected: 'a .keras or .weights.h5 file of Keras 3',
    received: source,
    fix: "load it with model.loadWeights(...), and save it anew with model.saveWeights('model.weights.h5')",
  });
}

async function openBytes(source: string, bytes: Uint8Array, limits?: ReadLimits): Promise<Opened> {
  if (!isHdf5(bytes)) return { source, ...(await readKerasContent(bytes, limits)) };
  const weights = await readWeights(bytes, limits);
  refuseLegacy(source, weights);
  return { source, weights };
}

function requireReadable(name: string): void {
  if (name.endsWith('.keras') || name.endsWith('.weights.h5')) return;
  throw new ArgumentError({
    where: WHERE,
    what: 'the file name has the wrong ending',
    expected: 'a name that ends with .keras or .weights.h5',
    received: name.slice(-100),
    fix: 'give the path of a file that saveModel or saveWeights wrote',
  });
}

function treeOf(object: SavedObjects<FileArray>): WeightsTree {
  const name = object.attributes.get('name');
  const weights = [...object.weights].map(([key, array]) => {
    const { shape, dtype } = array;
    return [key, { shape, dtype, values: widenedValues(array) }] as const;
  });
  return {
    name: typeof name === 'string' ? name : undefined,
    weights: Object.fromEntries(weights),
    objects: Object.fromEntries([...object.inner].map(([key, inner]) => [key, treeOf(inner)])),
  };
}

/** The new weights read, before anything is changed. */
async function arraysFor(
  where: string,
  weights: NewWeights,
): Promise<ReadonlyMap<string, FileArray>> {
  if (!isRecord(weights)) {
    throw new ArgumentError({
      where,
      what: 'the weights are no object',
      expected: 'an object of weights by name, such as { 0: kernel, 1: bias }',
      received: describe(weights),
      fix: 'write the name of each weight, which are 0, 1, ... for most layers',
    });
  }
  const arrays = new Map<string, FileArray>();
  for (const [name, value] of Object.entries(weights)) {
    checkName(where, 'a weight', name);
    arrays.set(name, await arrayOfTensor(asTensor(value)));
  }
  return arrays;
}

/**
 * Looks into a .keras or .weights.h5 file and changes what it holds, without a model: for weights of
 * a model whose architecture has changed since. The file that was opened is never written to.
 *
 * Objects are named by their place in the file (`layers/dense_2`, which counts the layers of a class
 * from 0, whatever their names are), or by the last part of it where no other object has the same.
 *
 * It differs from Keras's, on purpose, in that objects inside of layers and of models are kept (Keras
 * 3.15 loses them when it opens a file), that an object is not replaced unless it was deleted, and
 * that `compare` counts each weight once.
 *
 * @example
 * ```ts
 * import { mkdir } from 'node:fs/promises';
 * import { KerasFileEditor, layers, Sequential } from 'keratin';
 * const make = (units: number[]) =>
 *   new Sequential([
 *     layers.input({ shape: [2] }),
 *     ...units.map((count) => layers.dense({ units: count })),
 *   ]);
 * await mkdir('output', { recursive: true });
 * await make([3, 1]).save('output/edited.keras');
 *
 * const editor = await KerasFileEditor.open('output/edited.keras');
 * editor.deleteObject('layers/dense_1');
 * const larger = make([3]);
 * console.log(editor.compare(larger, { printFn: () => {} }).status); // success
 * await editor.save('output/edited.weights.h5');
 * await larger.loadWeights('output/edited.weights.h5');
 * ```
 */
export class KerasFileEditor {
  /** The configuration of the model; undefined for files of weights alone. */
  readonly config: Readonly<Record<string, Plain>> | undefined;
  /** `keras_version` and `date_saved`; undefined for files of weights alone. */
  readonly metadata: Readonly<Record<string, Plain>> | undefined;
  readonly #source: string;
  readonly #root: SavedObjects<FileArray>;

  private constructor(opened: Opened) {
    this.#source = opened.source;
    this.config = opened.config;
    this.metadata = opened.metadata;
    this.#root = savedObjects(opened.weights.arrays, opened.weights.attributes);
  }

  /**
   * Reads a file, from its place or from bytes.
   *
   * @throws ArgumentError for another ending; FormatError for damaged files, and for the older format.
   */
  static async open(
    source: FilePlace | Uint8Array,
    options: OpenOptions = {},
  ): Promise<KerasFileEditor> {
    checkOptions(`${WHERE}.open`, options, { limits: true });
    const { limits } = options;
    if (source instanceof Uint8Array) {
      return new KerasFileEditor(await openBytes(`${source.length} bytes`, source, limits));
    }
    const name = nameOfPlace(source);
    requireReadable(name);
    return new KerasFileEditor(await openBytes(name, await readPlace(source), limits));
  }

  /** The objects and weights as they are now, nested; changing it changes nothing. */
  get weightsTree(): WeightsTree {
    return treeOf(this.#root);
  }

  /** Prints the objects and weights, and returns the lines as one text. */
  summary(options: PrintOptions = {}): string {
    checkOptions(`${WHERE}.summary`, options, PRINT_OPTIONS);
    const lines = [`Keras model file '${this.#source}'`];
    if (this.metadata !== undefined) {
      const { keras_version: version, date_saved: date } = this.metadata;
      lines.push(`Saved with Keras ${String(version)} - date: ${String(date)}`);
    }
    lines.push('Weights structure', ...treeLines(this.#root));
    return printed(lines, options);
  }

  /**
   * Where the file and a model differ in the places and shapes of their weights; prints it too. The
   * optimizer of a compiled model counts, so that a file that was saved without fits a model that
   * was not compiled.
   *
   * @throws StateError for a model without weights yet.
   */
  compare<Out extends TensorTree>(
    referenceModel: Model<Out>,
    options: PrintOptions = {},
  ): WeightComparison {
    checkOptions(`${WHERE}.compare`, options, PRINT_OPTIONS);
    requireBuilt(referenceModel);
    const optimizer = trainingOf(referenceModel).compiled?.optimizer;
    const shapes = savedShapes(referenceModel, optimizer);
    const comparison = compareObjects(this.#root, savedObjects(shapes));
    printed(comparisonLines(comparison), options);
    return comparison;
  }

  /**
   * Gives an object, such as a layer, another name at the same place.
   *
   * @throws UnknownNameError where there is none; ArgumentError for a name that is taken, or a path.
   */
  renameObject(objectName: string, newName: string): void {
    const where = `${WHERE}.renameObject`;
    checkName(where, 'an object', newName);
    const { parent, name, object } = this.#find(where, objectName);
    if (name === newName) return;
    requireFree(where, parent, newName);
    parent.inner.delete(name);
    parent.inner.set(newName, object);
  }

  /** Removes an object with all that it holds. */
  deleteObject(objectName: string): void {
    const { parent, name } = this.#find(`${WHERE}.deleteObject`, objectName);
    parent.inner.delete(name);
  }

  /**
   * Adds an object, such as a layer, at `objectPath`; what it is put into must be there.
   *
   * @throws ArgumentError for a path that is taken; UnknownNameError for what it would lie in.
   * @example
   * ```ts
   * import { KerasFileEditor, layers, Sequential, tensor, weightsToBytes } from 'keratin';
   * const model = new Sequential([layers.input({ shape: [2] }), layers.dense({ units: 1 })]);
   * const editor = await KerasFileEditor.open(await weightsToBytes(model));
   * await editor.addObject('layers/dense_1', { 0: tensor([[1]]), 1: tensor([0]) });
   * console.log(Object.keys(editor.weightsTree.objects.layers?.objects ?? {})); // [ 'dense', 'dense_1' ]
   * ```
   */
  async addObject(objectPath: string, weights: NewWeights): Promise<void> {
    const where = `${WHERE}.addObject`;
    const cut = String(objectPath).lastIndexOf('/');
    const name = String(objectPath).slice(cut + 1);
    checkName(where, 'an object', name);
    const object = new SavedObjects<FileArray>();
    for (const [key, array] of await arraysFor(where, weights)) object.weights.set(key, array);
    const parent = cut < 0 ? this.#root : this.#at(where, objectPath.slice(0, cut));
    requireFree(where, parent, name);
    parent.inner.set(name, object);
  }

  /**
   * Removes a weight of an object; `''` is the model itself.
   *
   * @throws UnknownNameError where the object, or its weight, is not there.
   */
  deleteWeight(objectName: string, weightName: string): void {
    const where = `${WHERE}.deleteWeight`;
    const { weights } = this.#owner(where, objectName);
    if (weights.delete(String(weightName))) return;
    throw unknownName(`weight of "${objectName}"`, String(weightName), weights.keys(), where);
  }

  /** Adds weights to an object (`''` is the model itself); those whose names are taken are replaced. */
  async addWeights(objectName: string, weights: NewWeights): Promise<void> {
    const where = `${WHERE}.addWeights`;
    const arrays = await arraysFor(where, weights);
    const { weights: own } = this.#owner(where, objectName);
    for (const [name, array] of arrays) own.set(name, array);
  }

  /**
   * Writes the weights, as they are now, as a .weights.h5 file: whole, or not at all. Weights in 16
   * bits are widened to float32.
   *
   * @throws ArgumentError for another ending, or with `overwrite: false` for a file that exists.
   */
  async save(place: FilePlace, options: SaveOptions = {}): Promise<void> {
    checkOptions(`${WHERE}.save`, options, { overwrite: true });
    requireEnding(place, '.weights.h5', "write editor.save('edited.weights.h5')");
    const bytes = await writeWeights(arraysOf(this.#root));
    await writePlace(place, bytes, options.overwrite ?? true);
  }

  /** The same as {@link KerasFileEditor.save}. */
  resaveWeights(place: FilePlace, options: SaveOptions = {}): Promise<void> {
    return this.save(place, options);
  }

  #find(where: string, name: string): Found<FileArray> {
    return findObject(where, this.#root, String(name));
  }

  /** What weights are added to or taken from. */
  #owner(where: string, name: string): SavedObjects<FileArray> {
    return name === '' ? this.#root : this.#find(where, name).object;
  }

  /** The object at a path, all of it. */
  #at(where: string, path: string): SavedObjects<FileArray> {
    const paths = new Map<string, SavedObjects<FileArray>>();
    eachObject(this.#root, (known, object) => paths.set(known, object));
    const object = paths.get(path);
    if (object !== undefined) return object;
    throw unknownName('object of the file', path, [...paths.keys()].slice(1), where);
  }
}

function requireFree(where: string, parent: SavedObjects<FileArray>, name: string): void {
  const taken = parent.inner.get(name);
  if (taken === undefined) return;
  throw new ArgumentError({
    where,
    what: 'there is an object of this name already',
    expected: 'a name that no object beside it has',
    received: `"${name}", which has ${countOf(taken)} weights`,
    fix: 'delete it first: editor.deleteObject(...)',
  });
}

function countOf(object: SavedObjects<FileArray>): number {
  let count = 0;
  eachObject(object, (_, { weights }) => {
    count += weights.size;
  });
  return count;
}

function printed(lines: readonly string[], options: PrintOptions): string {
  const print = options.printFn ?? ((line: string) => console.log(line));
  for (const line of lines) print(line);
  return lines.join('\n');
}
