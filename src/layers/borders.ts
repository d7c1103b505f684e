// Layers that add or take away borders of space: ZeroPadding and Cropping, over 1 to 3 axes.
import { ArgumentError, ShapeError } from '../core/errors.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { isList } from '../core/tree.js';
import { pad, slice } from '../ops/index.js';
import { type DataFormat, dataFormatOf } from './data-format.js';
import { Layer } from './layer.js';
import { type LayerOptions, type Resolved, withDefaults } from './options.js';

type Pair = readonly [number, number];

/** One width for all sides, one for each axis, or a pair (before, after) for each axis. */
export type Border = number | readonly (number | readonly number[])[];

/** Options of ZeroPadding layers. */
export interface ZeroPaddingOptions extends LayerOptions {
  /** Widths of the zeros. Default 1. */
  readonly padding?: Border;
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat | null;
}

/** Options of Cropping layers. */
export interface CroppingOptions extends LayerOptions {
  /** Widths of what is cut off. */
  readonly cropping?: Border;
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat | null;
}

function badBorder(where: string, option: string, value: Border): ArgumentError {
  return new ArgumentError({
    where,
    what: `${option} is not a border`,
    expected: 'a width, a width for each axis, or [before, after] for each axis',
    received: JSON.stringify(value) ?? 'undefined',
    fix: `write ${option}: 1`,
  });
}

/** A pair of widths for each of `count` axes. */
function pairsOf(where: string, option: string, value: Border, count: number): Pair[] {
  const list = isList(value) ? value : new Array<number>(count).fill(value);
  // Over one axis a list of two is a pair.
  const entries = count === 1 && list.length === 2 ? [list] : list;
  if (entries.length !== count) throw badBorder(where, option, value);
  return entries.map((entry) => {
    const [before, after] = isList(entry) ? entry : [entry, entry];
    const fits = [before, after].every(
      (width) => typeof width === 'number' && Number.isInteger(width) && width >= 0,
    );
    if (!fits) throw badBorder(where, option, value);
    return [Number(before), Number(after)];
  });
}

/** The pairs for all axes of a tensor: none for batch and channels. */
function forAllAxes(pairs: readonly Pair[], format: string | null | undefined): Pair[] {
  const none: Pair = [0, 0];
  return format === 'channels_first' ? [none, none, ...pairs] : [none, ...pairs, none];
}

/** As Keras writes them: one pair over one axis, a list of pairs otherwise. */
function configOf(pairs: readonly Pair[]): Border {
  const [only, ...rest] = pairs;
  return only !== undefined && rest.length === 0 ? only : pairs;
}

/** What the three paddings share. */
abstract class ZeroPadding extends Layer<Resolved<ZeroPaddingOptions>> {
  readonly #pairs: readonly Pair[];

  constructor(className: string, rank: number, options: ZeroPaddingOptions) {
    const defaults = { padding: 1, dataFormat: null };
    const config = withDefaults(className, defaults, [], options);
    const pairs = pairsOf(className, 'padding', options.padding ?? 1, rank);
    const dataFormat = dataFormatOf(className, config.dataFormat);
    super({ ...config, padding: configOf(pairs), dataFormat });
    this.#pairs = pairs;
    this.inputSpec = { rank: rank + 2 };
  }

  protected override call(x: Tensor): Tensor {
    return pad(x, forAllAxes(this.#pairs, this.config.dataFormat));
  }
}

/**
 * Adds zeros before and after in time: `[batch, steps, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4, 2] });
 * console.log(layers.zeroPadding1d({ padding: [1, 0] }).apply(x).shape); // [ null, 5, 2 ]
 * ```
 */
export class ZeroPadding1D extends ZeroPadding {
  static readonly className = 'ZeroPadding1D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: ZeroPaddingOptions = {}) {
    super('ZeroPadding1D', 1, options);
  }
}

/**
 * Adds rows and columns of zeros round images: `[batch, rows, columns, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4, 4, 2] });
 * console.log(layers.zeroPadding2d({ padding: 1 }).apply(x).shape); // [ null, 6, 6, 2 ]
 * ```
 */
export class ZeroPadding2D extends ZeroPadding {
  static readonly className = 'ZeroPadding2D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: ZeroPaddingOptions = {}) {
    super('ZeroPadding2D', 2, options);
  }
}

/**
 * Adds zeros round volumes: `[batch, depth, rows, columns, channels]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [2, 2, 2, 1] });
 * console.log(layers.zeroPadding3d().apply(x).shape); // [ null, 4, 4, 4, 1 ]
 * ```
 */
export class ZeroPadding3D extends ZeroPadding {
  static readonly className = 'ZeroPadding3D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: ZeroPaddingOptions = {}) {
    super('ZeroPadding3D', 3, options);
  }
}

type CroppingConfig = LayerOptions & {
  readonly cropping: Border;
  readonly dataFormat?: DataFormat | null;
};

function omitFormat({ dataFormat: _, ...rest }: CroppingConfig): CroppingConfig {
  return rest;
}

/** What the three croppings share. */
abstract class Cropping extends Layer<CroppingConfig> {
  readonly #pairs: readonly Pair[];

  constructor(className: string, rank: number, options: CroppingOptions, usual: Border) {
    const defaults = { cropping: usual, dataFormat: null };
    const config = withDefaults(className, defaults, [], options);
    const pairs = pairsOf(className, 'cropping', options.cropping ?? usual, rank);
    const dataFormat = dataFormatOf(className, config.dataFormat);
    const shared = { ...config, cropping: configOf(pairs) };
    // Keras's Cropping1D knows no data format.
    super(rank === 1 ? omitFormat(shared) : { ...shared, dataFormat });
    this.#pairs = pairs;
    this.inputSpec = { rank: rank + 2 };
  }

  protected override call(x: Tensor): Tensor {
    const pairs = forAllAxes(this.#pairs, this.config.dataFormat);
    const sizes = x.shape.map((size, axis) => {
      const [before = 0, after = 0] = pairs[axis] ?? [];
      return size - before - after;
    });
    if (sizes.some((size, axis) => size <= 0 && (x.shape[axis] ?? 0) > 0)) {
      throw new ShapeError({
        what: 'nothing is left after cropping',
        expected: `more than ${JSON.stringify(this.config.cropping)} to cut from`,
        received: formatShape(x.shape),
        fix: 'crop less',
      });
    }
    return slice(
      x,
      pairs.map(([before]) => before),
      sizes,
    );
  }
}

/**
 * Cuts steps off both ends: `[batch, steps, channels]`. `cropping` defaults to `[1, 1]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4, 2] });
 * console.log(layers.cropping1d({ cropping: [1, 0] }).apply(x).shape); // [ null, 3, 2 ]
 * ```
 */
export class Cropping1D extends Cropping {
  static readonly className = 'Cropping1D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: CroppingOptions = {}) {
    super('Cropping1D', 1, options, [1, 1]);
  }
}

/**
 * Cuts rows and columns off: `[batch, rows, columns, channels]`. `cropping` defaults to 0.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4, 4, 2] });
 * console.log(layers.cropping2d({ cropping: 1 }).apply(x).shape); // [ null, 2, 2, 2 ]
 * ```
 */
export class Cropping2D extends Cropping {
  static readonly className = 'Cropping2D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: CroppingOptions = {}) {
    super('Cropping2D', 2, options, 0);
  }
}

/**
 * Cuts the border of volumes off: `[batch, depth, rows, columns, channels]`. Defaults to 1.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4, 4, 4, 1] });
 * console.log(layers.cropping3d().apply(x).shape); // [ null, 2, 2, 2, 1 ]
 * ```
 */
export class Cropping3D extends Cropping {
  static readonly className = 'Cropping3D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: CroppingOptions = {}) {
    super('Cropping3D', 3, options, 1);
  }
}
