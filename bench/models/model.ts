// What the suites need to know of a network: how it is built and trained, and its work in numbers.

import type * as k from '../../src/index.js';

/** Values on the host, before any library has them. */
export interface HostArray {
  readonly values: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

export interface Sample {
  readonly x: HostArray;
  readonly y: HostArray;
}

export type Optimizer = 'sgd' | 'adam' | 'adamw';
/** How the last layer's output is compared with the targets. */
export type LossName = 'probabilities' | 'logits of tokens' | 'squares';

export interface BenchModel {
  /** As on the command line. */
  readonly name: string;
  /** As in tables. */
  readonly title: string;
  build(): k.AnyModel;
  /** The same numbers in every run. */
  sample(batch: number): Sample;
  /** Multiplications and additions of one forward pass. */
  flops(batch: number): number;
  readonly optimizer: Optimizer;
  readonly learningRate: number;
  readonly loss: LossName;
}

/** Of one training step: each product is met again for the gradient of either factor. */
export function trainingFlops(model: BenchModel, batch: number): number {
  return 3 * model.flops(batch);
}
