// InputLayer: where a model begins. It has no weights and computes nothing.
import {
  checkOptions,
  type KnownOptions,
  type OptionNames,
  requireList,
} from '../core/arguments.js';
import { isDType } from '../core/dtype.js';
import { ArgumentError } from '../core/errors.js';
import type { PlainConfig } from '../core/serialized.js';
import type { Tensor } from '../core/tensor.js';
import { Layer } from './layer.js';
import { CallNode, type PartialShape, type SymbolicDType, SymbolicTensor } from './symbolic.js';

/** Options of `layers.input`. */
export interface InputOptions {
  /** Sizes without the batch; null for a size that may vary. */
  readonly shape?: PartialShape | undefined;
  /** Default null: any. */
  readonly batchSize?: number | null | undefined;
  /** Sizes with the batch, in place of `shape` and `batchSize`. */
  readonly batchShape?: PartialShape | undefined;
  /** Default float32. `string` for inputs that go into layers of text; data is then arrays of strings. */
  readonly dtype?: SymbolicDType | undefined;
  /** Default `input_layer`, with a counter. */
  readonly name?: string | undefined;
}

const NAMES: OptionNames<InputOptions> = {
  shape: true,
  batchSize: true,
  batchShape: true,
  dtype: true,
  name: true,
};

/** Files hold more of Keras's options, which change nothing here. */
const KNOWN: KnownOptions = { ...NAMES, sparse: true, ragged: true, optional: true };

interface InputConfig {
  readonly batchShape: PartialShape;
  readonly dtype: SymbolicDType;
  readonly name?: string | undefined;
}

function inputConfig(options: InputOptions): InputConfig {
  checkOptions('input', options, KNOWN);
  const { shape, batchShape, batchSize = null, dtype = 'float32', name } = options;
  if (shape !== undefined) requireList('input', 'the shape', shape);
  if (batchShape !== undefined) requireList('input', 'the batchShape', batchShape);
  if ((shape === undefined) === (batchShape === undefined)) {
    throw new ArgumentError({
      where: 'input',
      what: 'the shape must be given once',
      expected: 'shape (without the batch) or batchShape (with it)',
      received: shape === undefined ? 'neither' : 'both',
      fix: 'write layers.input({ shape: [features] })',
    });
  }
  const full = batchShape ?? [batchSize, ...(shape ?? [])];
  const fits = full.every((size) => size === null || (Number.isInteger(size) && size >= 0));
  if (!fits || !(isDType(dtype) || dtype === 'string')) {
    throw new ArgumentError({
      where: 'input',
      what: fits ? 'the dtype is not known' : 'a size is not a whole number',
      expected: fits ? 'the name of a dtype, or string' : 'whole numbers of at least 0, or null',
      received: fits ? `"${String(dtype)}"` : `[${full.join(', ')}]`,
      fix: fits
        ? 'use float32, int32 or string'
        : 'give whole numbers, or null where the size may vary',
    });
  }
  return { batchShape: full, dtype, ...(name === undefined ? {} : { name }) };
}

/** The layer that an input of a model belongs to; `layers.input` gives its tensor. */
export class InputLayer extends Layer<{ readonly batchShape: PartialShape }> {
  static readonly className = 'InputLayer';
  static readonly kerasModule = 'keras.layers';
  override supportsMasking = true;
  constructor(options: InputOptions) {
    const { dtype, ...config } = inputConfig(options);
    // Strings are what data is, not what a layer computes in.
    super(dtype === 'string' ? config : { ...config, dtype });
    const node = new CallNode(this, 0, [], {}, []);
    const { batchShape } = config;
    node.finish(
      new SymbolicTensor({ shape: batchShape, dtype }, this.name, { node, tensorIndex: 0 }),
    );
    this.addNode(node);
    this.buildOnce(() => {});
  }

  /** Sizes with the batch. */
  get batchShape(): PartialShape {
    return this.config.batchShape;
  }

  protected override call(x: Tensor): Tensor {
    return x;
  }

  override getConfig(): PlainConfig {
    const { batchShape } = this.config;
    const { dtype } = this.output;
    return { batchShape, dtype, sparse: false, ragged: false, name: this.name };
  }
}

/**
 * A symbolic tensor to build a functional model from, or to say a Sequential's input shape. One of dtype
 * `string` can go into layers of text only; `fit` and `predict` then take arrays of strings.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * console.log(layers.input({ shape: [28, 28, 1] }).shape); // [ null, 28, 28, 1 ]
 * ```
 */
export function input(options: InputOptions): SymbolicTensor {
  return new InputLayer(options).output;
}
