// What every data set gives: a part to train on and a part to test on.
import type { Tensor } from '../core/tensor.js';

/** Samples and their labels. */
export interface Part {
  /** Images, `[samples, height, width, 1]`, float32 from 0 to 1. */
  readonly x: Tensor;
  /** Class numbers, `[samples]`, int32. */
  readonly y: Tensor;
}

/** A data set. */
export interface DataSet {
  readonly train: Part;
  readonly test: Part;
  /** What the class numbers stand for. */
  readonly classNames: readonly string[];
}
