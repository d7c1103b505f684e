// Initializers by name, and a factory for each.
import { axesOption, numberOption, optionalNumber, stringOption } from '../core/options.js';
import {
  type MakeSetting,
  type PlainConfig,
  type SerializedObject,
  SettingFamily,
} from '../core/serialized.js';
import { Constant, Identity, Ones, Zeros } from './constant.js';
import { Initializer } from './initializer.js';
import { Orthogonal, type OrthogonalOptions } from './orthogonal.js';
import {
  type NormalOptions,
  RandomNormal,
  RandomUniform,
  TruncatedNormal,
  type UniformOptions,
} from './random.js';
import { STFT, type STFTOptions } from './stft.js';
import {
  type Distribution,
  type FanMode,
  type FanOptions,
  GlorotNormal,
  GlorotUniform,
  HeNormal,
  HeUniform,
  LecunNormal,
  LecunUniform,
  VarianceScaling,
  type VarianceScalingOptions,
} from './variance-scaling.js';

export {
  Constant,
  Identity,
  Identity as IdentityInitializer,
  Ones,
  Zeros,
} from './constant.js';
export { Initializer, RandomInitializer, type SeedOptions } from './initializer.js';
export {
  Orthogonal,
  Orthogonal as OrthogonalInitializer,
  type OrthogonalOptions,
} from './orthogonal.js';
export {
  type NormalOptions,
  RandomNormal,
  RandomUniform,
  TruncatedNormal,
  type UniformOptions,
} from './random.js';
export {
  STFT,
  STFT as STFTInitializer,
  type STFTOptions,
  type WindowName,
} from './stft.js';
export {
  type FanOptions,
  GlorotNormal,
  GlorotUniform,
  HeNormal,
  HeUniform,
  LecunNormal,
  LecunUniform,
  VarianceScaling,
  type VarianceScalingOptions,
} from './variance-scaling.js';

/**
 * All zeros: what biases start from.
 *
 * @example
 * ```ts
 * import { initializers } from 'keratin';
 * console.log(await initializers.zeros().initialize([2], 'float32').array()); // [ 0, 0 ]
 * ```
 */
export const zeros = (): Zeros => new Zeros();
/**
 * All ones.
 *
 * @example
 * ```ts
 * import { initializers } from 'keratin';
 * console.log(await initializers.ones().initialize([2], 'float32').array()); // [ 1, 1 ]
 * ```
 */
export const ones = (): Ones => new Ones();
/**
 * `value` (default 0) everywhere.
 *
 * @example
 * ```ts
 * import { initializers } from 'keratin';
 * const start = initializers.constant({ value: 3 });
 * console.log(await start.initialize([2], 'float32').array()); // [ 3, 3 ]
 * ```
 */
export const constant = (options: { readonly value?: number } = {}): Constant =>
  new Constant(options);
/**
 * The identity matrix times `gain` (default 1).
 *
 * @example
 * ```ts
 * import { initializers } from 'keratin';
 * const start = initializers.identity();
 * console.log(await start.initialize([2, 2], 'float32').array()); // [ [ 1, 0 ], [ 0, 1 ] ]
 * ```
 */
export const identity = (options: { readonly gain?: number } = {}): Identity =>
  new Identity(options);
/**
 * Evenly between `minval` (default -0.05) and `maxval` (default 0.05).
 *
 * @example
 * ```ts
 * import { initializers } from 'keratin';
 * console.log(initializers.randomUniform({ seed: 1 }).initialize([2, 3], 'float32').shape); // [ 2, 3 ]
 * ```
 */
export const randomUniform = (options: UniformOptions = {}): RandomUniform =>
  new RandomUniform(options);
/**
 * Normal numbers: `mean` (default 0), `stddev` (default 0.05).
 *
 * @example
 * ```ts
 * import { initializers } from 'keratin';
 * console.log(initializers.randomNormal({ seed: 1 }).initialize([2, 3], 'float32').shape); // [ 2, 3 ]
 * ```
 */
export const randomNormal = (options: NormalOptions = {}): RandomNormal =>
  new RandomNormal(options);
/**
 * Normal numbers within two deviations: `mean` (default 0), `stddev` (default 0.05).
 *
 * @example
 * ```ts
 * import { initializers } from 'keratin';
 * console.log(initializers.truncatedNormal({ seed: 1 }).initialize([2, 3], 'float32').shape); // [ 2, 3 ]
 * ```
 */
export const truncatedNormal = (options: NormalOptions = {}): TruncatedNormal =>
  new TruncatedNormal(options);
/**
 * Variance `scale / fan`.
 *
 * @example
 * ```ts
 * import { initializers } from 'keratin';
 * console.log(initializers.varianceScaling({ scale: 2 }).initialize([2, 3], 'float32').shape); // [ 2, 3 ]
 * ```
 */
export const varianceScaling = (options: VarianceScalingOptions = {}): VarianceScaling =>
  new VarianceScaling(options);
/**
 * Uniform up to `sqrt(6 / (fanIn + fanOut))`.
 *
 * @example
 * ```ts
 * import { initializers } from 'keratin';
 * console.log(initializers.glorotUniform().initialize([2, 3], 'float32').shape); // [ 2, 3 ]
 * ```
 */
export const glorotUniform = (options: FanOptions = {}): GlorotUniform =>
  new GlorotUniform(options);
/**
 * Truncated normal with variance `2 / (fanIn + fanOut)`.
 *
 * @example
 * ```ts
 * import { initializers } from 'keratin';
 * console.log(initializers.glorotNormal().initialize([2, 3], 'float32').shape); // [ 2, 3 ]
 * ```
 */
export const glorotNormal = (options: FanOptions = {}): GlorotNormal => new GlorotNormal(options);
/**
 * Uniform up to `sqrt(6 / fanIn)`.
 *
 * @example
 * ```ts
 * import { initializers } from 'keratin';
 * console.log(initializers.heUniform().initialize([2, 3], 'float32').shape); // [ 2, 3 ]
 * ```
 */
export const heUniform = (options: FanOptions = {}): HeUniform => new HeUniform(options);
/**
 * Truncated normal with variance `2 / fanIn`.
 *
 * @example
 * ```ts
 * import { initializers } from 'keratin';
 * console.log(initializers.heNormal().initialize([2, 3], 'float32').shape); // [ 2, 3 ]
 * ```
 */
export const heNormal = (options: FanOptions = {}): HeNormal => new HeNormal(options);
/**
 * Uniform up to `sqrt(3 / fanIn)`.
 *
 * @example
 * ```ts
 * import { initializers } from 'keratin';
 * console.log(initializers.lecunUniform().initialize([2, 3], 'float32').shape); // [ 2, 3 ]
 * ```
 */
export const lecunUniform = (options: FanOptions = {}): LecunUniform => new LecunUniform(options);
/**
 * Truncated normal with variance `1 / fanIn`.
 *
 * @example
 * ```ts
 * import { initializers } from 'keratin';
 * console.log(initializers.lecunNormal().initialize([2, 3], 'float32').shape); // [ 2, 3 ]
 * ```
 */
export const lecunNormal = (options: FanOptions = {}): LecunNormal => new LecunNormal(options);
/**
 * Orthonormal rows or columns times `gain` (default 1).
 *
 * @example
 * ```ts
 * import { initializers } from 'keratin';
 * console.log(initializers.orthogonal({ gain: 2 }).initialize([2, 3], 'float32').shape); // [ 2, 3 ]
 * ```
 */
export const orthogonal = (options: OrthogonalOptions = {}): Orthogonal => new Orthogonal(options);
/**
 * Kernels of a short-time Fourier transform by convolution.
 *
 * @example
 * ```ts
 * import { initializers } from 'keratin';
 * const kernel = initializers.stft({ window: 'hamming' }).initialize([8, 1, 5], 'float32');
 * console.log(kernel.shape); // [ 8, 1, 5 ]
 * ```
 */
export const stft = (options: STFTOptions = {}): STFT => new STFT(options);
/** TensorFlow.js's name of {@link lecunNormal}. */
export const leCunNormal = lecunNormal;
/** TensorFlow.js's name of {@link lecunUniform}. */
export const leCunUniform = lecunUniform;

function fanOptions(config: PlainConfig): FanOptions {
  return {
    seed: optionalNumber(config, 'seed'),
    inputAxes: axesOption(config, 'inputAxes', null),
    outputAxes: axesOption(config, 'outputAxes', null),
  };
}

function normalOptions(config: PlainConfig): NormalOptions {
  return {
    seed: optionalNumber(config, 'seed'),
    mean: numberOption(config, 'mean', 0),
    stddev: numberOption(config, 'stddev', 0.05),
  };
}

const classes: Readonly<Record<string, MakeSetting<Initializer>>> = {
  Zeros: () => new Zeros(),
  Ones: () => new Ones(),
  Constant: (config) => new Constant({ value: numberOption(config, 'value', 0) }),
  Identity: (config) => new Identity({ gain: numberOption(config, 'gain', 1) }),
  RandomUniform: (config) =>
    new RandomUniform({
      seed: optionalNumber(config, 'seed'),
      minval: numberOption(config, 'minval', -0.05),
      maxval: numberOption(config, 'maxval', 0.05),
    }),
  RandomNormal: (config) => new RandomNormal(normalOptions(config)),
  TruncatedNormal: (config) => new TruncatedNormal(normalOptions(config)),
  VarianceScaling: (config) =>
    new VarianceScaling({
      ...fanOptions(config),
      scale: numberOption(config, 'scale', 1),
      // The constructor checks both names.
      mode: stringOption(config, 'mode', 'fan_in') as FanMode,
      distribution: stringOption(config, 'distribution', 'truncated_normal') as Distribution,
    }),
  GlorotUniform: (config) => new GlorotUniform(fanOptions(config)),
  GlorotNormal: (config) => new GlorotNormal(fanOptions(config)),
  HeUniform: (config) => new HeUniform(fanOptions(config)),
  HeNormal: (config) => new HeNormal(fanOptions(config)),
  LecunUniform: (config) => new LecunUniform(fanOptions(config)),
  LecunNormal: (config) => new LecunNormal(fanOptions(config)),
  Orthogonal: (config) =>
    new Orthogonal({
      seed: optionalNumber(config, 'seed'),
      gain: numberOption(config, 'gain', 1),
    }),
  // The constructor checks what the file says.
  STFT: (config) => Reflect.construct(STFT, [config]),
};

/** The initializers that have a name. */
export const family = /* @__PURE__ */ new SettingFamily<Initializer>(
  'initializer',
  'keras.initializers',
  Initializer,
  classes,
  {
    zero: 'Zeros',
    one: 'Ones',
    uniform: 'RandomUniform',
    normal: 'RandomNormal',
    IdentityInitializer: 'Identity',
    OrthogonalInitializer: 'Orthogonal',
    STFTInitializer: 'STFT',
  },
);

/** The names of the initializers. Keras's spellings (`glorot_uniform`) are understood too. */
export type InitializerName =
  | 'zeros'
  | 'ones'
  | 'constant'
  | 'identity'
  | 'randomUniform'
  | 'randomNormal'
  | 'truncatedNormal'
  | 'varianceScaling'
  | 'glorotUniform'
  | 'glorotNormal'
  | 'heUniform'
  | 'heNormal'
  | 'lecunUniform'
  | 'lecunNormal'
  | 'orthogonal';

/** What an initializer option takes: an initializer, a name in any spelling, or a Keras object. */
export type InitializerLike = Initializer | InitializerName | (string & {}) | SerializedObject;

/** The initializer that `identifier` is, names or describes. */
export function get(identifier: InitializerLike): Initializer {
  return family.get(identifier);
}

export { get as deserialize };

/** What Keras's files hold of `initializer`: its class and its options. */
export function serialize(initializer: Initializer): SerializedObject {
  return family.serialize(initializer);
}
