// Tracing: runs a function once on tensors without values and notes every op.
import { type Engine, withEngine } from '../../core/engine.js';
import type { Op } from '../../core/op.js';
import type { Spec } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import type { Variable } from '../../core/variable.js';
import { type StoredTensor, storedTensor } from '../storage.js';
import { type Graph, type GraphNode, GraphTensor } from './graph.js';
import { compute, newNode, refuseRead } from './note.js';
import { bodyTrace } from './trace-body.js';

/** The engine that is current while a function is traced. `host` makes the constants. */
class Tracer {
  readonly nodes: GraphNode[] = [];
  readonly #variables = new Map<Variable, GraphTensor>();
  readonly #constants = new Map<StoredTensor, GraphTensor>();
  readonly assignments = new Map<Variable, GraphTensor>();

  constructor(
    private readonly host: Engine,
    /** Whether loops and branches stay whole; else their ops are traced one by one. */
    private readonly whole: boolean,
  ) {}

  engine(): Engine {
    return {
      name: 'trace',
      apply: (op, inputs, attrs) => this.#apply(op, inputs, attrs),
      compile: (step) => step,
      read: async (tensor) => refuseRead(tensor),
      write: (spec, values) => this.#constant(this.host.keep(this.host.write(spec, values))),
      scope: (body) => body(),
      keep: (tensor) => this.#keep(tensor),
      own: (tensor) => this.host.own(this.#keep(tensor)),
      readVariable: (variable) => this.#read(variable),
      assignVariable: (variable, value) => {
        this.assignments.set(variable, this.graphTensor(value));
      },
      ...(this.whole ? { trace: bodyTrace(this.host) } : {}),
    };
  }

  #apply<Attrs>(op: Op<Attrs>, inputs: readonly Tensor[], attrs: Attrs): readonly Tensor[] {
    const node = newNode(
      op,
      inputs.map((input) => this.graphTensor(input)),
      attrs,
    );
    this.nodes.push(node);
    return node.outputs;
  }

  #read(variable: Variable): GraphTensor {
    const assigned = this.assignments.get(variable);
    if (assigned !== undefined) return assigned;
    const known = this.#variables.get(variable);
    if (known !== undefined) return known;
    const tensor = new GraphTensor(variable, { kind: 'variable', variable });
    this.#variables.set(variable, tensor);
    return tensor;
  }

  /**
   * What is kept outlives the step: the initial value of a variable made inside it, say. Such a
   * value is computed now, once; it may depend on anything but the step's arguments.
   */
  #keep(tensor: Tensor): Tensor {
    if (!(tensor instanceof GraphTensor)) return this.host.keep(tensor);
    const value = compute(this.host, tensor, (leaf) =>
      leaf.source.kind === 'variable'
        ? this.host.readVariable(leaf.source.variable)
        : refuseRead(leaf),
    );
    return this.host.keep(value);
  }

  #constant(tensor: Tensor): GraphTensor {
    const stored = storedTensor(tensor, 'compiled step');
    const known = this.#constants.get(stored);
    if (known !== undefined) return known;
    const constant = new GraphTensor(stored, { kind: 'constant', tensor: stored });
    this.#constants.set(stored, constant);
    return constant;
  }

  /** Tensors from outside become constants of the graph. */
  graphTensor(tensor: Tensor): GraphTensor {
    if (tensor instanceof GraphTensor) return tensor;
    return this.#constant(this.host.keep(tensor));
  }
}

/** What a trace gives: the graph, and what the function returned with graph tensors in it. */
export interface Trace<T> {
  readonly graph: Graph;
  readonly value: T;
}

/**
 * Runs `body` on one graph tensor for each spec. `resultsOf` finds the tensors it returns. Loops
 * and branches are kept `whole`, or traced op by op.
 */
export function trace<T>(
  host: Engine,
  specs: readonly Spec[],
  body: (args: readonly Tensor[]) => T,
  resultsOf: (value: T) => readonly Tensor[],
  whole = false,
): Trace<T> {
  const tracer = new Tracer(host, whole);
  const args = specs.map((spec, index) => new GraphTensor(spec, { kind: 'argument', index }));
  const value = withEngine(tracer.engine(), () => body(args));
  const results = resultsOf(value).map((tensor) => tracer.graphTensor(tensor));
  const { nodes, assignments } = tracer;
  return { graph: { arguments: args, nodes, results, assignments }, value };
}
