// Fans: how many inputs and outputs each weight of a kernel connects.
import { product } from '../core/sequence.js';
import type { Shape } from '../core/shape.js';

/** Inputs and outputs of one unit. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** Which axes of a kernel are inputs and outputs, where Keras's rule does not fit. */
export interface FanAxes {
  readonly inputAxes?: number | readonly number[] | null | undefined;
  readonly outputAxes?: number | readonly number[] | null | undefined;
}

function sizes(shape: Shape, axes: number | readonly number[]): number {
  const list = typeof axes === 'number' ? [axes] : axes;
  return product(list.map((axis) => shape.at(axis) ?? 1));
}

/** Keras's rule: `[inputs, outputs]`, or `[...window, inputs, outputs]` for convolutions. */
export function fansOf(shape: Shape, axes: FanAxes = {}): Fans {
  const { inputAxes, outputAxes } = axes;
  if (inputAxes !== undefined && inputAxes !== null && outputAxes !== undefined) {
    const outputs = outputAxes ?? [];
    const fanIn = sizes(shape, inputAxes);
    const fanOut = sizes(shape, outputs);
    const window = product(shape) / Math.max(1, fanIn * fanOut);
    return { fanIn: fanIn * window, fanOut: fanOut * window };
  }
  if (shape.length < 2) {
    const size = shape[0] ?? 1;
    return { fanIn: size, fanOut: size };
  }
  const window = product(shape.slice(0, -2));
  return { fanIn: (shape.at(-2) ?? 1) * window, fanOut: (shape.at(-1) ?? 1) * window };
}
