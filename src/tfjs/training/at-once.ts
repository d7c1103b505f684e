// predict and evaluate without waiting: they run op by op on the engine of the moment, so that
// gradients flow through them and scopes free what they made, as in TensorFlow.js.
import { at } from '../../core/sequence.js';
import { isTensor } from '../../core/tensor.js';
import { flattenTree, isList, isRecord, mapTree } from '../../core/tree.js';
import type { ArrayTree } from '../../data/host-array.js';
import {
  ArgumentError,
  asTensor,
  concat,
  scope,
  Tensor,
  type TensorLike,
  Variable,
} from '../../index.js';
import type { TensorTree } from '../../layers/symbolic.js';
import { disposeLogs, logsOfStep } from '../../models/logs.js';
import type { AnyModel } from '../../models/model.js';
import { outputsOfStep } from '../../models/outputs.js';
import type { StepLogs } from '../../models/trainable.js';
import { slice } from '../../ops/positional.js';
import { alone } from './alone.js';

/** Data as tensors; nested numbers and typed arrays become some. */
export function tensorsOf(given: unknown): TensorTree {
  if (given instanceof Tensor) return given;
  if (given instanceof Variable) return given.value;
  const holdsTensors = isList(given) && given.some((item) => typeof item === 'object');
  if (holdsTensors && !given.some((item) => isList(item) && typeof item[0] === 'number')) {
    return given.map(tensorsOf);
  }
  if (!isRecord(given)) return asTensor(given as TensorLike);
  return Object.fromEntries(Object.entries(given).map(([name, item]) => [name, tensorsOf(item)]));
}

/** A list of one is that one, where a model has one input. */
function inputsFor(model: AnyModel, given: ArrayTree): TensorTree {
  const inputs = tensorsOf(given);
  return model.inputs.length < 2 ? alone(inputs) : inputs;
}

/** How many samples there are. */
function countOf(tree: TensorTree): number {
  return at(at(flattenTree(tree, isTensor), 0).shape, 0);
}

/** Rows of all tensors. */
function rowsOf(tree: TensorTree, start: number, end: number): TensorTree {
  return mapTree(tree, isTensor, (tensor) => {
    const rest = tensor.shape.slice(1);
    return slice(tensor, [start, ...rest.map(() => 0)], [end - start, ...rest]);
  });
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function spansOf(where: string, count: number, batchSize: number): Span[] {
  if (Number.isInteger(batchSize) && batchSize > 0) {
    return Array.from({ length: Math.ceil(count / batchSize) }, (_, index) => ({
      start: index * batchSize,
      end: Math.min(count, (index + 1) * batchSize),
    }));
  }
  throw new ArgumentError({
    where,
    what: 'batchSize is no count',
    expected: 'a whole number of at least 1',
    received: String(batchSize),
    fix: 'leave it out for the default, 32',
  });
}

/** Options of `model.predict`. */
export interface ModelPredictArgs {
  /** 32 by default. */
  readonly batchSize?: number | undefined;
  /** Taken and left alone: nothing is written. */
  readonly verbose?: number | boolean | undefined;
}

/** The outputs for data, as tensors that may be read at once. */
export function predictAtOnce(
  model: AnyModel,
  given: ArrayTree,
  { batchSize = 32 }: ModelPredictArgs = {},
): TensorTree {
  return scope(() => {
    const inputs = inputsFor(model, given);
    const spans = spansOf('predict', countOf(inputs), batchSize);
    const step = (x: TensorTree) => outputsOfStep(model, model.predictStep({ x }));
    if (spans.length <= 1) return step(inputs);
    const parts = spans.map(({ start, end }) => step(rowsOf(inputs, start, end)));
    const flat = parts.map((part) => flattenTree(part, isTensor));
    let next = 0;
    return mapTree(at(parts, 0), isTensor, (): Tensor => {
      const output = next++;
      return concat(
        flat.map((leaves) => at(leaves, output)),
        0,
      );
    });
  });
}

/** Options of `model.evaluate`. */
export interface ModelEvaluateArgs extends ModelPredictArgs {
  /** One weight for each sample. */
  readonly sampleWeight?: Tensor | undefined;
  /** Batches to use; all by default. */
  readonly steps?: number | undefined;
}

/** Loss and metrics over data by name, as tensors that may be read at once. */
export function evaluateAtOnce(
  model: AnyModel,
  x: ArrayTree,
  y: ArrayTree,
  { batchSize = 32, sampleWeight, steps = Number.POSITIVE_INFINITY }: ModelEvaluateArgs = {},
): StepLogs {
  model.resetMetrics();
  const [inputs, targets] = [inputsFor(model, x), tensorsOf(y)];
  const spans = spansOf('evaluate', countOf(inputs), batchSize).slice(0, steps);
  let logs: StepLogs = {};
  for (const { start, end } of spans) {
    disposeLogs(logs);
    logs = scope(() =>
      logsOfStep(
        'testStep',
        model.testStep({
          x: rowsOf(inputs, start, end),
          y: rowsOf(targets, start, end),
          sampleWeight: sampleWeight === undefined ? undefined : rowsOf(sampleWeight, start, end),
        }),
      ),
    );
  }
  return logs;
}
