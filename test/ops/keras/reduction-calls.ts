// How calls of keras.ops's reductions and order statistics are written here.
import * as k from '../../../src/index.js';
import type { Calls } from './calls.js';
import { along, each, one, reduced, reducing } from './common-calls.js';
import type { Given } from './given.js';

const REDUCTIONS = {
  all: k.all,
  amax: k.max,
  amin: k.min,
  any: k.any,
  count_nonzero: k.countNonzero,
  logsumexp: k.logSumExp,
  max: k.max,
  mean: k.mean,
  median: k.median,
  min: k.min,
  nanmax: k.nanMax,
  nanmean: k.nanMean,
  nanmedian: k.nanMedian,
  nanmin: k.nanMin,
  nanprod: k.nanProd,
  nanstd: k.nanStd,
  nansum: k.nanSum,
  nanvar: k.nanVar,
  norm: k.norm,
  prod: k.prod,
  ptp: k.ptp,
  std: k.std,
  sum: k.sum,
  var: k.variance,
};

const ARGS = {
  argmax: k.argMax,
  argmin: k.argMin,
  nanargmax: k.nanArgMax,
  nanargmin: k.nanArgMin,
};

/** Without an axis Keras runs over the flattened tensor, these along the last axis. */
const RUNNING = {
  cumprod: k.cumprod,
  cumsum: k.cumsum,
  nancumprod: k.nanCumprod,
  nancumsum: k.nanCumsum,
};

type Quantile = typeof k.quantile;
const METHODS = ['linear', 'lower', 'higher', 'midpoint', 'nearest'] as const;

function quantiles(fn: Quantile): (given: Given) => k.Tensor {
  return (given) =>
    fn(given.tensor(0), given.sizes(1), {
      ...reducing(given),
      method: given.word(METHODS, 'method'),
    });
}

export const reductionCalls: Calls = {
  ...each(REDUCTIONS, reduced),
  ...each(ARGS, along),
  ...each(RUNNING, (fn) => (given) => {
    const axis = given.maybeNumber('axis');
    return axis === undefined ? fn(k.ravel(given.tensor(0))) : fn(given.tensor(0), { axis });
  }),
  quantile: quantiles(k.quantile),
  percentile: quantiles(k.percentile),
  nanquantile: quantiles(k.nanQuantile),
  nanpercentile: quantiles(k.nanPercentile),
  average: (given) => {
    const weights = given.maybeTensor('weights');
    const axis = given.maybeSizes('axis');
    return k.average(given.tensor(0), { axis, ...(weights === undefined ? {} : { weights }) });
  },
  trapezoid: (given) =>
    k.trapezoid(given.tensor(0), {
      x: given.maybeTensor(1),
      dx: given.maybeNumber('dx'),
      axis: given.maybeNumber('axis'),
    }),
  corrcoef: one(k.corrcoef),
  moments: (given) => {
    const { mean, variance } = k.moments(given.tensor(0), {
      axis: given.sizes(1),
      keepDims: given.flag('keepdims'),
    });
    return [mean, variance];
  },
};
