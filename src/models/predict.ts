// predict(): the outputs for data, computed batch by batch and put together.
import type { CallbackLike } from '../callbacks/callback.js';
import { CallbackList } from '../callbacks/callback-list.js';
import { checkOptions } from '../core/arguments.js';
import type { TypedArray } from '../core/dtype.js';
import { currentEngine } from '../core/engine.js';
import { ArgumentError } from '../core/errors.js';
import { limited, maxStepsPerEpoch } from '../core/settings.js';
import { isTensor, type Tensor } from '../core/tensor.js';
import { flattenTree, mapTree, type Tree } from '../core/tree.js';
import { toTensors } from '../data/batch.js';
import type { Dataset } from '../data/dataset-source.js';
import type { ArrayTree } from '../data/host-array.js';
import { type Loans, withLoans } from '../data/loans.js';
import { emptyLike } from '../data/rows.js';
import { stepsOf, type Verbosity, verbosity, withProgress } from './evaluate.js';
import { Breather, close, iteratorOf, noBatches, stepFunctionsOf } from './run-steps.js';
import { sourceOf } from './sources.js';
import type { TensorTree, TrainableModel } from './trainable.js';

/** Options of `model.predict`. */
export interface PredictOptions {
  /** Default 32. */
  readonly batchSize?: number;
  readonly verbose?: Verbosity;
  /** Batches to use; default all. */
  readonly steps?: number;
  readonly callbacks?: readonly CallbackLike[];
}

/** `(x, options)`. */
export type PredictArguments = [x: ArrayTree | Dataset, options?: PredictOptions];

const OPTIONS: Readonly<Record<keyof PredictOptions, true>> = {
  batchSize: true,
  verbose: true,
  steps: true,
  callbacks: true,
};

/** The parts of one output, until all batches are there. */
class Collected {
  readonly #parts: TypedArray[] = [];
  #rows = 0;
  #model: Tensor | undefined;

  async add(part: Tensor): Promise<void> {
    this.#model ??= part;
    this.#rows += part.shape[0] ?? 1;
    this.#parts.push(await part.data());
  }

  /** All parts one after the other along the first axis. */
  tensor(): Tensor {
    const model = this.#model;
    const { shape = [0], dtype = 'float32' } = model ?? {};
    return currentEngine().write({ shape: [this.#rows, ...shape.slice(1)], dtype }, this.#joined());
  }

  #joined(): TypedArray {
    const [first = new Float32Array(0)] = this.#parts;
    if (this.#parts.length <= 1) return first;
    const length = this.#parts.reduce((sum, part) => sum + part.length, 0);
    const values = emptyLike(first, length);
    let position = 0;
    for (const part of this.#parts) {
      values.set(part, position);
      position += part.length;
    }
    return values;
  }
}

/** `model.predict`. The results are tensors in the structure of the outputs. */
export function predictModel<Out extends TensorTree>(
  model: TrainableModel<Out>,
  ...args: PredictArguments
): Promise<Out> {
  return withLoans((loans) => predictWith(model, args, loans));
}

async function predictWith<Out extends TensorTree>(
  model: TrainableModel<Out>,
  args: PredictArguments,
  loans: Loans,
): Promise<Out> {
  const [x, options = {}] = args;
  checkOptions('predict', options, OPTIONS);
  const { batchSize, callbacks = [] } = options;
  const steps = limited(options.steps, maxStepsPerEpoch(), 'steps');
  const source = await sourceOf({ x }, { model, loans, where: 'predict', batchSize, steps });
  const verbose = verbosity(options.verbose);
  const list = new CallbackList(withProgress(callbacks, verbose));
  list.attach(model, { verbose, epochs: 1, steps: stepsOf(source, steps) });
  await list.begin('Predict');
  const step = stepFunctionsOf(model).predict;
  await source.epochBegin?.();
  const batches = iteratorOf(source.epoch({}));
  const breather = new Breather();
  let structure: TensorTree | undefined;
  let collected: Collected[] = [];
  for (let index = 0; steps === undefined || index < steps; index++) {
    const next = await batches.next();
    if (next.done === true) break;
    await list.batchBegin('Predict', index);
    const { value: batch } = next;
    const outputs = currentEngine().scope(() => step(toTensors(batch)));
    const tensors = flattenTree(outputs, isTensor);
    if (structure === undefined) collected = tensors.map(() => new Collected());
    if (tensors.length !== collected.length) {
      throw otherNumber(`predict of "${model.name}"`, index, collected.length, tensors.length);
    }
    structure ??= outputs;
    for (const [output, tensor] of tensors.entries()) await collected[output]?.add(tensor);
    await list.batchEnd('Predict', index, () => Promise.resolve({}));
    for (const tensor of tensors) tensor.dispose();
    await breather.rest();
  }
  await close(batches);
  if (structure === undefined) throw noBatches('predict');
  await source.epochEnd?.();
  await list.end('Predict');
  let output = 0;
  const joined = mapTree<Tensor, Tensor>(structure, isTensor, (tensor): Tensor => {
    return collected[output++]?.tensor() ?? tensor;
  });
  // Joining batches keeps the structure that the model's type states.
  return joined as Out;
}

function otherNumber(where: string, batch: number, before: number, now: number): ArgumentError {
  return new ArgumentError({
    where,
    what: `batch ${batch} gave another number of outputs than the first`,
    expected: String(before),
    received: String(now),
    fix: 'return the same structure for every batch',
  });
}

/** The structure of the results of `model.predict`. */
export type PredictResult = Tree<Tensor>;
