// Names of Keras that are called something else here, and names left out on purpose, with the reason.
// A name in neither table that does not exist here appears on the page as "not yet".

/** `module.name` of Keras -> our path. */
export const RENAMED: Readonly<Record<string, string>> = {
  'dtype_policies.get': 'DTypePolicy',
  'config.set_dtype_policy': 'setDTypePolicy',
  'ops.absolute': 'abs',
  'ops.allclose': 'allClose',
  'ops.amax': 'max',
  'ops.amin': 'min',
  'ops.arccos': 'acos',
  'ops.arccosh': 'acosh',
  'ops.arcsin': 'asin',
  'ops.arcsinh': 'asinh',
  'ops.arctan': 'atan',
  'ops.arctan2': 'atan2',
  'ops.arctanh': 'atanh',
  'ops.argmax': 'argMax',
  'ops.argmin': 'argMin',
  'ops.divide': 'div',
  'ops.true_divide': 'div',
  'ops.floor_divide': 'floorDiv',
  'ops.hard_silu': 'hardSwish',
  'ops.isclose': 'isClose',
  'ops.isfinite': 'isFinite',
  'ops.isinf': 'isInf',
  'ops.isnan': 'isNaN',
  'ops.logaddexp': 'logAddExp',
  'ops.logsumexp': 'logSumExp',
  'ops.moveaxis': 'moveAxis',
  'ops.multiply': 'mul',
  'ops.negative': 'neg',
  'ops.power': 'pow',
  'ops.subtract': 'sub',
  'ops.swapaxes': 'swapAxes',
  'ops.switch': 'switchCase',
  'ops.var': 'variance',
  'ops.convert_to_tensor': 'asTensor',
  'ops.array': 'tensor',
  'ops.layer_normalization': 'layerNorm',
  'ops.rms_normalization': 'rmsNorm',
  'layers.Input': 'layers.input',
  'utils.register_keras_serializable': 'registerKerasSerializable',
  'utils.normalize': 'normalize',
  'layers.deserialize': 'deserializeLayer',
  'layers.serialize': 'serializeLayer',
  'regularizers.l1_l2': 'regularizers.l1l2',
  'random.SeedGenerator': 'SeedGenerator',
};

const PYTHON = 'made of Python or TensorFlow objects';
const QUANTIZED = 'quantized training is not part of this version';
const MODULE = 'a module of modules: see the names in it';

/** `module.name`, or a pattern of such, -> why it is left out. */
export const LEFT_OUT: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/\.legacy$|^ops\.(image|linalg|nn|numpy)$|^utils\.bounding_boxes$/, MODULE],
  [/^layers\.(JaxLayer|FlaxLayer|TFSMLayer|TorchModuleWrapper)$/, PYTHON],
  [
    /^layers\.Lambda$/,
    'a function cannot be saved safely; write a layer of a few lines, or use ops in a functional model',
  ],
  [/^layers\.InputSpec$/, 'a type here: a record such as { rank: 2 }'],
  [/^ops\.(shape|size|ndim|dtype)$/, 'properties of tensors: x.shape, x.size, x.rank, x.dtype'],
  [/^ops\.convert_to_numpy$/, 'reading is asynchronous here: await x.data() or x.array()'],
  [/custom_object_scope$|CustomObjectScope$/, 'pass customObjects to the loader'],
  [/^saving\.KerasFileEditor$/, 'a .keras file is a zip archive; there is no editor for it'],
  [
    /(de)?serialize_keras_object$/,
    'each family has serialize and deserialize, e.g. optimizers.serialize',
  ],
  [/^utils\.(Sequence|PyDataset)$/, 'any object with `length` and `getItem(index)`'],
  [/^utils\.(Config|get_source_inputs|is_keras_tensor|standardize_dtype)$/, 'of use inside Keras'],
  [/^utils\.Progbar$/, 'a part of callbacks.ProgbarLogger'],
  [/^tree\./, 'for the inside of Keras; trees here are plain lists and records'],
  [
    /^config\.(floatx|set_floatx|dtype_policy|epsilon|set_epsilon|image_data_format|set_image_data_format)$/,
    'no process-wide setting: dtype, epsilon and dataFormat are options',
  ],
  [/^config\.(set_)?max_(epochs|steps_per_epoch)$/, 'fit has fastDevRun and limitTrainBatches'],
  [/^dtype_policies\.(FloatDTypePolicy|serialize|deserialize)$/, 'DTypePolicy is the only class'],
  [/^callbacks\.OrbaxCheckpoint$/, 'Orbax is a checkpoint format of JAX; use BackupAndRestore'],
  [/^dtype_policies\.(AWQ|GPTQ|Int4|Quantized)/, QUANTIZED],
  [
    /^config\.(backend|set_backend|is_nnx_enabled)$/,
    'there are engines and devices instead of backends: setEngine, setDevice',
  ],
  [/^config\..*flash_attention/, 'attention has one implementation'],
  [/^config\..*traceback_filtering/, 'stack traces are never filtered'],
  [/^config\.enable_unsafe_deserialization$/, 'files never run code'],
  [/interactive_logging/, 'set `verbose` of fit, evaluate and predict'],
  [/^utils\.(audio_dataset_from_directory)$/, 'JavaScript hosts have no audio decoder in common'],
  [
    /^ops\.(view_as_complex|view_as_real|real|imag|conj|conjugate|angle|polar|isreal)$/,
    'there are no complex dtypes',
  ],
];

/** Why a name is left out; undefined where it only is not there yet. */
export function reasonFor(path: string): string | undefined {
  return LEFT_OUT.find(([pattern]) => pattern.test(path))?.[1];
}
