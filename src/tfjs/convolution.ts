// Convolution and pooling by the names and argument orders of TensorFlow.js.
import { at } from '../core/sequence.js';
import {
  asTensor,
  averagePool,
  type ConvOptions,
  conv,
  convTranspose2d,
  convTranspose3d,
  depthwiseConv2d as depthwiseOf,
  gradient,
  maxPool as maxPoolOf,
  mul,
  type Shape,
  ShapeError,
  separableConv2d as separableOf,
  sum,
  type Tensor,
  type TensorLike,
  zeros,
} from '../index.js';
import { batched } from './batched.js';
import { dilatedPool } from './windows.js';

/** Padding: a word, one number for all sides, or pairs [before, after] for each axis of x. */
export type Pad = 'valid' | 'same' | number | readonly (readonly [number, number])[];
/** Where channels stand, by the letters of TensorFlow. */
export type Format = 'NWC' | 'NCW' | 'NHWC' | 'NCHW' | 'NDHWC' | 'NCDHW';
type Sizes = number | readonly number[];
type DataFormat = 'channelsLast' | 'channelsFirst';

function formatOf(format: Format): DataFormat {
  return format.startsWith('NC') ? 'channelsFirst' : 'channelsLast';
}

/** Padding as ours: pairs for the spatial axes alone. */
function paddingOf(pad: Pad, spatial: number, format: DataFormat): Exclude<Pad, number> {
  if (typeof pad === 'string') return pad;
  if (typeof pad === 'number') return Array.from({ length: spatial }, () => [pad, pad] as const);
  if (pad.length === spatial) return pad;
  return format === 'channelsLast' ? pad.slice(1, -1) : pad.slice(2);
}

function convolution(spatial: number, first: Format) {
  return (
    x: TensorLike,
    filter: TensorLike,
    strides: Sizes,
    pad: Pad,
    format: Format = first,
    dilations: Sizes = 1,
  ): Tensor => {
    const dataFormat = formatOf(format);
    const padding: ConvOptions['padding'] = paddingOf(pad, spatial, dataFormat);
    return batched(x, spatial + 2, (batch) =>
      conv(batch, filter, { strides, padding, dataFormat, dilation: dilations }),
    );
  };
}

/** Convolution along one axis: x [n, length, in], filter [size, in, out]. */
export const conv1d = /* @__PURE__ */ convolution(1, 'NWC');
/**
 * Convolution over images: x [n, height, width, in], filter [height, width, in, out].
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const y = tf.conv2d(tf.ones([1, 4, 4, 1]), tf.ones([2, 2, 1, 3]), 2, 'valid');
 * console.log(y.shape); // [ 1, 2, 2, 3 ]
 * ```
 */
export const conv2d = /* @__PURE__ */ convolution(2, 'NHWC');
/** Convolution over volumes: x [n, depth, height, width, in]. */
export const conv3d = /* @__PURE__ */ convolution(3, 'NDHWC');

type Transposed = typeof convTranspose2d;

function transposed(name: string, spatial: number, fn: Transposed) {
  return (
    x: TensorLike,
    filter: TensorLike,
    outputShape: Shape,
    strides: Sizes,
    pad: Pad,
  ): Tensor =>
    batched(x, spatial + 2, (batch) => {
      const wanted = outputShape.slice(-spatial - 1, -1);
      const made =
        typeof pad === 'string' ? fn(batch, filter, { strides, padding: pad }) : undefined;
      const sizes = made?.shape.slice(1, -1) ?? [];
      if (made !== undefined && wanted.every((size, axis) => size === sizes[axis])) return made;
      const depth = at(asTensor(filter).shape, -2);
      const full = [at(batch.shape, 0), ...wanted, depth];
      const padding: ConvOptions['padding'] = paddingOf(pad, spatial, 'channelsLast');
      // What the convolution of such an output takes back: several sizes give the same input.
      const forward = (y: Tensor): Tensor => conv(y, filter, { strides, padding });
      const back = forward(zeros(full));
      if (back.shape.every((size, axis) => size === batch.shape[axis])) {
        const [slope] = gradient((y) => sum(mul(forward(y), batch)))(zeros(full));
        if (slope !== undefined) return slope;
      }
      throw new ShapeError({
        where: name,
        what: `an output of this size does not come of this input with padding ${pad}`,
        expected: JSON.stringify(sizes),
        received: JSON.stringify(wanted),
        fix: 'change outputShape, or crop or pad the result',
      });
    });
}

/** The transpose of `conv2d`; the filter is [height, width, out, in]. */
export const conv2dTranspose = /* @__PURE__ */ transposed('conv2dTranspose', 2, convTranspose2d);
/** The transpose of `conv3d`; the filter is [depth, height, width, out, in]. */
export const conv3dTranspose = /* @__PURE__ */ transposed('conv3dTranspose', 3, convTranspose3d);

/** A convolution of each channel by itself; the filter is [height, width, in, multiplier]. */
export function depthwiseConv2d(
  x: TensorLike,
  filter: TensorLike,
  strides: Sizes,
  pad: Pad,
  format: Format = 'NHWC',
  dilations: Sizes = 1,
): Tensor {
  const dataFormat = formatOf(format);
  const padding = paddingOf(pad, 2, dataFormat);
  return batched(x, 4, (batch) =>
    depthwiseOf(batch, filter, { strides, padding, dataFormat, dilation: dilations }),
  );
}

/** `depthwiseConv2d`, then a convolution with a filter [1, 1, in * multiplier, out]. */
export function separableConv2d(
  x: TensorLike,
  depthwiseFilter: TensorLike,
  pointwiseFilter: TensorLike,
  strides: Sizes,
  pad: Pad,
  dilation: Sizes = 1,
  format: Format = 'NHWC',
): Tensor {
  const dataFormat = formatOf(format);
  const options = { strides, padding: paddingOf(pad, 2, dataFormat), dataFormat, dilation };
  return batched(x, 4, (batch) => separableOf(batch, depthwiseFilter, pointwiseFilter, options));
}

function sizeAlong(sizes: Sizes, axis: number): number {
  return typeof sizes === 'number' ? sizes : at(sizes, axis);
}

/** More room behind, where the number of windows is not rounded down. */
function roundedPadding(
  padding: Exclude<Pad, number>,
  rounding: 'floor' | 'round' | 'ceil',
  axisOf: (axis: number) => { extent: number; size: number; stride: number },
): Exclude<Pad, number> {
  if (typeof padding === 'string' || rounding === 'floor') return padding;
  return padding.map(([before, after], axis) => {
    const { extent, size, stride } = axisOf(axis);
    const span = extent + before + after - size;
    return [before, after + Math.max(0, Math[rounding](span / stride) * stride - span)] as const;
  });
}

function pooling(spatial: number, first: Format, fn: typeof maxPoolOf) {
  return (
    x: TensorLike,
    filterSize: Sizes,
    strides: Sizes,
    pad: Pad,
    rounding: 'floor' | 'round' | 'ceil' = 'floor',
    format: Format = first,
  ): Tensor => {
    const dataFormat = formatOf(format);
    return batched(x, spatial + 2, (batch) => {
      const sizes =
        dataFormat === 'channelsFirst' ? batch.shape.slice(2) : batch.shape.slice(1, -1);
      const padding = roundedPadding(paddingOf(pad, spatial, dataFormat), rounding, (axis) => ({
        extent: at(sizes, axis),
        size: sizeAlong(filterSize, axis),
        stride: sizeAlong(strides, axis),
      }));
      return fn(batch, { poolSize: filterSize, strides, padding, dataFormat });
    });
  };
}

/** The largest element of each window. */
export const maxPool = /* @__PURE__ */ pooling(2, 'NHWC', maxPoolOf);
/** The mean of each window. */
export const avgPool = /* @__PURE__ */ pooling(2, 'NHWC', averagePool);
/** The largest element of each window of a volume. */
export const maxPool3d = /* @__PURE__ */ pooling(3, 'NDHWC', maxPoolOf);
/** The mean of each window of a volume. */
export const avgPool3d = /* @__PURE__ */ pooling(3, 'NDHWC', averagePool);

/** `maxPool` or `avgPool`, by name. */
export function pool(
  x: TensorLike,
  windowShape: Sizes,
  poolingType: 'avg' | 'max',
  pad: Pad,
  dilations: Sizes = 1,
  strides: Sizes = 1,
): Tensor {
  const list = typeof dilations === 'number' ? [dilations] : dilations;
  if (list.some((dilation) => dilation !== 1)) {
    return dilatedPool(x, poolingType, { size: windowShape, strides, pad, dilations });
  }
  return (poolingType === 'max' ? maxPool : avgPool)(x, windowShape, strides, pad);
}
