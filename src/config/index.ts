// keras.config: the settings of the whole process, by their public names. Each is kept and read in one
// place of the folders below.
import * as fuzz from '../core/epsilon.js';
import * as settings from '../core/settings.js';
import { type DTypePolicy, defaultDTypePolicy } from '../layers/dtype-policy.js';

export type { ImageDataFormat } from '../core/settings.js';
export { setDTypePolicy } from '../layers/dtype-policies.js';

/**
 * The fuzz factor that keeps logarithms and divisions finite in losses, metrics, layers and
 * constraints where no option says otherwise. 1e-7 unless it was set.
 *
 * @example
 * ```ts
 * import { config } from 'keratin';
 * console.log(config.epsilon()); // 1e-7
 * ```
 */
export function epsilon(): number {
  return fuzz.currentEpsilon();
}

/**
 * Sets {@link epsilon}. Steps that were compiled before keep theirs, as in Keras. (The `epsilon` of
 * optimizers and of normalizing layers are options with defaults of their own.)
 *
 * @throws ArgumentError for what is not a number above 0.
 * @example
 * ```ts
 * import { config, losses, tensor } from 'keratin';
 * config.setEpsilon(0.1);
 * const loss = losses.binaryCrossentropy(tensor([1]), tensor([0]));
 * console.log((await loss.item()).toFixed(4)); // 2.3026
 * config.setEpsilon(1e-7);
 * ```
 */
export function setEpsilon(value: number): void {
  fuzz.setEpsilon(value);
}

/**
 * The dtype of tensors and weights that are made of plain numbers: always float32. Keras's
 * `set_floatx` has no counterpart: say `dtype` where a tensor is made, and `setDTypePolicy` for layers,
 * which `set_floatx` no longer reaches once a layer was made. What it does reach in Keras, such as
 * losses, metrics and learning rates, is kept in float32 here on purpose.
 *
 * @example
 * ```ts
 * import { config, tensor } from 'keratin';
 * console.log(tensor([1.5]).dtype === config.floatx()); // true
 * ```
 */
export function floatx(): 'float32' {
  return 'float32';
}

/**
 * The policy of layers that are made without a `dtype`; see {@link setDTypePolicy}.
 *
 * @example
 * ```ts
 * import { config } from 'keratin';
 * console.log(config.dtypePolicy().name); // float32
 * ```
 */
export function dtypePolicy(): DTypePolicy {
  return defaultDTypePolicy();
}

/**
 * Where channels stand in layers and pictures that are made without a `dataFormat`.
 *
 * @example
 * ```ts
 * import { config } from 'keratin';
 * console.log(config.imageDataFormat()); // channelsLast
 * ```
 */
export function imageDataFormat(): settings.ImageDataFormat {
  return settings.imageDataFormat();
}

/**
 * Sets {@link imageDataFormat} for layers and for the functions of pictures in `data`. Functions in
 * `ops` take channels last unless they are told (in Keras they follow the setting too).
 *
 * @throws UnknownNameError for other names.
 * @example
 * ```ts
 * import { config, layers } from 'keratin';
 * config.setImageDataFormat('channelsFirst');
 * const pooled = layers.globalMaxPooling2d().apply(layers.input({ shape: [3, 8, 8] }));
 * console.log(pooled.shape); // [ null, 3 ]
 * config.setImageDataFormat('channelsLast');
 * ```
 */
export function setImageDataFormat(
  format: settings.ImageDataFormat | 'channels_last' | 'channels_first',
): void {
  settings.setImageDataFormat(format);
}

/**
 * The most epochs that `fit` runs, whatever it is asked for; null for no limit.
 *
 * @example
 * ```ts
 * import { config } from 'keratin';
 * console.log(config.maxEpochs()); // null
 * ```
 */
export function maxEpochs(): number | null {
  return settings.maxEpochs();
}

/**
 * Sets {@link maxEpochs}, to try a program quickly. As in Keras, `epochs` of `fit` counts from 0
 * also where `initialEpoch` is given. See also `fastDevRun` of `fit`.
 *
 * @throws ArgumentError for what is neither a count nor null.
 * @example
 * ```ts
 * import { config } from 'keratin';
 * config.setMaxEpochs(1);
 * console.log(config.maxEpochs()); // 1
 * config.setMaxEpochs(null);
 * ```
 */
export function setMaxEpochs(limit: number | null): void {
  settings.setMaxEpochs(limit);
}

/**
 * The most batches of an epoch of `fit`, of validation, `evaluate` and `predict`; null for no limit.
 *
 * @example
 * ```ts
 * import { config } from 'keratin';
 * console.log(config.maxStepsPerEpoch()); // null
 * ```
 */
export function maxStepsPerEpoch(): number | null {
  return settings.maxStepsPerEpoch();
}

/**
 * Sets {@link maxStepsPerEpoch}. As in Keras it takes the place of `stepsPerEpoch` and `steps`:
 * epochs go on where the last one was cut, and arrays without a `batchSize` are cut into so many
 * batches.
 *
 * @throws ArgumentError for what is neither a count nor null.
 * @example
 * ```ts
 * import { config } from 'keratin';
 * config.setMaxStepsPerEpoch(10);
 * console.log(config.maxStepsPerEpoch()); // 10
 * config.setMaxStepsPerEpoch(null);
 * ```
 */
export function setMaxStepsPerEpoch(limit: number | null): void {
  settings.setMaxStepsPerEpoch(limit);
}

/**
 * Whether progress is written to the terminal; see {@link disableInteractiveLogging}.
 *
 * @example
 * ```ts
 * import { config } from 'keratin';
 * console.log(config.isInteractiveLoggingEnabled()); // true
 * ```
 */
export function isInteractiveLoggingEnabled(): boolean {
  return settings.isInteractiveLoggingEnabled();
}

/**
 * Lets progress lines and messages of callbacks go to the terminal again: the default.
 *
 * @example
 * ```ts
 * import { config } from 'keratin';
 * config.enableInteractiveLogging();
 * console.log(config.isInteractiveLoggingEnabled()); // true
 * ```
 */
export function enableInteractiveLogging(): void {
  settings.setInteractiveLogging(true);
}

/**
 * Sends progress lines and messages of callbacks to `console.info`, whole lines only, as a server's
 * log wants them. `verbose: 0` of `fit` writes none at all.
 *
 * @example
 * ```ts
 * import { config } from 'keratin';
 * config.disableInteractiveLogging();
 * console.log(config.isInteractiveLoggingEnabled()); // false
 * config.enableInteractiveLogging();
 * ```
 */
export function disableInteractiveLogging(): void {
  settings.setInteractiveLogging(false);
}
