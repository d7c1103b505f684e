// findLearningRate: a short run with rising learning rates, after which all is as it was.
// L. N. Smith, "Cyclical learning rates for training neural networks" (2017), section 3.3.
import { currentEngine } from '../core/engine.js';
import { ArgumentError, StateError } from '../core/errors.js';
import { nextSeed, randomState, setRandomSeed } from '../core/random.js';
import { Variable } from '../core/variable.js';
import { VariablesCopy } from '../core/variables-copy.js';
import { type HostBatch, toTensors } from '../data/batch.js';
import type { Dataset } from '../data/dataset-source.js';
import type { ArrayTree } from '../data/host-array.js';
import type { Source } from '../data/source.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { dataArguments } from './evaluate.js';
import { disposeLogs, readLogs } from './logs.js';
import { type LossCurve, smoothed, steepestDescent } from './loss-curve.js';
import type { AnyModel } from './model.js';
import { prepare } from './prepare.js';
import { Breather, noBatches, stepFunctionsOf } from './run-steps.js';
import { sourceOf } from './sources.js';
import { compiledOf } from './training-state.js';

/** Options of {@link findLearningRate}; the defaults are Lightning's. */
export interface FindLearningRateOptions {
  /** The rate of the first step; default 1e-8. */
  readonly minRate?: number;
  /** The rate of the last step; default 1. */
  readonly maxRate?: number;
  /** Steps of training; default 100. The data starts anew where it ends. */
  readonly steps?: number;
  /** Whether rates grow by equal factors (default) or by equal differences. */
  readonly mode?: 'exponential' | 'linear';
  /** Ends where the smoothed loss is so many times the least; default 4, null for never. */
  readonly earlyStopThreshold?: number | null;
  /** Points at the start of the curve that are not suggested; default 10. */
  readonly skipBegin?: number;
  /** Points at its end that are not suggested; default 1. */
  readonly skipEnd?: number;
  /** Samples in a batch; default 32. */
  readonly batchSize?: number;
  readonly sampleWeight?: ArrayTree | null;
}

/** What {@link findLearningRate} saw. Lists have one entry for each step. */
export interface LearningRateCurve extends LossCurve {
  readonly rates: readonly number[];
  /**
   * The rate at which the smoothed loss falls fastest; undefined where the curve is too short or
   * never falls.
   */
  readonly suggestion: number | undefined;
}

/** `(x, y, options)`, or `(dataset, options)`. */
export type FindLearningRateArguments =
  | [x: ArrayTree, y?: ArrayTree | null, options?: FindLearningRateOptions]
  | [dataset: Dataset, options?: FindLearningRateOptions];

const DEFAULTS = {
  minRate: 1e-8,
  maxRate: 1,
  steps: 100,
  mode: 'exponential',
  earlyStopThreshold: 4,
  skipBegin: 10,
  skipEnd: 1,
} as const;

type Settings = Required<Omit<FindLearningRateOptions, 'batchSize' | 'sampleWeight'>>;

const OPTIONS: Readonly<Record<keyof FindLearningRateOptions, true>> = {
  minRate: true,
  maxRate: true,
  steps: true,
  mode: true,
  earlyStopThreshold: true,
  skipBegin: true,
  skipEnd: true,
  batchSize: true,
  sampleWeight: true,
};

const WHERE = 'findLearningRate';

/**
 * Trains for some steps with a learning rate that rises from step to step, notes the losses, and puts
 * weights, optimizer, metrics and random streams back as they were, also where a step fails. A good
 * rate lies where the loss falls fastest (`suggestion`); where it starts to rise, rates are too high.
 *
 * @param model a compiled model whose optimizer has a number as its learning rate
 * @returns rates, losses of the single batches, their smoothed course, and the suggestion
 * @throws StateError where the rate follows a schedule; ArgumentError for impossible options.
 * @example
 * ```ts
 * import { findLearningRate, layers, Sequential } from 'keratin';
 * const model = new Sequential([layers.input({ shape: [1] }), layers.dense({ units: 1 })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const [x, y] = [[[1], [2], [3]], [[3], [5], [7]]];
 * const { rates, suggestion } = await findLearningRate(model, x, y, { steps: 50 });
 * console.log(rates.length <= 50); // true
 * if (suggestion !== undefined) model.optimizer.learningRate = suggestion;
 * ```
 */
export async function findLearningRate(
  model: AnyModel,
  ...args: FindLearningRateArguments
): Promise<LearningRateCurve> {
  const { optimizer } = compiledOf(model);
  const { x, y, options } = dataArguments<FindLearningRateOptions>(args, OPTIONS, WHERE);
  const settings = settled(options);
  const { batchSize, sampleWeight } = options;
  const source = await sourceOf({ x, y, sampleWeight }, { model, where: WHERE, batchSize });
  const seed = randomState();
  const batches = endless(source);
  try {
    const first = await batches.next();
    if (first.done === true) throw noBatches(WHERE);
    build(model, first.value);
    const rate = await constantRate(optimizer);
    const before = await VariablesCopy.of([
      ...model.variables,
      ...optimizer.variables,
      ...model.metrics.flatMap(({ variables }) => variables),
    ]);
    try {
      return await new RangeTest(model, settings).run(first.value, batches);
    } finally {
      before.restore();
      optimizer.learningRate = rate;
    }
  } finally {
    await batches.return(undefined);
    setRandomSeed(seed);
  }
}

/** Steps with one rate after the other. */
class RangeTest {
  readonly #rates: number[] = [];
  readonly #losses: number[] = [];

  constructor(
    readonly model: AnyModel,
    readonly settings: Settings,
  ) {}

  async run(first: HostBatch, batches: AsyncIterator<HostBatch>): Promise<LearningRateCurve> {
    const { steps, skipBegin, skipEnd } = this.settings;
    const breather = new Breather();
    let batch: HostBatch | undefined = first;
    while (batch !== undefined && this.#rates.length < steps) {
      const rate = this.#rateOf(this.#rates.length);
      const loss = await this.#step(batch, rate);
      // Beyond a loss that is no number there is nothing to see.
      if (!Number.isFinite(loss)) break;
      this.#rates.push(rate);
      this.#losses.push(loss);
      if (this.#hasDiverged()) break;
      await breather.rest();
      const next = await batches.next();
      batch = next.done === true ? undefined : next.value;
    }
    const curve = { losses: this.#losses, smoothed: smoothed(this.#losses) };
    const steepest = steepestDescent(curve.smoothed, skipBegin, skipEnd);
    const suggestion = steepest === undefined ? undefined : this.#rates[steepest];
    return { rates: this.#rates, ...curve, suggestion };
  }

  #rateOf(step: number): number {
    const { minRate, maxRate, steps, mode } = this.settings;
    const part = step / Math.max(1, steps - 1);
    if (mode === 'linear') return minRate + (maxRate - minRate) * part;
    return minRate * (maxRate / minRate) ** part;
  }

  async #step(batch: HostBatch, rate: number): Promise<number> {
    const { model } = this;
    model.optimizer.learningRate = rate;
    // Losses are means since the last reset.
    model.resetMetrics();
    const { train } = stepFunctionsOf(model);
    const onDevice = currentEngine().scope(() => train(toTensors(batch)));
    const logs = await readLogs(onDevice);
    disposeLogs(onDevice);
    if (logs['loss'] !== undefined) return logs['loss'];
    throw new StateError({
      where: WHERE,
      what: 'the training step reports no loss',
      expected: 'logs with an entry "loss"',
      received: Object.keys(logs).join(', ') || 'no logs',
      fix: 'let trainStep return computeMetrics(...), or a record with loss',
    });
  }

  #hasDiverged(): boolean {
    const { earlyStopThreshold: threshold } = this.settings;
    const course = smoothed(this.#losses);
    const least = Math.min(...course);
    if (threshold === null || least <= 0) return false;
    return (course.at(-1) ?? 0) > threshold * least;
  }
}

/** Batches of epoch after epoch; ends with data that can be read only once. */
async function* endless(source: Source): AsyncGenerator<HostBatch, undefined> {
  for (;;) {
    let isEmpty = true;
    for await (const batch of source.epoch({ seed: nextSeed() })) {
      isEmpty = false;
      yield batch;
    }
    await source.epochEnd?.();
    if (isEmpty) return undefined;
  }
}

/** Makes all variables, so that there is something to go back to. */
function build(model: AnyModel, batch: HostBatch): void {
  prepare(model, batch);
  if (model.built) return;
  // What kept the model from being made fails here again, with its own error.
  currentEngine().scope(() => model.testStep(toTensors(batch)));
}

async function constantRate(optimizer: Optimizer): Promise<number> {
  if (optimizer.learningRate instanceof Variable) return optimizer.readLearningRate();
  throw new StateError({
    where: WHERE,
    what: 'the learning rate follows a schedule',
    fix: 'compile with a number, find a rate, and make the schedule with it',
  });
}

function settled(options: FindLearningRateOptions): Settings {
  const settings: Settings = { ...DEFAULTS, ...options };
  const { minRate, maxRate, steps, mode, earlyStopThreshold, skipBegin, skipEnd } = settings;
  if (!(minRate > 0 && maxRate > minRate && Number.isFinite(maxRate))) {
    throw refuse('minRate and maxRate', '0 < minRate < maxRate', `${minRate} and ${maxRate}`);
  }
  for (const [name, value] of Object.entries({ steps, skipBegin, skipEnd })) {
    const least = name === 'steps' ? 1 : 0;
    if (Number.isInteger(value) && value >= least) continue;
    throw refuse(name, `a whole number of at least ${least}`, String(value));
  }
  if (mode !== 'exponential' && mode !== 'linear') {
    throw refuse('mode', "'exponential' or 'linear'", String(mode));
  }
  if (earlyStopThreshold !== null && !(earlyStopThreshold > 1)) {
    throw refuse('earlyStopThreshold', 'a number above 1, or null', String(earlyStopThreshold));
  }
  return settings;
}

function refuse(name: string, expected: string, received: string): ArgumentError {
  return new ArgumentError({
    where: WHERE,
    what: `${name} cannot be used`,
    expected,
    received,
    fix: `leave ${name} out for the default`,
  });
}
