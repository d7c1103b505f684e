// Data helpers by their public names.

export type { Progress } from '../files/download.js';
export { type GetFileOptions, getFile } from '../files/get-file.js';
export type { Picture, PictureLimits } from '../files/pictures/picture.js';
export type { ClassWeight } from './class-weight.js';
export type { Dataset, DatasetItem, IndexedDataset } from './dataset-source.js';
export { type AudioFolderOptions, audioDatasetFromDirectory } from './folders/audio-folder.js';
export type { BatchDataset, FolderBatch, FolderDataset } from './folders/folder-dataset.js';
export { type ImageFolderOptions, imageDatasetFromDirectory } from './folders/image-folder.js';
export type { FolderOptions, LabelMode } from './folders/options.js';
export { type TextFolderOptions, textDatasetFromDirectory } from './folders/text-folder.js';
export type { ArrayTree } from './host-array.js';
export {
  type ArrayToImgOptions,
  arrayToImg,
  type ImgToArrayOptions,
  imgToArray,
  type PictureLike,
  type SmartResizeOptions,
  smartResize,
} from './images/arrays.js';
export type { ColorMode } from './images/color-mode.js';
export {
  type LoadImgOptions,
  loadImg,
  type SaveImgOptions,
  saveImg,
} from './images/picture-files.js';
export { PyDataset, PyDataset as Sequence, type PyDatasetOptions } from './py-dataset.js';
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
