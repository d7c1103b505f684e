// Orthogonal initializer: a random matrix whose rows or columns are orthonormal.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import type { DType } from '../core/dtype.js';
import { currentEngine } from '../core/engine.js';
import { ShapeError } from '../core/errors.js';
import { normalStream } from '../core/random.js';
import { product } from '../core/sequence.js';
import type { PlainConfig } from '../core/serialized.js';
import { formatShape, type Shape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { RandomInitializer, type SeedOptions } from './initializer.js';

/** Options of {@link Orthogonal}. */
export interface OrthogonalOptions extends SeedOptions {
  /** A factor for every value. Default 1. */
  readonly gain?: number;
}

/** Takes from `column` its part along each of the columns before it. */
function removeEarlier(columns: readonly Float64Array[], column: Float64Array): void {
  for (const earlier of columns) {
    let dot = 0;
    for (let row = 0; row < column.length; row++) dot += (earlier[row] ?? 0) * (column[row] ?? 0);
    for (let row = 0; row < column.length; row++) {
      column[row] = (column[row] ?? 0) - dot * (earlier[row] ?? 0);
    }
  }
}

/**
 * Orthonormal columns from normal numbers. Gram-Schmidt run twice is as accurate as Householder
 * (Giraud et al. 2005), and it leaves R's diagonal positive: the sign rule of Saxe et al. for free.
 */
function orthonormalColumns(length: number, count: number, seed: number): Float64Array[] {
  const next = normalStream(seed);
  const columns: Float64Array[] = [];
  while (columns.length < count) {
    const column = Float64Array.from({ length }, next);
    removeEarlier(columns, column);
    removeEarlier(columns, column);
    const norm = Math.hypot(...column);
    columns.push(column.map((value) => value / norm));
  }
  return columns;
}

/**
 * A matrix with orthonormal rows or columns, times `gain`; all axes but the last count as rows.
 * Saxe, McClelland & Ganguli 2014.
 *
 * @example
 * ```ts
 * import { initializers } from 'keratin';
 * console.log(initializers.orthogonal().initialize([4, 4], 'float32').shape); // [ 4, 4 ]
 * ```
 */
export class Orthogonal extends RandomInitializer {
  static readonly className = 'Orthogonal';
  static override readonly optionNames: KnownOptions = {
    gain: true,
    seed: true,
  } satisfies OptionNames<OrthogonalOptions>;
  readonly gain: number;

  constructor(options: OrthogonalOptions = {}) {
    super(options);
    this.gain = options.gain ?? 1;
  }

  override initialize(shape: Shape, dtype: DType): Tensor {
    if (shape.length < 2) {
      throw new ShapeError({
        where: 'initializer Orthogonal',
        what: 'only weights with rows and columns can be orthogonal',
        expected: 'two axes or more',
        received: formatShape(shape),
        fix: 'use another initializer for this weight, e.g. zeros',
      });
    }
    const width = shape.at(-1) ?? 1;
    const height = product(shape.slice(0, -1));
    const tall = height >= width;
    const long = Math.max(height, width);
    const columns = orthonormalColumns(long, Math.min(height, width), this.seed);
    const values = new Float64Array(height * width);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const value = tall ? columns[column]?.[row] : columns[row]?.[column];
        values[row * width + column] = this.gain * (value ?? 0);
      }
    }
    return currentEngine().write({ shape, dtype }, values);
  }

  override getConfig(): PlainConfig {
    return { ...super.getConfig(), gain: this.gain };
  }
}
