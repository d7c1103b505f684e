// The graph: what tracing leaves. Tensors without values that know where they come from.
// First stage of the compiled engine; passes work on it.
import type { Body, Op } from '../../core/op.js';
import type { Spec } from '../../core/shape.js';
import { Tensor } from '../../core/tensor.js';
import type { Variable } from '../../core/variable.js';
import type { StoredTensor } from '../storage.js';
import type { CallSite } from './call-site.js';

/** Where a graph tensor's value comes from. */
export type Source =
  | { readonly kind: 'node'; readonly node: GraphNode; readonly output: number }
  | { readonly kind: 'argument'; readonly index: number }
  /** Stands for something from outside in the body of a loop or branch. */
  | { readonly kind: 'stand-in' }
  | { readonly kind: 'variable'; readonly variable: Variable }
  | { readonly kind: 'constant'; readonly tensor: StoredTensor };

/** A tensor of a graph. */
export class GraphTensor extends Tensor {
  readonly isDisposed = false;

  constructor(
    spec: Spec,
    readonly source: Source,
  ) {
    super({ shape: spec.shape, dtype: spec.dtype });
  }

  /** Graph tensors hold no memory. */
  dispose(): void {}
}

/** One use of an op. */
export interface GraphNode {
  readonly op: Op<never>;
  readonly attrs: unknown;
  readonly inputs: readonly GraphTensor[];
  readonly outputs: readonly GraphTensor[];
  /** Where the user's text made it. */
  readonly site: CallSite;
}

/** A traced function. */
export interface Graph {
  readonly arguments: readonly GraphTensor[];
  /** In the order they were made, which is an order they can run in. */
  readonly nodes: readonly GraphNode[];
  readonly results: readonly GraphTensor[];
  /** What variables hold at the end. */
  readonly assignments: ReadonlyMap<Variable, GraphTensor>;
}

/** The tensors a graph must deliver. */
export function deliveries(graph: Graph): readonly GraphTensor[] {
  return [...graph.results, ...graph.assignments.values()];
}

function graphTensors(tensors: readonly Tensor[]): readonly GraphTensor[] {
  return tensors.filter((tensor) => tensor instanceof GraphTensor);
}

/** The arguments of a body that was traced to a graph. */
export function argumentsOf(body: Body): readonly GraphTensor[] {
  return graphTensors(body.arguments);
}

/** The results of a body that was traced to a graph. */
export function resultsOf(body: Body): readonly GraphTensor[] {
  return graphTensors(body.results);
}

/** The calls of a body that was traced to a graph. */
export function nodesOf(body: Body): readonly GraphNode[] {
  return body.calls.filter((call): call is GraphNode => 'site' in call);
}

/** A body as a graph, for passes. */
export function graphOf(body: Body): Graph {
  return {
    arguments: argumentsOf(body),
    nodes: nodesOf(body),
    results: resultsOf(body),
    assignments: new Map(),
  };
}

/** A graph as a body. */
export function bodyOf(graph: Graph): Body {
  return { arguments: graph.arguments, calls: graph.nodes, results: graph.results };
}
