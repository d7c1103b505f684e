// What a library must offer to take part in the suites. Ours and every rival implement it; a method
// that is missing, or answers undefined, means "cannot", and shows as such in the table.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyModel } from '../../src/index.js';
import type { Candidate } from '../harness/measure.js';
import type { BenchModel, HostArray, Sample } from '../models/model.js';

/** A prepared piece of work whose output can be looked at. */
export interface Work extends Candidate {
  result(): Promise<ArrayLike<number>>;
}

export interface Matrices {
  /** A is [m, k], B is [k, n]. */
  readonly sizes: readonly [m: number, k: number, n: number];
  readonly a: Float32Array;
  readonly b: Float32Array;
}

export type ConvolutionPart = 'forward' | 'dInput' | 'dFilter';

/** A 3x3 convolution with stride 1 and "same" padding. */
export interface Convolution {
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
  readonly filters: number;
  /** NHWC. Libraries that want NCHW are given it that way, before the clock starts. */
  readonly x: Float32Array;
  /** Height, width, channels, filters. */
  readonly w: Float32Array;
  /** NHWC. */
  readonly dy: Float32Array;
}

/** `geluChain` is gelu(x * 1.5 + 0.25) + other; layer normalization is over the columns. */
export type RowwiseName = 'softmax' | 'layerNorm' | 'geluChain';

export interface Rows {
  readonly rows: number;
  readonly columns: number;
  readonly x: Float32Array;
  readonly other: Float32Array;
  /** One value a column. */
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
}

export const LAYER_NORM_EPSILON = 1e-5;

export type UnaryName = 'exp' | 'log' | 'tanh' | 'erf';

/** Everybody trains or runs the same network from the same weights. */
export interface NetworkProblem {
  readonly model: BenchModel;
  readonly batch: number;
  readonly sample: Sample;
  /** All weights, in Keras's order and shapes. */
  readonly weights: readonly NamedArray[];
}

export interface NamedArray extends HostArray {
  /** Path such as `conv1_conv/kernel`. */
  readonly path: string;
}

export interface InferenceProblem extends NetworkProblem {
  /** The network itself, for those who can translate its layers. */
  readonly network: AnyModel;
}

export interface TrainingStep extends Candidate {
  /** One step, and the loss of its batch before the step. */
  step(): Promise<number>;
  /** Whether it does what the row asks, so that its losses must be ours; false for plain SGD. */
  readonly isExact: boolean;
}

export interface Peer {
  readonly name: string;
  readonly version: string;
  /** What a reader should know before comparing. */
  readonly remarks: readonly string[];
  /** How many threads it uses, which may be fewer than it was asked for. */
  readonly threads: number;
  matmul?(problem: Matrices): Promise<Work | undefined>;
  convolution?(problem: Convolution, part: ConvolutionPart): Promise<Work | undefined>;
  /** An addition of two vectors of this length, eagerly. */
  add?(a: Float32Array, b: Float32Array): Promise<Work | undefined>;
  rowwise?(name: RowwiseName, problem: Rows): Promise<Work | undefined>;
  /** The function at each of these points, for its accuracy. */
  unary?(name: UnaryName, x: Float32Array): Promise<ArrayLike<number> | undefined>;
  training?(problem: NetworkProblem): Promise<TrainingStep | undefined>;
  inference?(problem: InferenceProblem): Promise<Work | undefined>;
}

const require = createRequire(import.meta.url);

/** Where a peer's file lies, as an address that `import()` takes. */
export function addressOf(specifier: string): string {
  return pathToFileURL(require.resolve(specifier)).href;
}

export function folderOf(specifier: string): string {
  return dirname(require.resolve(specifier));
}

/** The version that is installed, from the package's own description. */
export function versionOf(packageName: string): string {
  for (const root of require.resolve.paths(packageName) ?? []) {
    try {
      const text = readFileSync(join(root, packageName, 'package.json'), 'utf8');
      const found: unknown = JSON.parse(text);
      if (typeof found === 'object' && found !== null && 'version' in found) {
        return String(found.version);
      }
    } catch {
      // Not under this root: try the next one up.
    }
  }
  return 'unknown';
}

/** [n, h, w, c] to [n, c, h, w]. */
export function toChannelsFirst(x: ArrayLike<number>, dims: readonly number[]): Float32Array {
  const [n = 1, h = 1, w = 1, c = 1] = dims;
  const out = new Float32Array(x.length);
  for (let i = 0; i < n; i += 1) {
    for (let p = 0; p < h * w; p += 1) {
      for (let j = 0; j < c; j += 1) out[(i * c + j) * h * w + p] = x[(i * h * w + p) * c + j] ?? 0;
    }
  }
  return out;
}

/** [n, c, h, w] to [n, h, w, c]. */
export function toChannelsLast(x: ArrayLike<number>, dims: readonly number[]): Float32Array {
  const [n = 1, h = 1, w = 1, c = 1] = dims;
  const out = new Float32Array(x.length);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < c; j += 1) {
      for (let p = 0; p < h * w; p += 1)
        out[(i * h * w + p) * c + j] = x[(i * c + j) * h * w + p] ?? 0;
    }
  }
  return out;
}

/** [kh, kw, c, f] to [f, c, kh, kw]. */
export function filterToFirst(w: ArrayLike<number>, c: number, f: number): Float32Array {
  const out = new Float32Array(w.length);
  const taps = w.length / (c * f);
  for (let tap = 0; tap < taps; tap += 1) {
    for (let i = 0; i < c; i += 1) {
      for (let j = 0; j < f; j += 1) out[(j * c + i) * taps + tap] = w[(tap * c + i) * f + j] ?? 0;
    }
  }
  return out;
}

/** [f, c, kh, kw] to [kh, kw, c, f]. */
export function filterToLast(w: ArrayLike<number>, c: number, f: number): Float32Array {
  const out = new Float32Array(w.length);
  for (let tap = 0; tap < 9; tap += 1) {
    for (let i = 0; i < c; i += 1) {
      for (let j = 0; j < f; j += 1) out[(tap * c + i) * f + j] = w[(j * c + i) * 9 + tap] ?? 0;
    }
  }
  return out;
}
