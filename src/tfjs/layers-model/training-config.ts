// trainingConfig of model.json: what compile() was given, and the state of the optimizer, in the
// words of TensorFlow.js and of Keras 2, and back.
import { ArgumentError } from '../../core/errors.js';
import { toSnakeCase } from '../../core/names.js';
import type { Plain } from '../../core/op.js';
import { isSerialized } from '../../core/serialized.js';
import type { Shape } from '../../core/shape.js';
import { isList, isRecord } from '../../core/tree.js';
import type { Variable } from '../../core/variable.js';
import type { Optimizer } from '../../optimizers/optimizer.js';
import type { TrainingConfig } from '../io/types.js';
import type { NamedWeight } from './weight-names.js';

type Config = Readonly<Record<string, Plain>>;

/** The names of optimizer options here, by those that older files and TensorFlow.js have. */
const OPTION_NAMES: Readonly<Record<string, string>> = {
  lr: 'learning_rate',
  learningRate: 'learning_rate',
  beta1: 'beta_1',
  beta2: 'beta_2',
  useNesterov: 'nesterov',
  initialAccumulatorValue: 'initial_accumulator_value',
};

function renamed(config: Config): Record<string, Plain> {
  const entries = Object.entries(config).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([key, value]) => [OPTION_NAMES[key] ?? key, value]));
}

/** A rate that falls with every step, as the `decay` of older optimizers says. */
function falling(rate: Plain, decay: Plain): Plain {
  if (!decay) return rate;
  const config = { initial_learning_rate: rate, decay_steps: 1, decay_rate: decay };
  return { class_name: 'InverseTimeDecay', config };
}

function optimizerFrom(value: Plain): Plain {
  if (!isSerialized(value)) return value;
  const { decay, ...config } = renamed(value.config ?? {});
  const { learning_rate: rate = null } = config;
  if (value.class_name === 'RMSProp') {
    return { class_name: 'RMSprop', config: { ...config, rho: decay ?? 0.9 } };
  }
  const name = value.class_name === 'Momentum' ? 'SGD' : value.class_name;
  return { class_name: name, config: { ...config, learning_rate: falling(rate, decay ?? null) } };
}

/** The compile options of a file, in the words of newer ones. */
export function compileConfigFrom(training: Plain): Plain {
  if (!isRecord(training)) return null;
  const { optimizer_config: optimizer, loss, metrics, loss_weights, weighted_metrics } = training;
  return {
    optimizer: optimizerFrom(optimizer ?? null),
    loss: loss ?? null,
    metrics: metrics ?? null,
    loss_weights: loss_weights ?? null,
    weighted_metrics: weighted_metrics ?? null,
  };
}

/** What TensorFlow.js calls the state of an optimizer, and ours; `scale` turns theirs into ours. */
interface Slot {
  readonly theirs: string;
  readonly ours: string;
  readonly scale?: (optimizer: Optimizer) => number;
  /** Kept there even where the options make no use of it. */
  readonly isAlwaysThere?: boolean;
}

/** An optimizer there: its class, its options by our names, and its state in order. */
interface OptimizerThere {
  readonly className: string;
  readonly options: Readonly<Record<string, string>>;
  readonly slots: readonly Slot[];
}

function rateOf(optimizer: Optimizer): number {
  const rate: unknown = optimizer.getConfig()['learningRate'];
  if (typeof rate === 'number') return rate;
  throw new ArgumentError({
    where: optimizer.className,
    what: 'TensorFlow.js has no schedules of learning rates',
    expected: 'a number as learningRate',
    received: 'a schedule',
    fix: 'save without includeOptimizer',
  });
}

const RATE = { learningRate: 'learningRate' };
const BETAS = { ...RATE, beta1: 'beta1', beta2: 'beta2', epsilon: 'epsilon' };
const OPTIMIZERS: Readonly<Record<string, OptimizerThere>> = {
  SGD: { className: 'SGD', options: RATE, slots: [] },
  Momentum: {
    className: 'Momentum',
    options: { ...RATE, momentum: 'momentum', nesterov: 'useNesterov' },
    // Sums of gradients there; here they are steps already.
    slots: [{ theirs: 'momentum', ours: 'momentum', scale: (optimizer) => -rateOf(optimizer) }],
  },
  Adam: {
    className: 'Adam',
    options: BETAS,
    slots: [
      { theirs: 'm', ours: 'momentum' },
      { theirs: 'v', ours: 'velocity' },
    ],
  },
  RMSprop: {
    className: 'RMSProp',
    options: {
      ...RATE,
      rho: 'decay',
      momentum: 'momentum',
      epsilon: 'epsilon',
      centered: 'centered',
    },
    slots: [
      { theirs: 'rms', ours: 'velocity' },
      { theirs: 'momentum', ours: 'momentum', isAlwaysThere: true },
      { theirs: 'mg', ours: 'average_gradient' },
    ],
  },
  Adagrad: {
    className: 'Adagrad',
    options: { ...RATE, initialAccumulatorValue: 'initialAccumulatorValue' },
    slots: [{ theirs: 'accumulator', ours: 'accumulator' }],
  },
  Adadelta: {
    className: 'Adadelta',
    options: { ...RATE, rho: 'rho', epsilon: 'epsilon' },
    slots: [
      { theirs: 'accum_grad', ours: 'accumulated_grad' },
      { theirs: 'accum_var', ours: 'accumulated_delta_var' },
    ],
  },
  Adamax: { className: 'Adamax', options: BETAS, slots: [] },
};

/** How TensorFlow.js keeps this optimizer; undefined for those that it lacks. */
export function optimizerThere(optimizer: Optimizer): OptimizerThere | undefined {
  const { className } = optimizer;
  const hasMomentum = className === 'SGD' && optimizer.getConfig()['momentum'] !== 0;
  const key = hasMomentum ? 'Momentum' : className;
  return Object.hasOwn(OPTIMIZERS, key) ? OPTIMIZERS[key] : undefined;
}

/** One part of an optimizer's state: the variable here, and its name there. */
export interface StateThere {
  readonly name: string;
  readonly shape: Shape;
  /** Undefined for what is nothing but zeros. */
  readonly variable: Variable | undefined;
  /** What values there are multiplied by to get those here. */
  readonly scale: number;
}

/** The state of a built optimizer in TensorFlow.js's order; `weights` are the trained ones. */
export function statesThere(optimizer: Optimizer, weights: readonly NamedWeight[]): StateThere[] {
  const byName = new Map<string, Variable>(optimizer.variables.map((own) => [own.name, own]));
  const slots = optimizerThere(optimizer)?.slots ?? [];
  return slots.flatMap(({ theirs, ours, scale, isAlwaysThere = false }) =>
    weights.flatMap(({ variable: { path, shape }, name }) => {
      const variable = byName.get(`${path.replaceAll('/', '_')}_${ours}`);
      if (variable === undefined && !isAlwaysThere) return [];
      return [{ variable, shape, name: `${name}/${theirs}`, scale: scale?.(optimizer) ?? 1 }];
    }),
  );
}

function refuse(what: string, received: string, fix: string): ArgumentError {
  return new ArgumentError({ where: 'saving for TensorFlow.js', what, received, fix });
}

/** Short names that only Keras knows. */
const LOSS_NAMES: Readonly<Record<string, string>> = {
  mse: 'mean_squared_error',
  mae: 'mean_absolute_error',
  mape: 'mean_absolute_percentage_error',
  msle: 'mean_squared_logarithmic_error',
  kl_divergence: 'kullback_leibler_divergence',
  kld: 'kullback_leibler_divergence',
  cosine_similarity: 'cosine_proximity',
};

/** Names of losses or metrics, alone, in lists or by output. */
function namesThere(what: string, value: Plain, aliases: Readonly<Record<string, string>>): Plain {
  if (value === null) return null;
  if (typeof value === 'string') return aliases[value] ?? value;
  if (isList(value)) return value.map((item) => namesThere(what, item ?? null, aliases));
  if (isRecord(value) && !isSerialized(value)) {
    const entries = Object.entries(value);
    return Object.fromEntries(
      entries.map(([key, item]) => [key, namesThere(what, item ?? null, aliases)]),
    );
  }
  const received = isSerialized(value) ? toSnakeCase(value.class_name) : typeof value;
  const fix = `compile with the name of the ${what} as text, or save without includeOptimizer`;
  throw refuse(`model.json keeps a ${what} by its name alone`, received, fix);
}

function optimizerConfig(optimizer: Optimizer): TrainingConfig['optimizer_config'] {
  const there = optimizerThere(optimizer);
  if (there === undefined) {
    const fix = 'save without includeOptimizer, or as model.keras';
    throw refuse('TensorFlow.js has no such optimizer', optimizer.className, fix);
  }
  rateOf(optimizer);
  const config = optimizer.getConfig();
  const entries = Object.entries(there.options).map(([ours, theirs]) => [theirs, config[ours]]);
  return { class_name: there.className, config: Object.fromEntries(entries) };
}

/** What compile() was given, as TensorFlow.js writes it. */
export function trainingConfigOf(optimizer: Optimizer, compiled: Plain): TrainingConfig {
  const config = isRecord(compiled) ? compiled : {};
  for (const key of ['loss_weights', 'weighted_metrics']) {
    const value = config[key] ?? null;
    if (value === null) continue;
    throw refuse(
      `TensorFlow.js has no ${key}`,
      JSON.stringify(value),
      'save without includeOptimizer',
    );
  }
  const metrics = namesThere('metric', config['metrics'] ?? null, {});
  return {
    loss: namesThere('loss', config['loss'] ?? null, LOSS_NAMES),
    metrics: typeof metrics === 'string' ? [metrics] : (metrics ?? []),
    optimizer_config: optimizerConfig(optimizer),
  };
}
