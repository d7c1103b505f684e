// Convolution and its two gradients for any number of spatial axes, channels last. Each is linear
// in both inputs and the three are each other's gradients, so derivatives of any order exist.
import { promote } from '../core/dtype.js';
import { defineOp, type Op } from '../core/op.js';
import { at } from '../core/sequence.js';
import { type Spec, spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { lowerInputGradient } from './conv-input-kernels.js';
import { type ConvAttrs, lowerConv, lowerFilterGradient } from './conv-kernels.js';
import { applyOne } from './convert.js';
import { numberOf } from './kernel-values.js';
import { cast } from './shaping.js';

function productDType(inputs: readonly Spec[]): Spec['dtype'] {
  return numberOf(promote(at(inputs, 0).dtype, at(inputs, 1).dtype));
}

/** Inputs: x [n, spatial, c] and w [steps, c / groups, f]; output: y [n, windows, f]. */
export const convOp: Op<ConvAttrs> = defineOp<ConvAttrs>({
  name: 'conv',
  infer: (inputs, attrs) => [
    spec([attrs.batch, ...attrs.output, attrs.groups * attrs.filters], productDType(inputs)),
  ],
  lower: (call) => [lowerConv(call)],
  grad: ({ inputs, attrs, dy, needs }) => {
    const [x, w] = [at(inputs, 0), at(inputs, 1)];
    return [
      needs[0] ? like(x, convInputOp, [dy, w], attrs) : undefined,
      needs[1] ? like(w, convFilterOp, [x, dy], attrs) : undefined,
    ];
  },
});

/** Inputs: dy and w of a convolution; output: the gradient of its x. Also transposed convolution. */
export const convInputOp: Op<ConvAttrs> = defineOp<ConvAttrs>({
  name: 'convInputGradient',
  infer: (inputs, attrs) => [
    spec([attrs.batch, ...attrs.input, attrs.groups * attrs.channels], productDType(inputs)),
  ],
  lower: lowerInputGradient,
  grad: ({ inputs, attrs, dy: toX, needs }) => {
    const [dy, w] = [at(inputs, 0), at(inputs, 1)];
    return [
      needs[0] ? like(dy, convOp, [toX, w], attrs) : undefined,
      needs[1] ? like(w, convFilterOp, [toX, dy], attrs) : undefined,
    ];
  },
});

/** Inputs: x and dy of a convolution; output: the gradient of its w. */
export const convFilterOp: Op<ConvAttrs> = defineOp<ConvAttrs>({
  name: 'convFilterGradient',
  infer: (inputs, attrs) => [
    spec([...attrs.size, attrs.channels, attrs.groups * attrs.filters], productDType(inputs)),
  ],
  lower: (call) => [lowerFilterGradient(call)],
  grad: ({ inputs, attrs, dy: toW, needs }) => {
    const [x, dy] = [at(inputs, 0), at(inputs, 1)];
    return [
      needs[0] ? like(x, convInputOp, [dy, toW], attrs) : undefined,
      needs[1] ? like(dy, convOp, [x, toW], attrs) : undefined,
    ];
  },
});

function like(input: Spec, op: Op<ConvAttrs>, inputs: readonly Tensor[], attrs: ConvAttrs): Tensor {
  return cast(applyOne(op, inputs, attrs), input.dtype);
}
