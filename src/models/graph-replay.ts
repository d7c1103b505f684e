// Builds a functional model from its config: makes the layers, then repeats their calls as soon as
// the tensors that they need exist.
import { FormatError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import { fromKerasConfig, isSerialized, type PlainConfig } from '../core/serialized.js';
import { flattenTree, isList, isRecord, type Tree } from '../core/tree.js';
import { InputLayer } from '../layers/input-layer.js';
import type { AnyLayer } from '../layers/layer.js';
import { isSymbolic, type SymbolicTensor, type SymbolicTree } from '../layers/symbolic.js';

/** A place in the graph: layer, call, result. */
type Place = readonly [name: string, node: number, tensor: number];

function broken(what: string, received: unknown): FormatError {
  return new FormatError({
    where: 'Functional config',
    what,
    received: JSON.stringify(received)?.slice(0, 200) ?? 'undefined',
    fix: 'save the model again',
  });
}

function placeOf(value: unknown): Place {
  if (isList(value)) {
    const [name, node, tensor] = value;
    if (typeof name === 'string' && typeof node === 'number' && typeof tensor === 'number') {
      return [name, node, tensor];
    }
  }
  throw broken('a tensor is not named by [layer, call, result]', value);
}

function isPlace(value: unknown): value is Place {
  return isList(value) && typeof value[0] === 'string' && typeof value[1] === 'number';
}

/** One call still to be repeated. */
interface Pending {
  readonly layer: AnyLayer;
  readonly inputs: Plain;
  readonly options: PlainConfig;
}

/** Calls as Keras 2 wrote them: a list of [layer, call, result, options] for each call. */
function legacyCall(layer: AnyLayer, call: readonly Plain[]): Pending {
  const places = call.map((entry) => placeOf(entry));
  const [first] = call;
  const options = isList(first) && isRecord(first[3]) ? first[3] : {};
  const tensors = places.map(
    (place): Plain => ({
      class_name: '__keras_tensor__',
      config: { keras_history: place },
    }),
  );
  const [only] = tensors;
  return { layer, inputs: tensors.length === 1 ? only : tensors, options: options as PlainConfig };
}

function pendingCall(layer: AnyLayer, call: Plain): Pending {
  if (isList(call)) return legacyCall(layer, call);
  if (!isRecord(call)) throw broken(`a call of layer "${layer.name}" is not an object`, call);
  const args = isList(call.args) ? call.args : [];
  const options = isRecord(call.kwargs) ? (call.kwargs as PlainConfig) : {};
  if (layer.argumentNames !== undefined) return callByName(layer, args, options);
  return { layer, inputs: args.length === 1 ? args[0] : args, options };
}

/** Python may give each input by position or by name; here they are a list. */
function callByName(layer: AnyLayer, args: readonly Plain[], options: PlainConfig): Pending {
  const names = layer.argumentNames ?? [];
  const inputs = names.map((name, index) => args[index] ?? options[name] ?? null);
  while (inputs.at(-1) === null) inputs.pop();
  const others = Object.entries(options).filter(([key]) => !names.includes(key));
  return { layer, inputs, options: Object.fromEntries(others) };
}

/** The graph as far as it exists. */
class Replay {
  readonly #layers = new Map<string, AnyLayer>();
  readonly #before = new Map<AnyLayer, number>();

  /** `isOld` for files in which models inside count how they were made as their first call. */
  constructor(readonly isOld: boolean) {}

  add(layer: AnyLayer): void {
    if (this.#layers.has(layer.name)) throw broken('two layers have one name', layer.name);
    this.#layers.set(layer.name, layer);
    const first = layer instanceof InputLayer ? 0 : layer.inboundNodes.length;
    this.#before.set(layer, this.isOld && 'graph' in layer ? first - 1 : first);
  }

  /** The tensor at a place; undefined where its call has not been repeated yet. */
  at([name, node, tensor]: Place): SymbolicTensor | undefined {
    const layer = this.#layers.get(name);
    if (layer === undefined) throw broken('a call names a layer that is not there', name);
    const made = layer.inboundNodes[(this.#before.get(layer) ?? 0) + node];
    return made === undefined ? undefined : flattenTree(made.outputs, isSymbolic)[tensor];
  }

  /** An argument with its tensors; undefined where one of them does not exist yet. */
  argument(value: Plain): { readonly value: unknown } | undefined {
    if (isSerialized(value) && value.class_name === '__keras_tensor__') {
      const config: PlainConfig = value.config ?? {};
      const symbol = this.at(placeOf(config.keras_history));
      return symbol === undefined ? undefined : { value: symbol };
    }
    if (isList(value)) {
      const items = value.map((item) => this.argument(item));
      if (items.some((item) => item === undefined)) return undefined;
      return { value: items.map((item) => item?.value) };
    }
    if (!isRecord(value)) return { value };
    const result: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value as PlainConfig)) {
      const inner = this.argument(item);
      if (inner === undefined) return undefined;
      result[key] = inner.value;
    }
    return { value: result };
  }

  /** Repeats a call if all that it needs exists. */
  tries({ layer, inputs, options }: Pending): boolean {
    const given = this.argument(inputs);
    const further = this.argument(fromKerasConfig(options));
    if (given === undefined || further === undefined) return false;
    // `argument` puts symbolic tensors in the places of their descriptions.
    const named = further.value as Record<string, unknown>;
    // In Keras no mask is that which the inputs carry, as if nothing were said; here null is none at all.
    const isUnsaid = named.mask === null;
    layer.apply(given.value as SymbolicTree, isUnsaid ? { ...named, mask: undefined } : named);
    return true;
  }

  ends(places: Plain): SymbolicTree {
    if (isPlace(places)) {
      const [name, node, tensor] = places;
      const layer = this.#layers.get(name);
      // Keras counts the calls of functional models inside from 1 here.
      const shift = !this.isOld && layer?.className === 'Functional' && node > 0 ? 1 : 0;
      const symbol = this.at([name, node - shift, tensor]);
      if (symbol !== undefined) return symbol;
      throw broken('an input or output names a call that is not there', places);
    }
    if (isList(places)) return places.map((item) => this.ends(item));
    if (!isRecord(places)) throw broken('inputs or outputs are not named', places);
    const result: Record<string, Tree<SymbolicTensor>> = {};
    for (const [key, item] of Object.entries(places as PlainConfig)) result[key] = this.ends(item);
    return result;
  }
}

/** A list with one end is that end, as the models that Keras 2 saved. */
function unwrapped(tree: SymbolicTree): SymbolicTree {
  if (!isList(tree) || tree.length !== 1) return tree;
  const [only] = tree;
  return isSymbolic(only) ? only : tree;
}

function callsOf(node: unknown): readonly Plain[] {
  const calls = isRecord(node) && isList(node.inbound_nodes) ? node.inbound_nodes : [];
  // What came from a file is plain data.
  return calls as readonly Plain[];
}

/** The inputs and outputs of the model that `config` describes. */
export function replayGraph(
  config: PlainConfig,
  makeLayer: (node: unknown) => AnyLayer,
): { readonly inputs: SymbolicTree; readonly outputs: SymbolicTree } {
  const nodes = isList(config.layers) ? config.layers : [];
  const replay = new Replay(nodes.some((node) => callsOf(node).some(isList)));
  let pending: Pending[] = [];
  for (const node of nodes) {
    const layer = makeLayer(node);
    replay.add(layer);
    for (const call of callsOf(node)) pending.push(pendingCall(layer, call));
  }
  while (pending.length > 0) {
    // The calls of one layer are repeated in order, since places count them.
    const stuck = new Set<AnyLayer>();
    const left = pending.filter((call) => {
      if (!stuck.has(call.layer) && replay.tries(call)) return false;
      stuck.add(call.layer);
      return true;
    });
    if (left.length === pending.length) {
      throw broken(
        'the calls wait for each other',
        left.map(({ layer }) => layer.name),
      );
    }
    pending = left;
  }
  return {
    inputs: unwrapped(replay.ends(config.input_layers ?? null)),
    outputs: unwrapped(replay.ends(config.output_layers ?? null)),
  };
}
