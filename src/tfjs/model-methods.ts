// The methods that models have in TensorFlow.js and not in the main entry.

import type { CallbackLike } from '../callbacks/callback.js';
import { isList, isRecord } from '../core/tree.js';
import type { ArrayTree } from '../data/host-array.js';
import { Model, type Tensor } from '../index.js';
import type { SymbolicTensor, SymbolicTree, TensorTree } from '../layers/symbolic.js';
import type { EvaluateResult, Verbosity } from '../models/evaluate.js';
import type { FitOptions } from '../models/fit-options.js';
import type { AnyModel } from '../models/model.js';
import type { ValidationData } from '../models/sources.js';
import type { History } from '../models/trainer.js';
import type { Dataset } from './dataset.js';
import type { IOHandler, IOHandlerSync, SaveConfig, SaveResult } from './io/types.js';
import { type Metadata, metadataOf, setMetadata } from './layers-model/metadata.js';
import { saveLayersModel, topologyOf } from './layers-model/save.js';

/** Options of `model.fit` that TensorFlow.js calls otherwise. */
export interface ModelFitArgs extends Omit<FitOptions, 'callbacks'> {
  /** One callback, or several. */
  readonly callbacks?: CallbackLike | readonly CallbackLike[];
  /** Taken and left alone: training rests often enough for pages to stay responsive. */
  readonly yieldEvery?: 'auto' | 'batch' | 'epoch' | 'never' | number;
}

/** Options of `model.fitDataset`. */
export interface ModelFitDatasetArgs
  extends Pick<
    ModelFitArgs,
    'epochs' | 'verbose' | 'callbacks' | 'classWeight' | 'initialEpoch' | 'yieldEvery'
  > {
  /** Batches in an epoch; by default all. */
  readonly batchesPerEpoch?: number;
  readonly validationData?: ValidationData | Dataset;
  /** For arrays as validation data. Default 32. */
  readonly validationBatchSize?: number;
  /** Batches of validation; by default all. */
  readonly validationBatches?: number;
}

/** Options of `model.evaluateDataset`. */
export interface ModelEvaluateDatasetArgs {
  /** Batches to use; by default all. */
  readonly batches?: number;
  readonly verbose?: Verbosity;
}

declare module '../models/model.js' {
  interface Model<Out extends TensorTree> {
    /**
     * Saves as model.json with weights: to an address (`file://FOLDER` on Node, `http://`,
     * `localstorage://`, `indexeddb://`, `downloads://`) or with a handler; `keratin/tfjs` only.
     * Other names are files of Keras, as in the main entry.
     */
    save(place: `${string}://${string}`, config?: SaveConfig): Promise<SaveResult>;
    save(place: IOHandler | IOHandlerSync, config?: SaveConfig): Promise<SaveResult>;
    /** `fit` with the options as TensorFlow.js has them; `keratin/tfjs` only. */
    fit(x: ArrayTree, y: ArrayTree, options: ModelFitArgs): Promise<History>;
    /** `fit` on batches of a dataset; `keratin/tfjs` only. */
    fitDataset(dataset: Dataset, options?: ModelFitDatasetArgs): Promise<History>;
    /** `evaluate` on batches of a dataset; `keratin/tfjs` only. */
    evaluateDataset(dataset: Dataset, options?: ModelEvaluateDatasetArgs): Promise<EvaluateResult>;
    /** What layers (by name) or symbolic tensors inside give for `inputs`; `keratin/tfjs` only. */
    execute(
      inputs: TensorTree,
      outputs: string | SymbolicTensor | readonly (string | SymbolicTensor)[],
    ): Tensor | Tensor[];
    /** The architecture in the form of TensorFlow.js; `keratin/tfjs` only. */
    toJSON(unused?: unknown, returnString?: true): string;
    toJSON(unused: unknown, returnString: false): object;
    /** Notes something beside the model, which is saved with it; `keratin/tfjs` only. */
    setUserDefinedMetadata(metadata: Metadata): void;
    /** What was noted, or loaded; `keratin/tfjs` only. */
    getUserDefinedMetadata(): Metadata | undefined;
    /** Frees the weights; using the model afterwards is an error. `keratin/tfjs` only. */
    dispose(): { refCountAfterDispose: number; numDisposedVariables: number };
  }
}

function callbackList(given: ModelFitArgs['callbacks']): readonly CallbackLike[] {
  if (given === undefined) return [];
  return isList(given) ? given : [given];
}

/** Options of fit in our words. */
function fitOptions({ callbacks, yieldEvery: _, ...options }: ModelFitArgs): FitOptions {
  return { ...options, callbacks: callbackList(callbacks) };
}

/** Options in the place of one argument become ours; arrays and datasets pass. */
function settled(argument: unknown): unknown {
  if (!isRecord(argument) || Object.getPrototypeOf(argument) !== Object.prototype) return argument;
  return 'callbacks' in argument || 'yieldEvery' in argument
    ? fitOptions(argument as ModelFitArgs)
    : argument;
}

function fitDataset(
  this: AnyModel,
  dataset: Dataset,
  { batchesPerEpoch, validationBatches, ...options }: ModelFitDatasetArgs = {},
): Promise<History> {
  const steps = {
    stepsPerEpoch: batchesPerEpoch ?? null,
    validationSteps: validationBatches ?? null,
  };
  return this.fit(dataset, { ...fitOptions(options), ...steps });
}

function evaluateDataset(
  this: AnyModel,
  dataset: Dataset,
  { batches, verbose }: ModelEvaluateDatasetArgs = {},
): Promise<EvaluateResult> {
  return this.evaluate(dataset, {
    ...(batches === undefined ? {} : { steps: batches }),
    ...(verbose === undefined ? {} : { verbose }),
  });
}

function execute(
  this: AnyModel,
  inputs: TensorTree,
  outputs: string | SymbolicTensor | readonly (string | SymbolicTensor)[],
): TensorTree {
  const find = (one: string | SymbolicTensor): SymbolicTensor =>
    typeof one === 'string' ? this.getLayer(one).output : one;
  const ends: SymbolicTree = isList(outputs)
    ? outputs.map(find)
    : find(outputs as string | SymbolicTensor);
  const [only] = this.inputs;
  const starts = this.inputs.length === 1 && only !== undefined ? only : [...this.inputs];
  return new Model<TensorTree>({ inputs: starts, outputs: ends }).apply(inputs);
}

function toJSON(this: AnyModel, _unused?: unknown, returnString = true): string | object {
  const topology = topologyOf(this);
  return returnString ? JSON.stringify(topology) : topology;
}

function dispose(this: AnyModel): { refCountAfterDispose: number; numDisposedVariables: number } {
  const weights = [...new Set(this.weights)].filter(({ held }) => !held.isDisposed);
  for (const weight of weights) weight.release();
  return { refCountAfterDispose: 0, numDisposedVariables: weights.length };
}

function isHandler(place: unknown): place is IOHandler | IOHandlerSync {
  return typeof place === 'object' && place !== null && ('save' in place || 'load' in place);
}

/** Hangs these methods on models; tfjs/index.ts calls it once. */
export function installModelMethods(): void {
  const { save, fit } = Model.prototype;
  const methods = {
    save(this: AnyModel, place: unknown, options?: object): unknown {
      const isAddress = typeof place === 'string' && /^[a-z]+:\/\//i.test(place);
      return isAddress || isHandler(place)
        ? saveLayersModel(this, place, options)
        : Reflect.apply(save, this, [place, options]);
    },
    fit(this: AnyModel, ...args: unknown[]): unknown {
      return Reflect.apply(fit, this, [args[0], ...args.slice(1).map(settled)]);
    },
    fitDataset,
    evaluateDataset,
    execute,
    toJSON,
    dispose,
    setUserDefinedMetadata(this: AnyModel, metadata: Metadata): void {
      setMetadata(this, metadata);
    },
    getUserDefinedMetadata(this: AnyModel): Metadata | undefined {
      return metadataOf(this);
    },
  };
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(Model.prototype, name, { value, writable: true, configurable: true });
  }
}
