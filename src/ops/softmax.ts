// softmax and logSoftmax: one kernel each that meets every row three times.
import { checkOptions, type OptionNames } from '../core/arguments.js';
import { defineOp, type Op } from '../core/op.js';
import { at } from '../core/sequence.js';
import { normalizeAxes, spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import * as k from '../kernels/ir/build.js';
import { computeKernel, outputAt, stageResult, stageTerm } from '../kernels/ir/define.js';
import type { Expr } from '../kernels/ir/expr.js';
import { mul, sub } from './arithmetic.js';
import { applyOne, asTensor, type TensorLike } from './convert.js';
import { fit, floatOf, readAs } from './kernel-values.js';
import { exp } from './powers.js';
import { rowsOf } from './rows.js';
import { sum } from './shaping.js';

interface SoftmaxAttrs {
  readonly axes: readonly number[];
}

/** A row operation over exp(x - max); `finish` is given the shifted x and its exponential. */
function softmaxLike(
  name: string,
  finish: (shifted: Expr, share: Expr) => Expr,
  grad: (y: Tensor, dy: Tensor, axis: readonly number[]) => Tensor,
): Op<SoftmaxAttrs> {
  return defineOp<SoftmaxAttrs>({
    name,
    infer: (inputs) => [spec(at(inputs, 0).shape, floatOf(at(inputs, 0).dtype))],
    lower: ({ inputs, outputs, attrs }) => {
      const input = at(inputs, 0);
      const output = at(outputs, 0);
      const rows = rowsOf(input.shape, attrs.axes);
      const x = readAs(input, rows.index, output.dtype);
      const shifted = k.sub(x, stageResult(0, x));
      const share = k.call('exp', shifted);
      const stages = [
        { over: rows.inner, by: 'max' as const, body: x },
        { over: rows.inner, by: 'sum' as const, body: share },
      ];
      const value = fit(finish(shifted, share), output.dtype);
      return [
        computeKernel(inputs, rows.outer, stages, [
          outputAt(0, output, rows.index, value, rows.inner),
        ]),
      ];
    },
    grad: ({ outputs, attrs, dy }) => [grad(at(outputs, 0), dy, attrs.axes)],
  });
}

/** y (dy - sum(y dy)) */
export const softmaxOp: Op<SoftmaxAttrs> = /* @__PURE__ */ softmaxLike(
  'softmax',
  // The reciprocal is the same all along a row: one division instead of one for each element.
  (_, share) => k.mul(stageTerm(1, share), k.div(k.literal(share, 1), stageResult(1, share))),
  (y, dy, axis) => {
    const weighted = mul(y, dy);
    return sub(weighted, mul(y, sum(weighted, { axis, keepDims: true })));
  },
);

/** dy - softmax(x) sum(dy) */
export const logSoftmaxOp: Op<SoftmaxAttrs> = /* @__PURE__ */ softmaxLike(
  'logSoftmax',
  (shifted, share) => k.sub(shifted, k.call('log', stageResult(1, share))),
  (y, dy, axis) => sub(dy, mul(exp(y), sum(dy, { axis, keepDims: true }))),
);

/** Which axes make one distribution; the last by default. */
export interface SoftmaxOptions {
  readonly axis?: number | readonly number[] | undefined;
}

const SOFTMAX_OPTIONS: OptionNames<SoftmaxOptions> = { axis: true };

/**
 * exp(x) / sum(exp(x)) along `axis` (the last by default), without overflow.
 *
 * @example
 * ```ts
 * import { softmax } from 'keratin';
 * console.log(await softmax([3, 3]).array()); // [ 0.5, 0.5 ]
 * ```
 */
export function softmax(x: TensorLike, options: SoftmaxOptions = {}): Tensor {
  checkOptions('softmax', options, SOFTMAX_OPTIONS);
  const input = asTensor(x);
  return applyOne(softmaxOp, [input], {
    axes: normalizeAxes('softmax', options.axis ?? -1, input.rank),
  });
}

/**
 * log(softmax(x)) along `axis` (the last by default), precise for small probabilities.
 *
 * @example
 * ```ts
 * import { logSoftmax } from 'keratin';
 * console.log(await logSoftmax([0, -1000]).array()); // [ 0, -1000 ]
 * ```
 */
export function logSoftmax(x: TensorLike, options: SoftmaxOptions = {}): Tensor {
  checkOptions('logSoftmax', options, SOFTMAX_OPTIONS);
  const input = asTensor(x);
  return applyOne(logSoftmaxOp, [input], {
    axes: normalizeAxes('logSoftmax', options.axis ?? -1, input.rank),
  });
}
