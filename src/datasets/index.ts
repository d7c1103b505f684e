// The data sets by their public names.
export { digits } from './digits.js';
export { type FashionMnistOptions, fashionMnist } from './fashion-mnist.js';
export type { DataSet, Part } from './split.js';
