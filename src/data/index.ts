// Data helpers by their public names.
export type { ClassWeight } from './class-weight.js';
export type { Dataset, DatasetItem, IndexedDataset } from './dataset-source.js';
export type { ArrayTree } from './host-array.js';
export {
  type SplitOptions,
  type SplitPart,
  toCategorical,
  trainTestSplit,
} from './to-categorical.js';
