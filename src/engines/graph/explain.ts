// Every stage of a compiled function in words: ops as traced, kernels after each pass, memory.
import { bytesPerElement } from '../../core/dtype.js';
import { namedListsOf } from '../../core/loops-and-branches.js';
import type { Body } from '../../core/op.js';
import { formatShape, sizeOf } from '../../core/shape.js';
import { total } from '../../kernels/schedule/axes.js';
import type { EagerEngine } from '../eager.js';
import { type Graph, type GraphNode, type GraphTensor, graphOf } from './graph.js';
import type { KernelCall, KernelGraph, Region, Value } from './kernel-graph.js';
import { lowerGraph } from './lower.js';
import { planMemory } from './plan.js';
import { graphPasses, kernelPasses } from './program.js';
import { isRegion } from './regions.js';

/** One stage: its name and its lines. */
export interface Stage {
  readonly name: string;
  readonly lines: readonly string[];
}

function tensorName(tensor: GraphTensor, names: Map<object, string>): string {
  const { source } = tensor;
  const known = names.get(tensor);
  if (known !== undefined) return known;
  if (source.kind === 'argument') return `argument ${source.index}`;
  if (source.kind === 'variable') return source.variable.path;
  if (source.kind === 'constant') return 'constant';
  return '?';
}

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

/** The bodies of a loop or branch, below its line. */
function describeBodies(node: GraphNode, names: Map<object, string>, prefix: string): string[] {
  const { control } = node.op;
  if (control === undefined) return [];
  const bodies: [string, Body][] =
    control.kind === 'branch'
      ? [
          ['when true', control.whenTrue],
          ['when false', control.whenFalse],
        ]
      : [['body', control.body]];
  if (control.kind === 'loop' && control.turns.kind === 'while') {
    bodies.unshift(['test', control.turns.test]);
  }
  return bodies.flatMap(([title, body], number) => {
    body.arguments.forEach((argument, index) => {
      names.set(argument, `${prefix}<${index}>`);
    });
    const inner = describeNodes(graphOf(body), names, `${prefix}.${number}`);
    const results = graphOf(body).results.map((result) => tensorName(result, names));
    return indented([`${title}:`, ...indented(inner), `  gives ${results.join(', ')}`]);
  });
}

function describeNodes(graph: Graph, names = new Map<object, string>(), prefix = ''): string[] {
  return graph.nodes.flatMap((node, index) => {
    const own = `%${prefix}${prefix === '' ? '' : '.'}${index}`;
    node.outputs.forEach((output, position) => {
      names.set(output, position === 0 ? own : `${own}:${position}`);
    });
    const inputs = node.inputs.map((input) => tensorName(input, names)).join(', ');
    const outputs = node.outputs.map((output) => formatShape(output.shape)).join(' ');
    const call = `${own} = ${node.op.name}(${inputs}) ${outputs}`;
    return [`${call}   ${node.site.line}`.trimEnd(), ...describeBodies(node, names, own.slice(1))];
  });
}

function bytesOf(values: readonly Value[]): number {
  return values.reduce(
    (sum, { spec }) => sum + sizeOf(spec.shape) * bytesPerElement(spec.dtype),
    0,
  );
}

/** Multiplications and additions of a kernel that sums products; undefined for others. */
export function flopsOf(call: KernelCall): number | undefined {
  const { kernel } = call;
  if (kernel.kind !== 'compute') return undefined;
  const [stage] = kernel.stages;
  if (stage?.body.kind !== 'call' || stage.body.fn !== 'mul') return undefined;
  return 2 * total(kernel.axes) * total(stage.over);
}

function describeRegion(region: Region): string {
  if (region.kind === 'branch') return 'branch';
  const { turns } = region;
  if (turns.kind === 'counted') return `loop, ${turns.length} turns`;
  return turns.most === undefined ? 'loop' : `loop, at most ${turns.most} turns`;
}

/** Kernels in the order they run, numbered through; those of loops and branches are indented. */
function describeKernels(graph: KernelGraph, count = { kernels: 0 }): string[] {
  return graph.calls.flatMap((call, position) => {
    const { kernel } = call;
    if (isRegion(kernel)) {
      const lists = namedListsOf(kernel).flatMap(([title, list]) =>
        list.calls.length === 0 ? [] : [`${title}:`, ...indented(describeKernels(list, count))],
      );
      return [`${describeRegion(kernel)} (${call.names.join(' + ')})`, ...indented(lists)];
    }
    const flops = flopsOf(call);
    const work = flops === undefined ? '' : `, ${(flops / 1e6).toFixed(2)} MFLOP`;
    const kilobytes = ((bytesOf(call.inputs) + bytesOf(call.outputs)) / 1024).toFixed(1);
    const outputs = call.outputs.map(({ spec }) => formatShape(spec.shape)).join(' ');
    const number = count.kernels++;
    const stays = position < (graph.steady ?? 0) ? ', stays until a variable changes' : '';
    const title = `${call.names.join(' + ')} -> ${outputs}`;
    return [`kernel ${number}: ${title} (${kilobytes} KB${work}${stays})`];
  });
}

function describeMemory(graph: KernelGraph): string[] {
  const plan = planMemory(graph);
  const lines = [...plan.offsets].map(
    ([{ id, spec }, offset]) => `value ${id} ${formatShape(spec.shape)} at ${offset}`,
  );
  return [
    `arena ${plan.arenaBytes} bytes for ${plan.sumBytes} bytes of values`,
    `${plan.inPlace.size} of ${graph.assignments.size} variables are updated in place`,
    ...lines,
  ];
}

/** The stages a traced graph goes through. */
export function explainGraph(graph: Graph, eager: EagerEngine): readonly Stage[] {
  const stages: Stage[] = [{ name: 'traced', lines: describeNodes(graph) }];
  let simple = graph;
  for (const pass of graphPasses(eager)) {
    simple = pass.run(simple);
    stages.push({ name: pass.name, lines: describeNodes(simple) });
  }
  let kernels = lowerGraph(simple);
  stages.push({ name: 'lowered', lines: describeKernels(kernels) });
  for (const pass of kernelPasses(eager)) {
    kernels = pass.run(kernels);
    stages.push({ name: pass.name, lines: describeKernels(kernels) });
  }
  stages.push({ name: 'memory', lines: describeMemory(kernels) });
  return stages;
}

/** Stages as text. */
export function formatStages(stages: readonly Stage[]): string {
  return stages.map(({ name, lines }) => [`== ${name}`, ...lines].join('\n')).join('\n');
}
