// Names of Keras that are called something else here, and names left out on purpose, with the reason.
// A name in neither table that does not exist here appears on the page as "not yet".

/** `module.name` of Keras -> our path. */
export const RENAMED: Readonly<Record<string, string>> = {
  'config.set_dtype_policy': 'config.setDTypePolicy',
  'utils.enable_interactive_logging': 'config.enableInteractiveLogging',
  'utils.disable_interactive_logging': 'config.disableInteractiveLogging',
  'utils.is_interactive_logging_enabled': 'config.isInteractiveLoggingEnabled',
  'saving.CustomObjectScope': 'customObjectScope',
  'utils.CustomObjectScope': 'customObjectScope',
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
  'ops.argpartition': 'argPartition',
  'ops.batch_normalization': 'batchNorm',
  'ops.bitwise_invert': 'bitwiseNot',
  'ops.left_shift': 'bitwiseLeftShift',
  'ops.right_shift': 'bitwiseRightShift',
  'ops.conjugate': 'conj',
  'ops.fabs': 'abs',
  'ops.isin': 'isIn',
  'ops.isneginf': 'isNegInf',
  'ops.isposinf': 'isPosInf',
  'ops.isreal': 'isReal',
  'ops.logaddexp2': 'logAddExp2',
  'ops.nextafter': 'nextAfter',
  'ops.nonzero': 'nonzeroAsync',
  'ops.searchsorted': 'searchSorted',
  'ops.nanargmax': 'nanArgMax',
  'ops.nanargmin': 'nanArgMin',
  'ops.nancumprod': 'nanCumprod',
  'ops.nancumsum': 'nanCumsum',
  'ops.nanmax': 'nanMax',
  'ops.nanmean': 'nanMean',
  'ops.nanmedian': 'nanMedian',
  'ops.nanmin': 'nanMin',
  'ops.nanpercentile': 'nanPercentile',
  'ops.nanprod': 'nanProd',
  'ops.nanquantile': 'nanQuantile',
  'ops.nanstd': 'nanStd',
  'ops.nansum': 'nanSum',
  'ops.nanvar': 'nanVar',
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

const QUANTIZED = 'quantized training is not part of this version';
const MODULE = 'a module of modules: see the names in it';

/**
 * Names that wrap objects of other frameworks of Python, or files that only those read: nothing outside
 * of Python could have them. What is merely done in another way here stands below, and counts as missing.
 */
const FOREIGN: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^layers\.JaxLayer$/, 'a function of JAX as a layer'],
  [/^layers\.FlaxLayer$/, 'a module of Flax as a layer'],
  [/^layers\.TFSMLayer$/, 'a SavedModel that TensorFlow runs'],
  [/^layers\.TorchModuleWrapper$/, 'a module of PyTorch as a layer'],
  [
    /^callbacks\.OrbaxCheckpoint$/,
    'Orbax is a checkpoint format of JAX, read and written by it alone; use BackupAndRestore',
  ],
];

/** `module.name`, or a pattern of such, -> why it is left out. */
export const LEFT_OUT: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/\.legacy$|^ops\.(image|linalg|nn|numpy)$|^utils\.bounding_boxes$/, MODULE],
  [
    /^layers\.Lambda$/,
    'a function cannot be saved safely; write a layer of a few lines, or use ops in a functional model',
  ],
  [/^layers\.InputSpec$/, 'a type here: a record such as { rank: 2 }'],
  [/^ops\.(shape|size|ndim|dtype)$/, 'properties of tensors: x.shape, x.size, x.rank, x.dtype'],
  [/^ops\.convert_to_numpy$/, 'reading is asynchronous here: await x.data() or x.array()'],
  [/^utils\.Config$/, 'of use inside Keras'],
  [/^utils\.standardize_dtype$/, 'dtypes have one spelling here, and the types know it'],
  [/^tree\.(MAP_TO_NONE|lists_to_tuples)$/, 'there are neither tuples nor None here'],
  [
    /^config\.set_floatx$/,
    'numbers become float32 unless `dtype` says otherwise, and losses and metrics stay so: `setDTypePolicy` for layers',
  ],
  [/^dtype_policies\.(AWQ|GPTQ|Int4|Quantized)/, QUANTIZED],
  [
    /^config\.(backend|set_backend|is_nnx_enabled)$/,
    'there are engines and devices instead of backends: setEngine, setDevice',
  ],
  [/^config\..*flash_attention/, 'attention has one implementation'],
  [/^config\..*traceback_filtering/, 'stack traces are never filtered'],
  [/^config\.enable_unsafe_deserialization$/, 'files never run code'],
  [
    /^ops\.(eig|view_as_complex|view_as_real)$/,
    'the result is complex, and there are no complex dtypes',
  ],
  [/^ops\.vectorize$/, 'ops broadcast already; vectorizedMap runs a function over the first axis'],
];

/** Whether a name needs Python, JAX, TensorFlow or PyTorch itself. */
export function isForeign(path: string): boolean {
  return FOREIGN.some(([pattern]) => pattern.test(path));
}

/** Why a name is left out; undefined where it only is not there yet. */
export function reasonFor(path: string): string | undefined {
  return [...FOREIGN, ...LEFT_OUT].find(([pattern]) => pattern.test(path))?.[1];
}
