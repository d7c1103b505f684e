// Tracing the body of a loop or branch: like tracing a step, but what lies outside of the body, be
// it tensors or variables, becomes something the body is handed.
import { currentEngine, type Engine, type TracedBody, withEngine } from '../../core/engine.js';
import type { Spec } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import type { Variable } from '../../core/variable.js';
import { type GraphNode, GraphTensor } from './graph.js';
import { compute, newNode, refuseRead } from './note.js';

type Trace = NonNullable<Engine['trace']>;

const standIn = (spec: Spec): GraphTensor => new GraphTensor(spec, { kind: 'stand-in' });

class BodyTracer {
  readonly nodes: GraphNode[] = [];
  readonly #own = new Set<Tensor>();
  readonly #captures = new Map<Tensor, GraphTensor>();
  readonly #outerOf = new Map<Tensor, Tensor>();
  readonly #before = new Map<Variable, GraphTensor>();
  readonly #after = new Map<Variable, GraphTensor>();

  /** `outer` is the engine that was current where the loop stands, with all its wrappers. */
  constructor(
    private readonly host: Engine,
    private readonly outer: Engine,
  ) {}

  engine(): Engine {
    return {
      name: 'trace',
      apply: (op, inputs, attrs) => {
        const node = newNode(
          op,
          inputs.map((input) => this.inside(input)),
          attrs,
        );
        this.nodes.push(node);
        for (const output of node.outputs) this.#own.add(output);
        return node.outputs;
      },
      compile: (step) => step,
      read: async (tensor) => refuseRead(tensor),
      write: (spec, values) => this.outer.write(spec, values),
      scope: (body) => body(),
      keep: (tensor) => this.#keep(tensor),
      own: (tensor) => this.host.own(this.#keep(tensor)),
      readVariable: (variable) => this.#after.get(variable) ?? this.#start(variable),
      assignVariable: (variable, value) => {
        this.#start(variable);
        this.#after.set(variable, this.inside(value));
      },
      trace: bodyTrace(this.host),
    };
  }

  argument(spec: Spec): GraphTensor {
    const tensor = standIn(spec);
    this.#own.add(tensor);
    return tensor;
  }

  /** What stands for a tensor in this body: itself, or a stand-in for one from outside. */
  inside(tensor: Tensor): GraphTensor {
    if (tensor instanceof GraphTensor && this.#own.has(tensor)) return tensor;
    const known = this.#captures.get(tensor);
    if (known !== undefined) return known;
    const inner = this.argument(tensor);
    this.#captures.set(tensor, inner);
    this.#outerOf.set(inner, tensor);
    return inner;
  }

  /** A variable's value when the body starts. */
  #start(variable: Variable): GraphTensor {
    const known = this.#before.get(variable);
    if (known !== undefined) return known;
    const outer = this.outer.readVariable(variable);
    const inner = this.argument(outer);
    this.#before.set(variable, inner);
    this.#outerOf.set(inner, outer);
    return inner;
  }

  #keep(tensor: Tensor): Tensor {
    if (!(tensor instanceof GraphTensor) || !this.#own.has(tensor)) return this.outer.keep(tensor);
    const value = compute(this.host, tensor, (leaf) => {
      const outer = this.#outerOf.get(leaf);
      return outer === undefined ? refuseRead(leaf) : this.outer.keep(outer);
    });
    return this.host.keep(value);
  }

  finish(args: readonly Tensor[], results: readonly Tensor[]): TracedBody {
    const inner = results.map((result) => this.inside(result));
    const captures = [...this.#captures].map(([outer, stand]) => ({ outer, inner: stand }));
    const assigned = new Map<Variable, { before: Tensor; after: Tensor }>();
    for (const [variable, before] of this.#before) {
      const after = this.#after.get(variable);
      const outer = this.#outerOf.get(before);
      if (after !== undefined) assigned.set(variable, { before, after });
      else if (outer !== undefined) captures.push({ outer, inner: before });
    }
    return { arguments: args, calls: this.nodes, results: inner, captures, assigned };
  }
}

/** The `trace` of engines that trace; `host` computes what must be known at once. */
export function bodyTrace(host: Engine): Trace {
  return (specs, body) => {
    const tracer = new BodyTracer(host, currentEngine());
    const args = specs.map((spec) => tracer.argument(spec));
    const results = withEngine(tracer.engine(), () => body(args));
    return tracer.finish(args, results);
  };
}
