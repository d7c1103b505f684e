// model.summary(): the table of layers that Keras prints, as text and as data.
import { bytesPerElement } from '../core/dtype.js';
import { type Spec, sizeOf } from '../core/shape.js';
import { flattenTree } from '../core/tree.js';
import { InputLayer } from '../layers/input-layer.js';
import type { AnyLayer } from '../layers/layer.js';
import {
  type CallNode,
  isShape,
  type PartialShape,
  type SymbolicTensor,
} from '../layers/symbolic.js';
import { type Column, drawTable } from './table.js';

/** Options of `model.summary`. */
export interface SummaryOptions {
  /** Characters a line. Default 76: Keras's on a terminal of 80 columns. */
  readonly lineLength?: number | undefined;
  /** Where the columns end, as parts of the line. */
  readonly positions?: readonly number[] | undefined;
  /** Takes each line. Default `console.log`. */
  readonly printFn?: ((line: string) => void) | undefined;
  /** Whether the layers of models inside are listed too. Default false. */
  readonly expandNested?: boolean | undefined;
  /** Whether a column says which layers are trainable. Default false. */
  readonly showTrainable?: boolean | undefined;
}

/** One layer in a summary. */
export interface SummaryRow {
  readonly name: string;
  readonly className: string;
  /** How many models it is nested in. */
  readonly depth: number;
  /** One shape for each output; empty where the layer was not called yet. */
  readonly outputShapes: readonly PartialShape[];
  readonly params: number;
  readonly built: boolean;
  readonly trainable: boolean;
  /** `name[node][tensor]` of the tensors that feed the layer. */
  readonly connectedTo: readonly string[];
}

/** What `model.summary` returns. */
export interface Summary {
  readonly name: string;
  readonly rows: readonly SummaryRow[];
  readonly totalParams: number;
  readonly trainableParams: number;
  readonly nonTrainableParams: number;
  readonly optimizerParams: number;
  /** The lines that were printed. */
  readonly text: string;
}

/** What a summary needs to know of a model. */
export interface Summarizable {
  readonly name: string;
  readonly layers: readonly AnyLayer[];
  readonly weights: readonly Spec[];
  readonly trainableWeights: readonly Spec[];
  readonly graph: { readonly nodes: readonly CallNode[] } | undefined;
  readonly showsInput: boolean;
  readonly optimizerWeights: readonly Spec[];
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

function readableBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < UNITS.length - 1; unit++) value /= 1024;
  return `${value.toFixed(2)} ${UNITS[unit]}`;
}

function readableCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

function readableShape(shape: PartialShape): string {
  const sizes = shape.map((size) => (size === null ? 'None' : String(size)));
  return `(${sizes.join(', ')})`;
}

function countOf(weights: readonly Spec[]): number {
  return weights.reduce((sum, weight) => sum + sizeOf(weight.shape), 0);
}

function bytesOf(weights: readonly Spec[]): number {
  const bytes = (weight: Spec) => sizeOf(weight.shape) * bytesPerElement(weight.dtype);
  return weights.reduce((sum, weight) => sum + bytes(weight), 0);
}

/** The place of a node among those of its layer that belong to the model. */
function tensorLabel(symbol: SymbolicTensor, nodes: ReadonlySet<CallNode>): string {
  const { node, tensorIndex } = symbol.history;
  const own = node.layer.inboundNodes.filter((other) => nodes.has(other));
  return `${node.layer.name}[${Math.max(0, own.indexOf(node))}][${tensorIndex}]`;
}

function isSummarizable(layer: object): layer is Summarizable {
  return 'layers' in layer && 'graph' in layer;
}

/** What the layer returned, or would return for the shapes it was built for. */
function outputShapesOf(layer: AnyLayer): readonly PartialShape[] {
  const { outputs, buildShape } = layer;
  if (outputs.length > 0) return outputs.map((symbol) => symbol.shape);
  return buildShape === undefined ? [] : flattenTree(layer.computeOutputShape(buildShape), isShape);
}

function rowOf(layer: AnyLayer, depth: number, nodes: ReadonlySet<CallNode>): SummaryRow {
  const calls = layer.inboundNodes.filter((node) => nodes.has(node));
  const feeding = calls.flatMap((node) => node.parents.map((parent) => tensorLabel(parent, nodes)));
  return {
    name: layer.name,
    className: layer.className,
    depth,
    outputShapes: outputShapesOf(layer),
    params: countOf(layer.weights),
    built: layer.built,
    trainable: layer.trainable,
    connectedTo: feeding,
  };
}

function rowsOf(model: Summarizable, expand: boolean, depth = 0): SummaryRow[] {
  const nodes = new Set(model.graph?.nodes ?? []);
  const layers = model.layers.filter((layer) => model.showsInput || !(layer instanceof InputLayer));
  return layers.flatMap((layer) => {
    const row = rowOf(layer, depth, nodes);
    return expand && isSummarizable(layer) ? [row, ...rowsOf(layer, true, depth + 1)] : [row];
  });
}

/** Whether every layer feeds just the next one. */
function isChain(model: Summarizable): boolean {
  const nodes = model.graph?.nodes;
  if (nodes === undefined) return true;
  const readers = new Map<CallNode, number>();
  for (const { parents } of nodes) {
    if (parents.length > 1) return false;
    for (const { history } of parents) {
      const count = (readers.get(history.node) ?? 0) + 1;
      if (count > 1) return false;
      readers.set(history.node, count);
    }
  }
  return new Set(nodes.map((node) => node.layer)).size === nodes.length;
}

function columnsFor(chain: boolean, options: SummaryOptions): Column[] {
  const columns: Omit<Column, 'end'>[] = [
    { title: 'Layer (type)', align: 'left' },
    { title: 'Output Shape', align: 'left' },
    { title: 'Param #', align: 'right' },
  ];
  if (!chain) columns.push({ title: 'Connected to', align: 'left' });
  if (options.showTrainable) columns.push({ title: 'Trainable', align: 'center' });
  const usual = chain ? [0.45, 0.8, 1] : [0.3, 0.56, 0.74, 1];
  const shared = options.showTrainable ? [...usual.map((end) => end * 0.9), 1] : usual;
  const ends = options.positions ?? shared;
  return columns.map((column, index) => ({ ...column, end: ends[index] ?? 1 }));
}

function cellsOf(row: SummaryRow, chain: boolean, options: SummaryOptions): string[] {
  const indent = row.depth === 0 ? '' : `${'   '.repeat(row.depth)}└ `;
  const shapes = row.outputShapes.map(readableShape);
  const cells = [
    `${indent}${row.name} (${row.className})`,
    shapes.length === 0 ? '?' : shapes.length === 1 ? (shapes[0] ?? '?') : `[${shapes.join(', ')}]`,
    row.built || row.params > 0 ? readableCount(row.params) : '0 (unbuilt)',
  ];
  if (!chain) cells.push(row.connectedTo.length === 0 ? '-' : row.connectedTo.join(', '));
  if (options.showTrainable) cells.push(row.params === 0 ? '-' : row.trainable ? 'Y' : 'N');
  return cells;
}

function footer(model: Summarizable): string[] {
  const line = (label: string, count: number, bytes: number): string =>
    ` ${label}: ${readableCount(count)} (${readableBytes(bytes)})`;
  const { weights, trainableWeights: trained, optimizerWeights: extra } = model;
  const [count, bytes] = [countOf(weights), bytesOf(weights)];
  const lines = [
    line('Total params', count + countOf(extra), bytes + bytesOf(extra)),
    line('Trainable params', countOf(trained), bytesOf(trained)),
    line('Non-trainable params', count - countOf(trained), bytes - bytesOf(trained)),
  ];
  if (extra.length > 0) lines.push(line('Optimizer params', countOf(extra), bytesOf(extra)));
  return lines;
}

/** Prints the table and returns what it says. */
export function printSummary(model: Summarizable, options: SummaryOptions = {}): Summary {
  const chain = isChain(model);
  const rows = rowsOf(model, options.expandNested ?? false);
  const columns = columnsFor(chain, options);
  const cells = rows.map((row) => cellsOf(row, chain, options));
  const lines = [
    `Model: "${model.name}"`,
    ...drawTable(columns, cells, options.lineLength ?? 76),
    ...footer(model),
  ];
  const print = options.printFn ?? ((line: string) => console.log(line));
  for (const line of lines) print(line);
  const count = countOf(model.weights);
  const trained = countOf(model.trainableWeights);
  const extra = countOf(model.optimizerWeights);
  return {
    name: model.name,
    rows,
    totalParams: count + extra,
    trainableParams: trained,
    nonTrainableParams: count - trained,
    optimizerParams: extra,
    text: lines.join('\n'),
  };
}
