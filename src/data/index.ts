// Data helpers by their public names.
export type { ClassWeight } from './class-weight.js';
export type { Dataset, DatasetItem, IndexedDataset } from './dataset-source.js';
export type { ArrayTree } from './host-array.js';
export {
  type PadOptions,
  padSequences,
  type TimeseriesDataset,
  type TimeseriesOptions,
  timeseriesDatasetFromArray,
} from './sequences.js';
export {
  type PackedBatch,
  packXYSampleWeight,
  type SplitDatasetOptions,
  splitDataset,
  unpackXYSampleWeight,
} from './split-dataset.js';
export {
  type SplitOptions,
  type SplitPart,
  toCategorical,
  trainTestSplit,
} from './to-categorical.js';
