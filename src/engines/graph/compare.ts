// Finds where a compiled step goes wrong: runs its ops one by one and compiled, and narrows the
// first difference down to one op. For finding faults of kernels and passes, not for speed.
import type { EngineComparison, EngineDifference } from '../../core/comparison.js';
import { isFloat, type TypedArray } from '../../core/dtype.js';
import { currentEngine, type Engine, withEngine } from '../../core/engine.js';
import { presentLayer } from '../../core/place.js';
import { at } from '../../core/sequence.js';
import type { Tensor } from '../../core/tensor.js';
import { deliveries, type Graph, type GraphNode, GraphTensor } from './graph.js';
import { buildProgram, type Program, type ProgramHost } from './program.js';
import { flattenArguments } from './signature.js';
import { trace } from './trace.js';

/** Makes the program under test; another one than `buildProgram` in tests of this file. */
export type Build = (host: ProgramHost, graph: Graph) => Pick<Program, 'run' | 'dispose'>;

/** The largest difference between two tensors that is more than rounding. */
interface Deviation {
  readonly element: number;
  readonly eager: number;
  readonly compiled: number;
}

function deviation(eager: TypedArray, compiled: TypedArray, bound: number): Deviation | undefined {
  let worst: Deviation | undefined;
  let most = bound;
  for (let element = 0; element < eager.length; element++) {
    const [a, b] = [Number(eager[element]), Number(compiled[element])];
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    const size = Math.abs(a - b);
    // Against NaN and infinity every number differs.
    if (size <= most) continue;
    worst = { element, eager: a, compiled: b };
    if (!Number.isFinite(size)) return worst;
    most = size;
  }
  return worst;
}

function largest(values: TypedArray): number {
  let most = 0;
  for (const value of values) {
    const size = Math.abs(Number(value));
    if (size > most && Number.isFinite(size)) most = size;
  }
  return most;
}

/** A tensor of the graph whose compiled value is wrong. */
interface Difference {
  readonly tensor: GraphTensor;
  readonly deviation: Deviation;
}

/** One comparison: a traced graph, its arguments, and what each tensor is when run op by op. */
class Comparison {
  readonly #values = new Map<GraphTensor, Tensor>();

  constructor(
    private readonly host: ProgramHost,
    private readonly graph: Graph,
    private readonly args: readonly Tensor[],
    private readonly tolerance: number,
    private readonly build: Build,
  ) {
    for (const node of graph.nodes) this.#run(node);
  }

  #run(node: GraphNode): void {
    const inputs = node.inputs.map((input) => this.#valueOf(input));
    // Attributes belong to this op; see trace.ts.
    const outputs = this.host.eager.apply(node.op, inputs, node.attrs as never);
    node.outputs.forEach((output, index) => {
      this.#values.set(output, at(outputs, index));
    });
  }

  #valueOf(tensor: GraphTensor): Tensor {
    const { source } = tensor;
    if (source.kind === 'argument') return at(this.args, source.index);
    if (source.kind === 'constant') return source.tensor;
    const known = this.#values.get(tensor);
    if (known !== undefined) return known;
    if (source.kind !== 'variable') throw new Error('a node is used before it is made');
    // Seen by a reader, so that compiled steps leave this very tensor alone.
    const value = this.host.eager.readVariable(source.variable);
    this.#values.set(tensor, value);
    return value;
  }

  /** Compares `results` of a compiled graph; gives the first that differs. */
  async firstDifferent(graph: Graph, args = this.args): Promise<Difference | undefined> {
    const { eager } = this.host;
    const program = this.build(this.host, graph);
    const before = [...graph.assignments.keys()].map(
      (variable) => [variable, eager.readVariable(variable)] as const,
    );
    const results = program.run(args);
    const assigned = before.map(([variable]) => variable.held);
    try {
      const found = [...results, ...assigned];
      for (const [index, tensor] of deliveries(graph).entries()) {
        const deviation = await this.#compare(tensor, at(found, index));
        if (deviation !== undefined) return { tensor, deviation };
      }
      return undefined;
    } finally {
      for (const [variable, value] of before) eager.assignVariable(variable, value);
      for (const result of results) result.dispose();
      program.dispose();
    }
  }

  async #compare(tensor: GraphTensor, compiled: Tensor): Promise<Deviation | undefined> {
    const { eager } = this.host;
    const wanted = await eager.read(this.#valueOf(tensor));
    const bound = isFloat(tensor.dtype) ? this.tolerance * largest(wanted) : 0;
    return deviation(wanted, await eager.read(compiled), bound);
  }

  /** The first `count` ops, which deliver all that later ones and the step's results need. */
  prefix(count: number): Graph {
    const nodes = this.graph.nodes.slice(0, count);
    const made = new Set(nodes.flatMap((node) => node.outputs));
    const later = this.graph.nodes.slice(count).flatMap((node) => node.inputs);
    const needed = new Set([...later, ...deliveries(this.graph)].filter((one) => made.has(one)));
    // In the order they were made, so that the first to differ is the earliest.
    return this.#delivering(
      nodes,
      [...made].filter((tensor) => needed.has(tensor)),
    );
  }

  /** Whether an op's results differ when it is compiled alone, on the eager values of its inputs. */
  async differsAlone(node: GraphNode): Promise<boolean> {
    const inputs = node.inputs.map(
      (input, index) => new GraphTensor(input, { kind: 'argument', index }),
    );
    const outputs: GraphTensor[] = [];
    const alone: GraphNode = { ...node, inputs, outputs };
    node.outputs.forEach((old, output) => {
      const tensor = new GraphTensor(old, { kind: 'node', node: alone, output });
      outputs.push(tensor);
      this.#values.set(tensor, this.#valueOf(old));
    });
    const assignments = new Map();
    const graph = { arguments: inputs, nodes: [alone], results: outputs, assignments };
    const values = node.inputs.map((input) => this.#valueOf(input));
    return (await this.firstDifferent(graph, values)) !== undefined;
  }

  /** All ops, with every result delivered. */
  everything(): Graph {
    const { nodes } = this.graph;
    return this.#delivering(
      nodes,
      nodes.flatMap((node) => node.outputs),
    );
  }

  #delivering(nodes: readonly GraphNode[], results: readonly GraphTensor[]): Graph {
    return { arguments: this.graph.arguments, nodes, results, assignments: new Map() };
  }

  dispose(): void {
    for (const [{ source }, value] of this.#values) if (source.kind === 'node') value.dispose();
  }
}

/** The fewest ops at the start of a step whose compiled program differs; all if none does. */
async function shortestDifferent(comparison: Comparison, ops: number): Promise<number> {
  let agrees = 0;
  let differs = ops;
  while (differs - agrees > 1) {
    const middle = Math.floor((agrees + differs) / 2);
    const found = await comparison.firstDifferent(comparison.prefix(middle));
    if (found === undefined) agrees = middle;
    else differs = middle;
  }
  return differs;
}

/** Which layer each node was made in. */
type Layers = ReadonlyMap<GraphNode, string>;

/** The layer of a node; gradients are made outside of layers, from results that lie inside one. */
function layerOf(node: GraphNode, layers: Layers): string {
  const seen = new Set<GraphNode>();
  let near: readonly GraphNode[] = [node];
  while (near.length > 0) {
    for (const one of near) {
      const layer = layers.get(one);
      if (layer !== undefined && layer !== '') return layer;
      seen.add(one);
    }
    near = near
      .flatMap((one) => one.inputs)
      .flatMap(({ source }) => (source.kind === 'node' ? [source.node] : []))
      .filter((one) => !seen.has(one));
  }
  return '';
}

async function report(
  { tensor, deviation }: Difference,
  comparison: Comparison,
  layers: Layers,
): Promise<EngineDifference> {
  const { source } = tensor;
  if (source.kind !== 'node') {
    return { op: 'copy', layer: '', line: '', cause: 'fusion', ...deviation };
  }
  const { node } = source;
  const cause = (await comparison.differsAlone(node)) ? 'kernel' : 'fusion';
  return {
    op: node.op.name,
    layer: layerOf(node, layers),
    line: node.site.line,
    cause,
    ...deviation,
  };
}

/** The tracer that is current, which also notes in which layer each node was made. */
function notingLayers(layers: Map<GraphNode, string>): Engine {
  const tracer = currentEngine();
  return {
    ...tracer,
    apply(op, inputs, attrs) {
      const outputs = tracer.apply(op, inputs, attrs);
      const [first] = outputs;
      if (first instanceof GraphTensor && first.source.kind === 'node') {
        layers.set(first.source.node, presentLayer());
      }
      return outputs;
    },
  };
}

async function firstDifference(
  comparison: Comparison,
  graph: Graph,
  layers: Layers,
): Promise<EngineDifference | undefined> {
  const whole = await comparison.firstDifferent(graph);
  if (whole === undefined) return undefined;
  const early =
    (await comparison.firstDifferent(comparison.everything())) ??
    (await comparison.firstDifferent(
      comparison.prefix(await shortestDifferent(comparison, graph.nodes.length)),
    ));
  // What only goes wrong with updates in place is known by the result it spoils.
  return report(early ?? whole, comparison, layers);
}

/** Runs a step op by op and compiled; variables are as they were afterwards. */
export async function compareCompiled(
  host: ProgramHost,
  step: (...args: readonly Tensor[]) => unknown,
  args: readonly Tensor[],
  tolerance: number,
  build: Build = buildProgram,
): Promise<EngineComparison> {
  const layers = new Map<GraphNode, string>();
  const { graph } = trace(
    host.eager,
    args,
    (inputs) => withEngine(notingLayers(layers), () => step(...inputs)),
    (result) => flattenArguments(result).tensors,
  );
  const comparison = new Comparison(host, graph, args, tolerance, build);
  try {
    return { ops: graph.nodes.length, first: await firstDifference(comparison, graph, layers) };
  } finally {
    comparison.dispose();
  }
}
