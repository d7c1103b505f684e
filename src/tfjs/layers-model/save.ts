// A model as the artifacts that handlers of TensorFlow.js save.
import { ArgumentError, StateError } from '../../core/errors.js';
import { isSerialized } from '../../core/serialized.js';
import type { Tensor } from '../../core/tensor.js';
import type { Variable } from '../../core/variable.js';
import { mul, serializeLayer, zeros } from '../../index.js';
import type { AnyModel } from '../../models/model.js';
import { trainingOf } from '../../models/training-state.js';
import { serializeCompiled } from '../../saving/compile-config.js';
import { requireBuilt } from '../../saving/weights-file.js';
import { concatenateArrayBuffers } from '../io/composite-buffer.js';
import { handlerFor } from '../io/routers.js';
import type {
  IOHandler,
  IOHandlerSync,
  ModelArtifacts,
  SaveConfig,
  SaveResult,
} from '../io/types.js';
import { encodeWeights, type NamedTensor } from '../io/weights.js';
import { namedAgain } from '../training/identifiers.js';
import { metadataOf } from './metadata.js';
import { namedWeights } from './names-there.js';
import { nodeThere } from './topology-there.js';
import { statesThere, trainingConfigOf } from './training-config.js';

/** The topology of a model, in the words of TensorFlow.js. */
export function topologyOf(model: AnyModel): object {
  const node = serializeLayer(model);
  if (!isSerialized(node)) throw new StateError({ what: 'the model has no configuration' });
  const { class_name, config } = requireNode(nodeThere(node));
  return { class_name, config, keras_version: 'keratin', backend: 'tensor_flow.js' };
}

function requireNode(node: unknown) {
  if (isSerialized(node)) return node;
  throw new StateError({ what: 'the model has no configuration' });
}

/** What an optimizer has learnt, as TensorFlow.js keeps it: values, and tensors made for saving. */
function optimizerState(model: AnyModel): { named: NamedTensor[]; made: Tensor[] } {
  const { compiled } = trainingOf(model);
  if (compiled === undefined) return { named: [], made: [] };
  const { optimizer } = compiled;
  const trained = new Set<Variable>(model.trainableWeights);
  const weights = namedWeights(model).filter(({ variable }) => trained.has(variable));
  const made: Tensor[] = [];
  const states = optimizer.built ? statesThere(optimizer, weights) : [];
  const named = states.map(({ variable, name, shape, scale }) => {
    if (variable !== undefined && scale === 1) return { name, tensor: variable };
    const tensor = variable === undefined ? zeros(shape) : mul(variable.value, 1 / scale);
    made.push(tensor);
    return { name, tensor };
  });
  return { named: [{ name: 'iter', tensor: optimizer.iteration }, ...named], made };
}

/** Everything that model.json and its weights hold. */
export async function artifactsOf(
  model: AnyModel,
  { trainableOnly = false, includeOptimizer = false }: SaveConfig = {},
): Promise<ModelArtifacts> {
  requireBuilt(model);
  const { compiled } = trainingOf(model);
  const metadata = metadataOf(model);
  const weights = namedWeights(model, trainableOnly).map(({ variable, name }) => ({
    name,
    tensor: variable,
  }));
  const artifacts: ModelArtifacts = {
    modelTopology: topologyOf(model),
    format: 'layers-model',
    generatedBy: 'Keratin',
    convertedBy: null,
    ...(metadata === undefined ? {} : { userDefinedMetadata: metadata }),
  };
  if (!includeOptimizer || compiled === undefined) {
    const { data, specs } = await encodeWeights(weights);
    return { ...artifacts, weightSpecs: specs, weightData: data };
  }
  const config = serializeCompiled({ ...compiled, options: namedAgain(compiled.options) });
  artifacts.trainingConfig = trainingConfigOf(compiled.optimizer, config);
  const { named, made } = optimizerState(model);
  const [own, state] = await Promise.all([
    encodeWeights(weights),
    encodeWeights(named, 'optimizer'),
  ]);
  for (const tensor of made) tensor.dispose();
  return {
    ...artifacts,
    weightSpecs: [...own.specs, ...state.specs],
    weightData: concatenateArrayBuffers([own.data, state.data]),
  };
}

/** Saves a model with a handler, or with that of an address. */
export async function saveLayersModel(
  model: AnyModel,
  place: string | IOHandler | IOHandlerSync,
  config?: SaveConfig,
): Promise<SaveResult> {
  const handler = typeof place === 'string' ? handlerFor('save', place) : place;
  if (handler.save !== undefined) return handler.save(await artifactsOf(model, config));
  throw new ArgumentError({
    where: 'model.save',
    what: 'the handler cannot save',
    expected: 'an object with save(artifacts)',
    received: Object.keys(handler).join(', '),
  });
}
