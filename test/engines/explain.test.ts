// explain: every stage in words, and the kernels as a picture in which nothing overlaps.
import { describe, expect, it } from 'vitest';
import { layeredLayout } from '../../src/drawing/layered-layout.js';
import { graphPasses, kernelPasses } from '../../src/engines/graph/program.js';
import {
  createCpuDevice,
  createEagerEngine,
  explain,
  layers,
  ones,
  Sequential,
  type Tensor,
  tensor,
  Variable,
} from '../../src/index.js';

const weight = new Variable(ones([8, 4]), { path: 'head/kernel' });

function step(x: Tensor): Tensor {
  const y = x
    .matmul(weight.value)
    .tanh()
    .mul(tensor([2]))
    .add(0);
  weight.assign(weight.value.sub(x.transpose().matmul(y)));
  return y.sum();
}

describe('explain in words', () => {
  const text = explain(step, ones([2, 8]));

  it('prints each stage in order', () => {
    const names = [...text.matchAll(/^== (.+)$/gm)].map((match) => match[1]);
    const namesOf = (passes: readonly { readonly name: string }[]) =>
      passes.map(({ name }) => name);
    const eager = createEagerEngine(createCpuDevice());
    expect(names).toEqual([
      'traced',
      ...namesOf(graphPasses(eager)),
      'lowered',
      ...namesOf(kernelPasses(eager)),
      'memory',
    ]);
  });

  it('says lines, shapes, bytes, operations and memory', () => {
    expect(text).toMatch(/%\d+ = tanh\(%\d+\) \[2, 4\] {3}\S*explain\.test\.ts:\d+:\d+/);
    expect(text).toMatch(/kernel 0: matmul -> \[2, 4\] \([\d.]+ KB, 0\.00 MFLOP\)/);
    expect(text).toMatch(/arena \d+ bytes for \d+ bytes of values/);
    expect(text).toContain('1 of 1 variables are updated in place');
  });
});

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function rectanglesOf(svg: string): Rectangle[] {
  const found = svg.matchAll(
    /<rect x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)"/g,
  );
  return [...found].map(([, x, y, width, height]) => ({
    x: Number(x),
    y: Number(y),
    width: Number(width),
    height: Number(height),
  }));
}

function overlap(a: Rectangle, b: Rectangle): boolean {
  const apart =
    a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
  return !apart;
}

/** Every tag is closed in order, and attributes are quoted: what an XML parser asks. */
function isWellFormed(xml: string): boolean {
  const open: string[] = [];
  for (const [tag, closing, name, empty] of xml.matchAll(
    /<(\/?)([a-z]+)(?:\s[a-zA-Z-]+="[^"<]*")*\s*(\/?)>|</g,
  )) {
    if (tag === '<' || name === undefined) return false;
    if (closing === '/') {
      if (open.pop() !== name) return false;
    } else if (empty !== '/') open.push(name);
  }
  return open.length === 0 && !/&(?!amp;|lt;|gt;)/.test(xml);
}

describe('explain as a picture', () => {
  it('shows kernels, arguments, variables and results', () => {
    const svg = explain(step, ones([2, 8]), { format: 'svg' });
    expect(isWellFormed(svg)).toBe(true);
    for (const text of ['argument 0', 'head/kernel', 'updates head/kernel', 'result 0', 'matmul']) {
      expect(svg).toContain(text);
    }
  });

  it('draws a training step in which no boxes overlap and all lie inside', () => {
    const model = new Sequential([
      layers.dense({ units: 8, activation: 'relu', inputShape: [4] }),
      layers.batchNormalization(),
      layers.dense({ units: 3, activation: 'softmax' }),
    ]);
    model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
    model.optimizer.build(model.trainableWeights);
    const train = (x: Tensor, y: Tensor) => model.trainStep({ x, y });
    const svg = explain(train, ones([5, 4]), ones([5, 3]), { format: 'svg' });
    expect(isWellFormed(svg)).toBe(true);
    const boxes = rectanglesOf(svg);
    expect(boxes.length).toBeGreaterThan(15);
    boxes.forEach((box, index) => {
      for (const other of boxes.slice(index + 1)) expect(overlap(box, other)).toBe(false);
    });
    const [, width, height] = svg.match(/width="([\d.]+)" height="([\d.]+)"/) ?? [];
    for (const { x, y, width: wide, height: high } of boxes) {
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(x + wide).toBeLessThanOrEqual(Number(width));
      expect(y + high).toBeLessThanOrEqual(Number(height));
    }
  });

  it('puts every box below what leads to it', () => {
    const boxes = Array.from({ length: 7 }, () => ({ width: 50, height: 20 }));
    const edges = [
      [0, 2],
      [1, 2],
      [2, 3],
      [0, 5],
      [3, 4],
      [4, 5],
      [5, 6],
    ].map(([from = 0, to = 0]) => ({ from, to }));
    const { places, paths } = layeredLayout(boxes, edges);
    for (const { from, to } of edges) {
      expect(places[to]?.y ?? 0).toBeGreaterThanOrEqual((places[from]?.y ?? 0) + 20);
    }
    // The edge 0 -> 5 passes three layers at places of its own.
    expect(paths[3]?.length).toBe(5);
  });
});
