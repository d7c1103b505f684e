// What every data set gives: a part to train on and a part to test on.
import type { Tensor } from '../core/tensor.js';

/** Samples and their labels. Each data set says which shapes and dtypes it has. */
export interface Part {
  /** Mostly images, `[samples, height, width, channels]`. */
  readonly x: Tensor;
  /** Mostly class numbers, int32. */
  readonly y: Tensor;
}

/** A data set. */
export interface DataSet {
  readonly train: Part;
  readonly test: Part;
  /** What the class numbers stand for. */
  readonly classNames: readonly string[];
}
