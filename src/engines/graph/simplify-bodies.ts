// Passes over the bodies of loops and branches: the passes of simplify.ts run inside of them, and
// what nobody needs of their results, carries and arguments goes.
import type { BranchControl, Control, LoopControl } from '../../core/op.js';
import { at, range } from '../../core/sequence.js';
import type { Tensor } from '../../core/tensor.js';
import { bodyOf, type Graph, type GraphNode, GraphTensor, graphOf } from './graph.js';

type Pass = (graph: Graph) => Graph;

/** A node with another control; outputs stay the same objects. */
function withControl(node: GraphNode, control: Control): GraphNode {
  return { ...node, op: { ...node.op, control } };
}

/** Runs a pass on the bodies of a node. */
export function insideBodies(node: GraphNode, pass: Pass): GraphNode {
  const { control } = node.op;
  if (control === undefined) return node;
  const run = (body: Parameters<typeof graphOf>[0]) => bodyOf(pass(graphOf(body)));
  if (control.kind === 'branch') {
    return withControl(node, {
      ...control,
      whenTrue: run(control.whenTrue),
      whenFalse: run(control.whenFalse),
    });
  }
  const { turns } = control;
  return withControl(node, {
    ...control,
    turns: turns.kind === 'while' ? { ...turns, test: run(turns.test) } : turns,
    body: run(control.body),
  });
}

/** A node with some of its inputs and outputs, by position. Gives the new outputs by the old. */
function select(
  node: GraphNode,
  control: Control,
  inputs: readonly number[],
  outputs: readonly number[],
): Pruned {
  const kept: GraphTensor[] = [];
  const next: GraphNode = {
    ...withControl(node, control),
    inputs: inputs.map((index) => at(node.inputs, index)),
    outputs: kept,
  };
  const replaced = new Map<GraphTensor, GraphTensor>();
  outputs.forEach((index, output) => {
    const old = at(node.outputs, index);
    const tensor = new GraphTensor(old, { kind: 'node', node: next, output });
    kept.push(tensor);
    replaced.set(old, tensor);
  });
  const specs = kept.map(({ shape, dtype }) => ({ shape, dtype }));
  return { node: { ...next, op: { ...next.op, infer: () => specs } }, replaced };
}

/** A node without what is not needed, and its new outputs by the old ones. */
export interface Pruned {
  readonly node: GraphNode;
  readonly replaced: ReadonlyMap<GraphTensor, GraphTensor>;
}

/** What a graph uses of its arguments to give its results. */
function argumentsUsed(graph: Graph): Set<Tensor> {
  const used = new Set<Tensor>(graph.results);
  for (const node of graph.nodes) for (const input of node.inputs) used.add(input);
  return used;
}

function pickResults(body: Graph, positions: readonly number[], drop: Pass): Graph {
  return drop({ ...body, results: positions.map((index) => at(body.results, index)) });
}

function pickArguments(graph: Graph, positions: readonly number[]): Graph {
  return { ...graph, arguments: positions.map((index) => at(graph.arguments, index)) };
}

function pruneLoop(
  node: GraphNode,
  control: LoopControl,
  isUsed: (output: GraphTensor) => boolean,
  drop: Pass,
): Pruned {
  const body = graphOf(control.body);
  const test = control.turns.kind === 'while' ? drop(graphOf(control.turns.test)) : undefined;
  const testUses = test === undefined ? new Set<Tensor>() : argumentsUsed(test);
  const isCarry = (index: number): boolean => index < control.carries;
  const needed = new Set(
    range(body.results.length).filter(
      (index) =>
        isUsed(at(node.outputs, index)) ||
        (isCarry(index) && test !== undefined && testUses.has(at(test.arguments, index))),
    ),
  );
  // A carry is needed where a needed result depends on it; each may bring in others.
  let pruned = pickResults(body, [...needed].sort(ascending), drop);
  for (;;) {
    const uses = argumentsUsed(pruned);
    const more = range(control.carries).filter(
      (index) => !needed.has(index) && uses.has(at(body.arguments, index)),
    );
    if (more.length === 0) break;
    for (const index of more) needed.add(index);
    pruned = pickResults(body, [...needed].sort(ascending), drop);
  }
  const results = [...needed].sort(ascending);
  const uses = argumentsUsed(pruned);
  const inputs = range(node.inputs.length).filter((index) => {
    if (isCarry(index)) return needed.has(index);
    const tested = test !== undefined && testUses.has(at(test.arguments, index));
    return tested || uses.has(at(body.arguments, index));
  });
  const { turns } = control;
  const next: LoopControl = {
    ...control,
    turns:
      turns.kind === 'while' && test !== undefined
        ? { ...turns, test: bodyOf(pickArguments(test, inputs)) }
        : turns,
    carries: inputs.filter(isCarry).length,
    slices: inputs.filter((index) => !isCarry(index) && index < control.carries + control.slices)
      .length,
    body: bodyOf(pickArguments(pruned, inputs)),
  };
  return select(node, next, inputs, results);
}

const ascending = (a: number, b: number): number => a - b;

function pruneBranch(
  node: GraphNode,
  control: BranchControl,
  isUsed: (output: GraphTensor) => boolean,
  drop: Pass,
): Pruned {
  const outputs = range(node.outputs.length).filter((index) => isUsed(at(node.outputs, index)));
  const bodies = [control.whenTrue, control.whenFalse].map((body) =>
    pickResults(graphOf(body), outputs, drop),
  );
  const inputs = range(node.inputs.length - 1).filter((index) =>
    bodies.some((body) => argumentsUsed(body).has(at(body.arguments, index))),
  );
  const [whenTrue, whenFalse] = bodies.map((body) => bodyOf(pickArguments(body, inputs)));
  if (whenTrue === undefined || whenFalse === undefined) return { node, replaced: new Map() };
  const next: BranchControl = { kind: 'branch', whenTrue, whenFalse };
  return select(node, next, [0, ...inputs.map((index) => index + 1)], outputs);
}

/** Leaves out what is not needed of a loop or branch; other nodes stay as they are. */
export function pruneNode(
  node: GraphNode,
  isUsed: (output: GraphTensor) => boolean,
  drop: Pass,
): Pruned {
  const { control } = node.op;
  if (control === undefined) return { node, replaced: new Map() };
  return control.kind === 'loop'
    ? pruneLoop(node, control, isUsed, drop)
    : pruneBranch(node, control, isUsed, drop);
}
