// Tracing: runs a function once on tensors without values and notes every op.
import { type Engine, withEngine } from '../../core/engine.js';
import { StateError } from '../../core/errors.js';
import type { Op } from '../../core/op.js';
import { at } from '../../core/sequence.js';
import type { Spec } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import type { Variable } from '../../core/variable.js';
import { type StoredTensor, storedTensor } from '../storage.js';
import { type Graph, type GraphNode, GraphTensor } from './graph.js';

/** Frames of the library itself, which say nothing about the user's program. */
const OWN_FRAME =
  /[\\/](src|dist)[\\/](core|ops|engines|autodiff|layers|models|optimizers|losses|metrics|kernels|index\.|chunk)/;

/** The first frame outside of the library: where the user's text made this op. */
function callSite(): string {
  const frames = (new Error().stack ?? '').split('\n').slice(2);
  const frame = frames.find((line) => !OWN_FRAME.test(line) && !line.includes('node_modules'));
  const place = frame?.match(/\(?([^()\s]+:\d+:\d+)\)?$/)?.[1] ?? '';
  return place.replace(/^file:\/\//, '');
}

function refuseRead(tensor: Tensor): never {
  const source = tensor instanceof GraphTensor ? tensor.source : undefined;
  const site = source?.kind === 'node' ? ` (made at ${source.node.site})` : '';
  throw new StateError({
    where: 'compiled step',
    what: 'the value of a tensor was asked for while the step is being traced',
    received: `${String(tensor)}${site}`,
    fix: "use where, cond or scan instead of if on values, or compile({ engine: 'eager' })",
  });
}

/** The engine that is current while a function is traced. `host` makes the constants. */
class Tracer {
  readonly nodes: GraphNode[] = [];
  readonly #variables = new Map<Variable, GraphTensor>();
  readonly #constants = new Map<StoredTensor, GraphTensor>();
  readonly assignments = new Map<Variable, GraphTensor>();

  constructor(private readonly host: Engine) {}

  engine(): Engine {
    return {
      name: 'trace',
      apply: (op, inputs, attrs) => this.#apply(op, inputs, attrs),
      compile: (step) => step,
      read: async (tensor) => refuseRead(tensor),
      write: (spec, values) => this.#constant(this.host.keep(this.host.write(spec, values))),
      scope: (body) => body(),
      keep: (tensor) => this.#keep(tensor),
      readVariable: (variable) => this.#read(variable),
      assignVariable: (variable, value) => {
        this.assignments.set(variable, this.graphTensor(value));
      },
    };
  }

  #apply<Attrs>(op: Op<Attrs>, inputs: readonly Tensor[], attrs: Attrs): readonly Tensor[] {
    const specs = op.infer(inputs, attrs);
    const outputs: GraphTensor[] = [];
    const node: GraphNode = {
      // The node hands these attributes back to this op alone.
      op,
      attrs,
      inputs: inputs.map((input) => this.graphTensor(input)),
      outputs,
      site: callSite(),
    };
    specs.forEach((spec, output) => {
      outputs.push(new GraphTensor(spec, { kind: 'node', node, output }));
    });
    this.nodes.push(node);
    return outputs;
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
    return this.host.keep(tensor instanceof GraphTensor ? this.#compute(tensor) : tensor);
  }

  #compute(tensor: GraphTensor): Tensor {
    const { source } = tensor;
    switch (source.kind) {
      case 'constant':
        return source.tensor;
      case 'variable':
        return this.host.readVariable(source.variable);
      case 'argument':
        return refuseRead(tensor);
      case 'node': {
        const inputs = source.node.inputs.map((input) => this.#compute(input));
        // Attributes belong to this op; see #apply.
        return at(
          this.host.apply(source.node.op, inputs, source.node.attrs as never),
          source.output,
        );
      }
    }
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

/** Runs `body` on one graph tensor for each spec. `resultsOf` finds the tensors it returns. */
export function trace<T>(
  host: Engine,
  specs: readonly Spec[],
  body: (args: readonly Tensor[]) => T,
  resultsOf: (value: T) => readonly Tensor[],
): Trace<T> {
  const tracer = new Tracer(host);
  const args = specs.map((spec, index) => new GraphTensor(spec, { kind: 'argument', index }));
  const value = withEngine(tracer.engine(), () => body(args));
  const results = resultsOf(value).map((tensor) => tracer.graphTensor(tensor));
  const { nodes, assignments } = tracer;
  return { graph: { arguments: args, nodes, results, assignments }, value };
}
