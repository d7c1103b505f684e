// Names of Keras that are called something else here, and names left out on purpose, with the reason.
// A name in neither table that does not exist here appears on the page as "not yet".

/** `module.name` of Keras -> our path. */
export const RENAMED: Readonly<Record<string, string>> = {
  'dtype_policies.get': 'DTypePolicy',
  'config.set_dtype_policy': 'setDTypePolicy',
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
