// tf.io: what models are outside of memory. Names and fields are TensorFlow.js's own, since handlers
// of users give and take them.

/** The types that weights are kept as. */
export type WeightDType = 'float32' | 'int32' | 'bool' | 'string' | 'complex64';

/** How a weight was made smaller: `stored * scale + min`, or plain float16. */
export interface Quantization {
  readonly dtype: 'uint8' | 'uint16' | 'float16';
  readonly scale?: number;
  readonly min?: number;
}

/** One weight: its name, its shape, and how its bytes are to be read. */
export interface WeightsManifestEntry {
  name: string;
  shape: number[];
  dtype: WeightDType;
  /** `'optimizer'` for what only training needs. */
  group?: 'model' | 'optimizer';
  quantization?: Quantization;
}

/** Weights that follow one another in the files of a group. */
export interface WeightsManifestGroupConfig {
  /** Files beside model.json; a weight may go on in the next one. */
  paths: string[];
  weights: WeightsManifestEntry[];
}

/** All groups of weights. */
export type WeightsManifestConfig = WeightsManifestGroupConfig[];

/** The bytes of all weights, in one piece or in several. */
export type WeightData = ArrayBuffer | ArrayBuffer[];

/** What `compile` was given, as model.json keeps it. */
export interface TrainingConfig {
  optimizer_config: object;
  loss: unknown;
  metrics?: unknown;
  weighted_metrics?: unknown;
  loss_weights?: unknown;
  sample_weight_mode?: string;
}

/** What model.json says beside topology and weights. */
export interface ModelDescription {
  format?: string;
  generatedBy?: string;
  convertedBy?: string | null;
  signature?: object;
  trainingConfig?: TrainingConfig;
  userDefinedMetadata?: Record<string, unknown>;
  modelInitializer?: object;
  initializerSignature?: object;
}

/** A model in the hands of a handler. */
export interface ModelArtifacts extends ModelDescription {
  modelTopology?: object | ArrayBuffer;
  weightSpecs?: WeightsManifestEntry[];
  weightData?: WeightData;
  /** In place of `weightData`: the bytes as they come. */
  getWeightStream?: () => ReadableStream<ArrayBuffer>;
}

/** What the file model.json holds. */
export interface ModelJSON extends ModelDescription {
  modelTopology: object;
  weightsManifest: WeightsManifestConfig;
}

/** How large a saved model is. */
export interface ModelArtifactsInfo {
  dateSaved: Date;
  modelTopologyType: 'JSON' | 'GraphDef';
  modelTopologyBytes?: number;
  weightSpecsBytes?: number;
  weightDataBytes?: number;
}

/** What saving gives back. */
export interface SaveResult {
  modelArtifactsInfo: ModelArtifactsInfo;
  /** The answers of the server, where one was asked. */
  responses?: Response[];
  errors?: unknown[];
}

/** Options of `model.save` in this format. */
export interface SaveConfig {
  /** Leave out weights that are not trained. Default false. */
  readonly trainableOnly?: boolean;
  /** Write `compile` options and the state of the optimizer too. Default false. */
  readonly includeOptimizer?: boolean;
}

/** Told how much has been read, from 0 to 1. */
export type OnProgressCallback = (fraction: number) => void;

/** Options of `tf.loadLayersModel` and of handlers that read. */
export interface LoadOptions {
  /** What `fetch` is given beside the address. */
  readonly requestInit?: RequestInit;
  readonly onProgress?: OnProgressCallback;
  /** In place of the global `fetch`. */
  readonly fetchFunc?: typeof fetch;
  /** Whether the weights must be exactly those of the model. Default true. */
  readonly strict?: boolean;
  /** Where the weight files lie, if not beside model.json; ends with a slash. */
  readonly weightPathPrefix?: string;
  /** The address of each weight file, in place of the above. */
  readonly weightUrlConverter?: (name: string) => Promise<string>;
}

/** Saves and loads models somewhere; either may be missing. */
export interface IOHandler {
  save?: (artifacts: ModelArtifacts) => Promise<SaveResult>;
  load?: () => Promise<ModelArtifacts>;
}

/** The same without waiting. */
export interface IOHandlerSync {
  save?: (artifacts: ModelArtifacts) => SaveResult;
  load?: () => ModelArtifacts;
}

/** A handler for addresses that it knows; null for others. */
export type IORouter = (url: string | string[], loadOptions?: LoadOptions) => IOHandler | null;
