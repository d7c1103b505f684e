// The data sets by their public names.
export { type Cifar100Options, cifar10, cifar100 } from './cifar.js';
export { digits } from './digits.js';
export { type FashionMnistOptions, fashionMnist } from './fashion-mnist.js';
export {
  bostonHousing,
  type CaliforniaHousingOptions,
  californiaHousing,
  type HousingData,
  type HousingOptions,
} from './housing.js';
export type { DataSetOptions } from './keras-files.js';
export { mnist } from './mnist.js';
export type { DataSet, Part } from './split.js';
export {
  imdb,
  imdbWordIndex,
  type ReutersOptions,
  reuters,
  reutersWordIndex,
  type WordsData,
  type WordsOptions,
  type WordsPart,
} from './texts.js';
