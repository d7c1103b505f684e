// The topology of model.json in the words of newer files. What older files of Keras have in common is
// brought up to date by saving/legacy-h5.ts and models/legacy-config.ts; here is what is
// TensorFlow.js's own.
import { FormatError } from '../../core/errors.js';
import type { Plain } from '../../core/op.js';
import { isSerialized, type SerializedObject } from '../../core/serialized.js';
import { isList, isRecord } from '../../core/tree.js';
import { requireRecord } from '../../saving/json.js';
import { withModule } from '../../saving/legacy-h5.js';

type Config = Readonly<Record<string, Plain>>;

/** Options that TensorFlow.js writes as null where Keras has a default. */
const DEFAULT_WHERE_NULL: ReadonlySet<string> = new Set([
  'unit_forget_bias',
  'implementation',
  'dropout',
  'recurrent_dropout',
  'data_format',
  'mask_zero',
]);

function withoutNulls(config: Config): Record<string, Plain> {
  const kept = Object.entries(config).filter(
    ([key, value]) => value !== null || !DEFAULT_WHERE_NULL.has(key),
  );
  return Object.fromEntries(kept);
}

/** What classes write otherwise. */
const CHANGES: Readonly<Record<string, (config: Config) => Config>> = {
  // Older still than the option: there was only one way then.
  GRU: (config) => ({ reset_after: false, ...config }),
  GRUCell: (config) => ({ reset_after: false, ...config }),
  // The cells stand twice, inside and beside of the cell that stacks them.
  RNN: ({ cells, ...config }) =>
    isSerialized(config['cell']) || cells === undefined
      ? config
      : { ...config, cell: { class_name: 'StackedRNNCells', config: { cells } } },
  VarianceScaling: (config) =>
    config['distribution'] === 'normal' ? { ...config, distribution: 'truncated_normal' } : config,
  ThresholdedReLU: ({ theta, ...config }) => ({ ...config, threshold: theta ?? 1 }),
};

const CLASSES: Readonly<Record<string, string>> = { ThresholdedReLU: 'ReLU' };

function currentNode(node: SerializedObject): Plain {
  const { class_name: name, config } = node;
  // Before Keras 2.2.3 a Sequential was the list of its layers.
  const options: Plain = isList(config) ? { layers: config } : config;
  const inner = current(options);
  const change = Object.hasOwn(CHANGES, name) ? CHANGES[name] : undefined;
  const known = isRecord(inner) ? withoutNulls(inner) : inner;
  return {
    ...node,
    class_name: (Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined) ?? name,
    config: isRecord(known) && change !== undefined ? change(known) : known,
  };
}

function current(value: Plain): Plain {
  if (isList(value)) return value.map((item) => current(item ?? null));
  if (!isRecord(value)) return value;
  if (isSerialized(value)) return currentNode(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, current(item ?? null)]),
  );
}

/** The configuration of the model that a topology describes. */
export function configFrom(topology: Plain): Config {
  const whole = requireRecord('modelTopology', topology);
  const model = whole['model_config'] ?? whole;
  if (!isSerialized(model)) {
    throw new FormatError({
      where: 'modelTopology',
      what: 'the topology describes no model',
      expected: 'an object with class_name and config',
      received: JSON.stringify(model).slice(0, 100),
      fix: 'save or convert the model again',
    });
  }
  const { inbound_nodes: _, ...node } = requireRecord('modelTopology', current(model));
  return requireRecord('modelTopology', withModule(node));
}
