// Options that layers with a kernel and a bias share, and their defaults.
import type { ActivationLike } from '../activations/index.js';
import type { ConstraintLike } from '../constraints/index.js';
import type { InitializerLike } from '../initializers/index.js';
import type { RegularizerLike } from '../regularizers/index.js';
import type { LayerOptions } from './options.js';
import type { WeightOptions } from './weight-holder.js';

/** What a kernel starts from and is kept to. */
export interface KernelSettingOptions extends LayerOptions {
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: InitializerLike;
  /** Default none. */
  readonly kernelRegularizer?: RegularizerLike | null;
  /** Default none. */
  readonly kernelConstraint?: ConstraintLike | null;
}

/** What a bias starts from and is kept to. */
export interface BiasSettingOptions extends LayerOptions {
  /** Default `zeros`. */
  readonly biasInitializer?: InitializerLike;
  /** Default none. */
  readonly biasRegularizer?: RegularizerLike | null;
  /** Default none. */
  readonly biasConstraint?: ConstraintLike | null;
}

/** Options of layers that add a bias and end in an activation. */
export interface BiasOptions extends BiasSettingOptions {
  /** A name or function applied to the result. Default `linear`: none. */
  readonly activation?: ActivationLike | null;
  /** Whether a bias is added. Default true. */
  readonly useBias?: boolean;
}

/** Options of layers with one kernel. */
export interface KernelOptions extends BiasOptions, KernelSettingOptions {}

/** Defaults of {@link KernelSettingOptions}. */
export const KERNEL_SETTING_DEFAULTS = {
  kernelInitializer: 'glorotUniform',
  kernelRegularizer: null,
  kernelConstraint: null,
} as const;

/** Defaults of {@link BiasSettingOptions}. */
export const BIAS_SETTING_DEFAULTS = {
  biasInitializer: 'zeros',
  biasRegularizer: null,
  biasConstraint: null,
} as const;

/** Defaults of {@link BiasOptions}. */
export const BIAS_DEFAULTS = {
  activation: 'linear',
  useBias: true,
  ...BIAS_SETTING_DEFAULTS,
} as const;

/** Defaults of {@link KernelOptions}. */
export const KERNEL_DEFAULTS = { ...BIAS_DEFAULTS, ...KERNEL_SETTING_DEFAULTS } as const;

/** The settings of a kernel, for `weight`. */
export function kernelSettings(config: KernelSettingOptions): WeightOptions {
  return {
    initializer: config.kernelInitializer,
    regularizer: config.kernelRegularizer,
    constraint: config.kernelConstraint,
  };
}

/** The settings of a bias, for `weight`. */
export function biasSettings(config: BiasSettingOptions): WeightOptions {
  return {
    initializer: config.biasInitializer,
    regularizer: config.biasRegularizer,
    constraint: config.biasConstraint,
  };
}
