// Passes over the bodies of loops and branches: the passes of simplify.ts run inside of them, and
// what nobody needs of their results, carries and arguments goes.
import type { Body, BranchControl, Control, LoopControl } from '../../core/op.js';
import { at, range } from '../../core/sequence.js';
import type { Tensor } from '../../core/tensor.js';
import { bodyOf, type Graph, type GraphNode, type GraphTensor, graphOf } from './graph.js';

type Pass = (graph: Graph) => Graph;

/** Runs a pass on the bodies of a loop or branch. */
export function insideBodies(control: Control, pass: Pass): Control {
  const run = (body: Body): Body => bodyOf(pass(graphOf(body)));
  if (control.kind === 'branch') {
    return { ...control, whenTrue: run(control.whenTrue), whenFalse: run(control.whenFalse) };
  }
  const { turns } = control;
  return {
    ...control,
    turns: turns.kind === 'while' ? { ...turns, test: run(turns.test) } : turns,
    body: run(control.body),
  };
}

/** What is left of a node: its op, and which of its inputs and outputs. */
export interface Pruned {
  readonly op: GraphNode['op'];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

function select(
  node: GraphNode,
  control: Control,
  inputs: readonly number[],
  outputs: readonly number[],
): Pruned {
  const specs = outputs.map((index) => {
    const { shape, dtype } = at(node.outputs, index);
    return { shape, dtype };
  });
  return { op: { ...node.op, control, infer: () => specs }, inputs, outputs };
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
  const picked = bodies.map((body) => bodyOf(pickArguments(body, inputs)));
  const [whenTrue, whenFalse] = [at(picked, 0), at(picked, 1)];
  const next: BranchControl = { kind: 'branch', whenTrue, whenFalse };
  return select(node, next, [0, ...inputs.map((index) => index + 1)], outputs);
}

/** What is needed of a loop or branch; undefined for other nodes. */
export function pruneNode(
  node: GraphNode,
  isUsed: (output: GraphTensor) => boolean,
  drop: Pass,
): Pruned | undefined {
  const { control } = node.op;
  if (control === undefined) return undefined;
  return control.kind === 'loop'
    ? pruneLoop(node, control, isUsed, drop)
    : pruneBranch(node, control, isUsed, drop);
}
