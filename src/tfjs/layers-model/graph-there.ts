// The calls of a functional model as TensorFlow.js reads them: lists of [layer, call, output, options],
// where models inside count how they were made as their first call.
import { ArgumentError } from '../../core/errors.js';
import type { Plain } from '../../core/op.js';
import { isSerialized } from '../../core/serialized.js';
import { isList, isRecord } from '../../core/tree.js';
import { isPlainList } from '../../saving/json.js';

/** Options as files hold them. */
export type Config = Readonly<Record<string, Plain>>;

function refuse(owner: string, expected: string, received: string): never {
  throw new ArgumentError({
    where: `layer "${owner}"`,
    what: 'TensorFlow.js takes tensors as first argument only',
    expected,
    received,
    fix: "change the model, or save it as 'model.keras'",
  });
}

function kwargsThere(owner: string, kwargs: Plain): Config {
  const given = isRecord(kwargs) ? Object.entries(kwargs) : [];
  const kept = given.filter(([, value]) => value !== null && value !== undefined);
  if (!JSON.stringify(kept).includes('__keras_tensor__')) return Object.fromEntries(kept);
  return refuse(owner, 'one input, or a list', kept.map(([key]) => key).join(', '));
}

/** Where the tensors of one argument come from: `[layer, call, output]` of each. */
function historiesOf(owner: string, value: Plain): (readonly Plain[])[] {
  if (isList(value)) return value.flatMap((item) => historiesOf(owner, item ?? null));
  const history = isSerialized(value) ? value.config?.['keras_history'] : undefined;
  if (isList(history)) return [history];
  return refuse(owner, 'tensors', JSON.stringify(value ?? null));
}

/** The models among the layers, by name. */
type Inside = ReadonlyMap<unknown, string>;

/** A call: `[[layer, call, output, options], ...]`, one for each tensor that goes in. */
function callThere(owner: string, call: Plain, inside: Inside): Plain {
  if (!isRecord(call) || !isPlainList(call['args'])) return call;
  const { args, kwargs } = call;
  // First states of recurrent layers are further inputs there.
  const { initial_state: states = null, ...others } = isRecord(kwargs) ? kwargs : {};
  const options = kwargsThere(owner, others);
  const inputs = states === null ? args : [...args, states];
  return historiesOf(owner, inputs).map(([layer = null, index, output = null]) => {
    const first = inside.has(layer) ? 1 : 0;
    return [layer, Number(index) + first, output, options];
  });
}

function isPlace(value: Plain): value is readonly Plain[] {
  return isList(value) && typeof value[0] === 'string';
}

/** One end of a graph, or some of them: always a list there. */
function endsThere(value: Plain, inside: Inside): Plain {
  if (isPlace(value)) {
    const [layer = null, index, output = null] = value;
    // Of functional models Keras counts the calls from 1 here itself.
    const first = inside.get(layer) === 'Sequential' ? 1 : 0;
    return [[layer, Number(index) + first, output]];
  }
  const items = isRecord(value) ? Object.values(value) : isPlainList(value) ? value : [];
  return items.flatMap((item): readonly Plain[] => {
    const places = endsThere(item ?? null, inside);
    return isList(places) ? places : [];
  });
}

/** The configuration of a functional model whose layers are written already. */
export function graphThere(config: Config): Config {
  const layers = isList(config['layers']) ? config['layers'].filter(isSerialized) : [];
  const models = layers.filter(({ class_name: name }) => name === 'Model' || name === 'Sequential');
  const inside = new Map(models.map((model) => [model.config?.['name'], model.class_name]));
  const called = layers.map((layer): Plain => {
    const calls = isList(layer['inbound_nodes']) ? layer['inbound_nodes'] : [];
    const owner = String(layer.config?.['name']);
    return { ...layer, inbound_nodes: calls.map((call) => callThere(owner, call ?? null, inside)) };
  });
  return {
    ...config,
    layers: called,
    input_layers: endsThere(config['input_layers'] ?? null, inside),
    output_layers: endsThere(config['output_layers'] ?? null, inside),
  };
}
