// A compiled function as a picture: kernels as boxes with what they stand for, what they give and
// what they cost; arguments and variables above, results below. Plain SVG text.
import { bytesPerElement } from '../../core/dtype.js';
import { formatShape, sizeOf } from '../../core/shape.js';
import type { Edge } from '../../drawing/layered-layout.js';
import { drawBoxes, LONGEST_LINE } from '../../drawing/svg.js';
import { flopsOf } from './explain.js';
import { type KernelCall, type KernelGraph, rootOf, type Value } from './kernel-graph.js';
import { isRegion } from './regions.js';

type Kind = 'outside' | 'map' | 'sum' | 'region';

const FILLS: Readonly<Record<Kind, string>> = {
  outside: '#f4f4f4',
  map: '#dcebfa',
  sum: '#fde3c8',
  region: '#e3f3da',
};

interface Picture {
  readonly kind: Kind;
  readonly lines: readonly string[];
}

function kindOf({ kernel }: KernelCall): Kind {
  if (isRegion(kernel)) return 'region';
  return kernel.kind === 'compute' && kernel.stages.length === 0 ? 'map' : 'sum';
}

/** Words joined by ` + ` in lines of bounded length. */
function wrapped(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} + ${word}`;
    if (last !== undefined && longer.length <= LONGEST_LINE) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line, index) => (index < lines.length - 1 ? `${line} +` : line));
}

function bytesOf(values: readonly Value[]): number {
  return values.reduce((sum, { spec: { shape, dtype } }) => {
    return sum + sizeOf(shape) * bytesPerElement(dtype);
  }, 0);
}

function pictureOf(call: KernelCall, updates: ReadonlyMap<Value, string>): Picture {
  const shapes = call.outputs.map(({ spec }) => formatShape(spec.shape)).join(' ');
  const kilobytes = (bytesOf([...call.inputs, ...call.outputs]) / 1024).toFixed(1);
  const flops = flopsOf(call);
  const work = flops === undefined ? '' : `, ${(flops / 1e6).toFixed(2)} MFLOP`;
  const changed = call.outputs.flatMap((value) => {
    const path = updates.get(value);
    return path === undefined ? [] : [`updates ${path}`];
  });
  const lines = [...wrapped(call.names), shapes, `${kilobytes} KB${work}`, ...changed];
  return { kind: kindOf(call), lines };
}

/** Boxes and edges of a kernel graph; edges lead to later boxes. */
class Sketch {
  readonly pictures: Picture[] = [];
  readonly edges: Edge[] = [];
  readonly #makers = new Map<Value, number[]>();

  constructor(graph: KernelGraph) {
    const updates = new Map(
      [...graph.assignments].map(([variable, { value }]) => [value, variable.path]),
    );
    for (const call of graph.calls) for (const value of call.inputs) this.#outside(value);
    for (const { value } of graph.results) this.#outside(value);
    for (const call of graph.calls) {
      const box = this.#box(pictureOf(call, updates));
      this.#connect(call.inputs, box);
      for (const value of call.outputs) this.#makersOf(value).push(box);
    }
    graph.results.forEach(({ value, layout }, index) => {
      const lines = [`result ${index}`, formatShape(layout.shape)];
      this.#connect([value], this.#box({ kind: 'outside', lines }));
    });
  }

  #box(picture: Picture): number {
    return this.pictures.push(picture) - 1;
  }

  #makersOf(value: Value): number[] {
    const root = rootOf(value);
    const known = this.#makers.get(root);
    if (known !== undefined) return known;
    const makers: number[] = [];
    this.#makers.set(root, makers);
    return makers;
  }

  /** A box for an argument or variable when it is met first; constants are left out. */
  #outside(value: Value): void {
    const { origin, spec } = rootOf(value);
    if (origin.kind !== 'argument' && origin.kind !== 'variable') return;
    const makers = this.#makersOf(value);
    if (makers.length > 0) return;
    const name = origin.kind === 'argument' ? `argument ${origin.index}` : origin.variable.path;
    makers.push(this.#box({ kind: 'outside', lines: [name, formatShape(spec.shape)] }));
  }

  #connect(values: readonly Value[], to: number): void {
    const from = new Set(values.flatMap((value) => this.#makersOf(value)));
    for (const box of from) if (box !== to) this.edges.push({ from: box, to });
  }
}

/** The picture of a kernel graph, as the text of an SVG file. */
export function drawKernels(graph: KernelGraph): string {
  const { pictures, edges } = new Sketch(graph);
  return drawBoxes(
    pictures.map(({ kind, lines }) => ({
      lines,
      fill: FILLS[kind],
      round: kind === 'outside' ? 12 : 3,
    })),
    edges,
  );
}
