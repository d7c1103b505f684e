// What layers take in TensorFlow.js beside the options of ours: shapes with the batch, dtypes of
// inputs and first values of weights.

import { activations, type DType, input, Model, SymbolicTensor, type Tensor } from '../index.js';
import type { AnyLayer } from '../layers/layer.js';
import type { LayerOptions } from '../layers/options.js';
import type { PartialShape } from '../layers/symbolic.js';
import type { WeightValue } from '../layers/weight-values.js';
import type { Stackable } from '../models/sequential.js';
import {
  geluNew,
  kerasTwoHardSigmoid,
  registerOldActivations,
} from './layers-model/old-activations.js';
import { l1l2 } from './regularizers.js';

/** Options of every layer of TensorFlow.js. */
export interface LayerArgs extends LayerOptions {
  /** The shape of the input with the batch, for the first layer of a stack. */
  readonly batchInputShape?: PartialShape | undefined;
  /** The size of the batch, beside `inputShape`. */
  readonly batchSize?: number | null | undefined;
  /** The dtype of the input, for the first layer of a stack. */
  readonly inputDType?: DType | undefined;
  /** First values of the weights. */
  readonly weights?: readonly WeightValue[] | undefined;
  /** For recurrent layers: taken and left alone. */
  readonly implementation?: number | undefined;
}

/** Activations that compute otherwise there than under the same name here. */
const ACTIVATIONS: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  hardSigmoid: kerasTwoHardSigmoid,
  gelu_new: geluNew,
  logSoftmax: (x) => activations.logSoftmax(x),
};

/** Inputs that layers ask for at the head of a stack. */
const inputs = new WeakMap<
  AnyLayer,
  { readonly batchShape: PartialShape; readonly dtype: DType }
>();

/**
 * The input that the first layer of a stack asks for, that of a model for one; undefined where
 * `inputShape` says it all.
 */
export function inputBefore(layer: Stackable): SymbolicTensor | undefined {
  if (layer instanceof SymbolicTensor) return undefined;
  const asked = inputs.get(layer);
  if (asked !== undefined) return input(asked);
  const [only, ...others] = layer instanceof Model ? layer.inputs : [];
  if (only === undefined || others.length > 0) return undefined;
  return input({ batchShape: only.shape, dtype: only.dtype });
}

/** Options of ours among those of TensorFlow.js; undefined means that nothing was said. */
function ownOptions<Args extends LayerArgs>({
  batchInputShape: _,
  batchSize: __,
  inputDType: ___,
  weights: ____,
  implementation: _____,
  ...options
}: Args): Readonly<Record<string, unknown>> {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([key, value]) => {
      if (/egularizer$/.test(key) && value === 'l1l2') return [key, l1l2()];
      const other =
        /activation$/i.test(key) && typeof value === 'string' ? ACTIVATIONS[value] : undefined;
      return [key, other ?? value];
    }),
  );
}

/** Recurrent layers heed the masks of their inputs next to given states, as they do not in Keras. */
export function keepMask(layer: object): void {
  if ('keepsMask' in layer && layer.keepsMask === false) layer.keepsMask = true;
}

/** Gives the weights their first values as soon as they exist. */
function giveWeights(layer: AnyLayer, weights: readonly WeightValue[]): void {
  const ensureBuilt = layer.ensureBuilt.bind(layer);
  Object.defineProperty(layer, 'ensureBuilt', {
    configurable: true,
    value(shape: Parameters<typeof ensureBuilt>[0]): void {
      const isNew = !layer.built;
      ensureBuilt(shape);
      if (isNew && layer.built) layer.setWeights(weights);
    },
  });
}

/** A factory of ours. */
type Factory = (options: never) => AnyLayer;
type OptionsOf<F extends Factory> = NonNullable<Parameters<F>[0]>;

/** Arguments of a factory: options, which may be left out where none is required. */
export type FactoryArguments<Options> =
  Record<never, never> extends Options ? [args?: Options & LayerArgs] : [args: Options & LayerArgs];

/**
 * A factory of TensorFlow.js made of one of ours: `defaults` are those that differ there, `adapt`
 * says otherwise what is said otherwise there.
 */
export function factoryThere<F extends Factory>(
  make: F,
  defaults: Readonly<Record<string, unknown>> = {},
  adapt: (options: Readonly<Record<string, unknown>>) => object = (options) => options,
): (...args: FactoryArguments<OptionsOf<F>>) => ReturnType<F> {
  return (...[args = {}]: readonly [args?: LayerArgs]) => {
    registerOldActivations();
    const { batchInputShape, batchSize, inputDType, inputShape, weights } = args;
    const options = adapt({ ...ownOptions(defaults), ...ownOptions(args) });
    // What is known and what is required is checked where our layers are made.
    const layer = Reflect.apply(make, undefined, [options]) as ReturnType<F>;
    const batchShape = batchInputShape ?? (inputShape && [batchSize ?? null, ...inputShape]);
    const isAsked = batchInputShape ?? batchSize ?? inputDType;
    if (batchShape !== undefined && isAsked !== undefined && isAsked !== null) {
      inputs.set(layer, { batchShape, dtype: inputDType ?? 'float32' });
    }
    if (weights !== undefined && weights !== null) giveWeights(layer, weights);
    keepMask(layer);
    return layer;
  };
}
