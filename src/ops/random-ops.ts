// The ops behind random tensors: words of bits from a key and a counter, and floats from words.
import type { DType } from '../core/dtype.js';
import { defineOp, type Op } from '../core/op.js';
import { at } from '../core/sequence.js';
import { spec } from '../core/shape.js';
import { threefry2x32 } from '../kernels/functions/threefry.js';
import * as k from '../kernels/ir/build.js';
import { mapKernel, read } from '../kernels/ir/define.js';
import type { Expr } from '../kernels/ir/expr.js';
import { fit } from './kernel-values.js';
import { normalQuantile } from './normal-quantile.js';

interface BitsAttrs {
  readonly count: number;
}

/**
 * `count` words of uniformly distributed bits for a key: word i is the first of the two that
 * counter i gives, so that it does not depend on the count and fuses into what reads it.
 */
export const randomBitsOp = defineOp<BitsAttrs>({
  name: 'randomBits',
  infer: (_, { count }) => [spec([count], 'uint32')],
  lower: ({ inputs, outputs }) => [
    mapKernel(inputs, at(outputs, 0), (index) => {
      const key = (word: number): Expr => read(at(inputs, 0), [k.i32(word)]);
      const [first] = threefry2x32(key(0), key(1), k.cast(at(index, 0), 'u32'), k.u32(0));
      return first;
    }),
  ],
  grad: { none: 'random bits do not depend on the key smoothly' },
});

/** An op that turns words of random bits into floats. */
function fromBits(name: string, value: (word: Expr) => Expr): Op<{ readonly dtype: DType }> {
  return defineOp<{ readonly dtype: DType }>({
    name,
    infer: (inputs, { dtype }) => [spec(at(inputs, 0).shape, dtype)],
    lower: ({ inputs, outputs }) => {
      const output = at(outputs, 0);
      return [
        mapKernel(inputs, output, (index) => fit(value(read(at(inputs, 0), index)), output.dtype)),
      ];
    },
    grad: { none: 'random bits do not depend on the key smoothly' },
  });
}

/** The upper 24 bits of a word: float32 holds them exactly. */
function upperBits(word: Expr): Expr {
  return k.cast(k.call('shr', word, k.u32(8)), 'f32');
}

/** (-1, 1) in odd steps of 2^-24, so that neither end nor 0 comes. */
function signedUniform(word: Expr): Expr {
  const odd = k.add(k.mul(upperBits(word), k.f32(2)), k.f32(1 - 2 ** 24));
  return k.mul(odd, k.f32(2 ** -24));
}

/** The normal distribution's mass within two deviations, where truncated numbers come from. */
const WITHIN_TWO = 0.9544997361036416;

export const uniformFromBitsOp = /* @__PURE__ */ fromBits('uniformFromBits', (word) =>
  k.mul(upperBits(word), k.f32(2 ** -24)),
);
export const normalFromBitsOp = /* @__PURE__ */ fromBits('normalFromBits', (word) =>
  normalQuantile(signedUniform(word)),
);
export const truncatedFromBitsOp = /* @__PURE__ */ fromBits('truncatedFromBits', (word) =>
  normalQuantile(k.mul(signedUniform(word), k.f32(WITHIN_TWO))),
);
