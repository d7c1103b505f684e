// How calls of keras.ops's linear algebra, Fourier transforms and segments are written here.
import * as k from '../../../src/index.js';
import type { Calls } from './calls.js';
import { each, one } from './common-calls.js';
import type { Given } from './given.js';

const SEGMENTS = {
  segment_max: k.segmentMax,
  segment_min: k.segmentMin,
  segment_prod: k.segmentProd,
  segment_sum: k.segmentSum,
};

const SPECTRA = { fft: k.fft, fft2: k.fft2, ifft2: k.ifft2 };

/** Columns scaled by `values`, times rows: a matrix out of its decomposition. */
function rebuilt(columns: k.Tensor, values: k.Tensor, rows: k.Tensor): k.Tensor {
  return k.matmul(k.mul(columns, k.expandDims(values, -2)), rows);
}

function orderOf(given: Given): k.NormOrder | undefined {
  const order = given.plain('ord');
  if (typeof order === 'number') return order;
  if (order === 'inf' || order === '-inf') return order === 'inf' ? Infinity : -Infinity;
  return order === 'fro' || order === 'nuc' ? order : undefined;
}

/** Below what singular values count as 0. */
function cutoff(given: Given, key: string): { readonly tolerance?: number | undefined } {
  return { tolerance: given.maybeNumber(key) };
}

export const linalgCalls: Calls = {
  cholesky: (given) => k.cholesky(given.tensor(0), { upper: given.flag('upper') }),
  cholesky_inverse: (given) => k.choleskyInverse(given.tensor(0), { upper: given.flag('upper') }),
  det: one(k.det),
  inv: one(k.inv),
  logdet: one(k.logdet),
  slogdet: (given) => {
    const { sign, logAbs } = k.slogdet(given.tensor(0));
    return [sign, logAbs];
  },
  lu_factor: (given) => {
    const { lu, pivots } = k.luFactor(given.tensor(0));
    return [lu, pivots];
  },
  solve: (given) => k.solve(given.tensor(0), given.tensor(1)),
  solve_triangular: (given) =>
    k.solveTriangular(given.tensor(0), given.tensor(1), { lower: given.flag('lower') }),
  qr: (given) => {
    const mode = given.word(['reduced', 'complete'] as const, 'mode');
    const { q, r } = k.qr(given.tensor(0), { mode });
    return [q, r];
  },
  pinv: (given) => k.pinv(given.tensor(0), cutoff(given, 'rcond')),
  lstsq: (given) => k.lstsq(given.tensor(0), given.tensor(1), cutoff(given, 'rcond')),
  matrix_rank: (given) => k.matrixRank(given.tensor(0), cutoff(given, 'tol')),
  // Signs of vectors are arbitrary: what is recorded does not depend on them.
  eigh: (given) => {
    const { values, vectors } = k.eigh(given.tensor(0));
    return [values, rebuilt(vectors, values, k.swapAxes(vectors, -1, -2)), k.square(vectors)];
  },
  svd: (given) => {
    const { u, s, vh } = k.svd(given.tensor(0), { fullMatrices: false });
    if (given.flag('compute_uv') === false) return s;
    return [s, rebuilt(u, s, vh), k.square(u), k.square(vh)];
  },
  norm: (given) =>
    k.norm(given.tensor(0), {
      order: orderOf(given),
      axis: given.maybeSizes('axis'),
      keepDims: given.flag('keepdims'),
    }),
};

function cutting(given: Given): k.StftOptions {
  const window = given.word(['hann', 'hamming'] as const, 'window');
  return {
    length: given.number(1),
    stride: given.number(2),
    fftLength: given.number(3),
    window: given.has('window') ? (window ?? null) : undefined,
    center: given.flag('center'),
  };
}

function complex(given: Given): [k.Tensor, k.Tensor] {
  const [real, imaginary] = given.tensors(0);
  if (real === undefined || imaginary === undefined) throw new Error('no pair');
  return [real, imaginary];
}

export const mathCalls: Calls = {
  ...each(
    SEGMENTS,
    (fn) => (given) => fn(given.tensor(0), given.tensor(1), given.number('num_segments')),
  ),
  ...each(SPECTRA, (fn) => (given) => fn(complex(given))),
  rfft: (given) => k.rfft(given.tensor(0), { length: given.maybeNumber(1) }),
  irfft: (given) => k.irfft(complex(given), { length: given.maybeNumber(1) }),
  stft: (given) => k.stft(given.tensor(0), cutting(given)),
  istft: (given) =>
    k.istft(complex(given), { ...cutting(given), signalLength: given.maybeNumber('length') }),
  polar: (given) => k.polar(given.tensor(0), given.tensor(1)),
};
