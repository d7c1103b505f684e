// modelToDot and plotModel: boxes, groups and arrows against real Keras, and files.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type AnyModel,
  type DotOptions,
  getSourceInputs,
  isKerasTensor,
  layers,
  Model,
  modelToDot,
  plotModel,
  Sequential,
  type Tensor,
} from '../../src/index.js';
import golden from '../golden/plots.json' with { type: 'json' };

interface Graph {
  settings: Record<string, unknown>;
  nodes: Record<string, string>;
  edges: number[][];
  inside: Graph[];
}

interface PlotCase {
  name: string;
  utility: 'model_to_dot' | 'plot_model';
  model: string;
  options: Record<string, unknown>;
  dot: Graph;
}

function stack(): Sequential {
  return new Sequential(
    [
      layers.input({ shape: [4] }),
      layers.dense({ units: 3, activation: 'relu', name: 'first' }),
      layers.dropout({ rate: 0.5, name: 'drop' }),
      layers.dense({ units: 1, name: 'last', trainable: false }),
    ],
    { name: 'stack' },
  );
}

const MODELS: Readonly<Record<string, () => AnyModel>> = {
  stack,
  branches: () => {
    const [a, b] = ['a', 'b'].map((name) => layers.input({ shape: [4], name }));
    if (a === undefined || b === undefined) throw new Error('two inputs');
    const shared = layers.dense({ units: 3, activation: 'tanh', name: 'shared' });
    const both = layers.concatenate({ name: 'both' }).apply([shared.apply(a), shared.apply(b)]);
    const outputs = layers.dense({ units: 2, name: 'head' }).apply(both);
    return new Model({ inputs: [a, b], outputs, name: 'branches' });
  },
  outer: () => {
    const x = layers.input({ shape: [4], name: 'x' });
    const h = layers.input({ shape: [3], name: 'h' });
    const inside = layers.dense({ units: 3, activation: 'relu', name: 'inside' }).apply(h);
    const inner = new Model<Tensor>({ inputs: h, outputs: inside, name: 'inner' });
    const before = layers.dense({ units: 3, name: 'before' }).apply(stack().apply(x));
    const outputs = layers.dense({ units: 1, name: 'after' }).apply(inner.apply(before));
    return new Model({ inputs: x, outputs, name: 'outer' });
  },
  nest: () =>
    new Sequential(
      [
        layers.input({ shape: [4] }),
        layers.dense({ units: 4, name: 'before' }),
        stack(),
        layers.dense({ units: 1, name: 'after' }),
      ],
      { name: 'nest' },
    ),
};

const cases = golden.cases as unknown as PlotCase[];

function camel(options: Record<string, unknown>): DotOptions {
  const entries = Object.entries(options).map(([key, value]) => [
    key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(entries);
}

/** The graph that a DOT text describes, line by line. */
function parsed(text: string): Graph {
  const top: Graph = { settings: {}, nodes: {}, edges: [], inside: [] };
  const open = [top];
  for (const line of text.split('\n')) {
    const graph = open.at(-1) ?? top;
    const node = /^(\d+) \[label=(<<.*>>), /.exec(line);
    const edge = /^(\d+) -> (\d+) /.exec(line);
    if (line.startsWith('subgraph')) {
      const group: Graph = { settings: {}, nodes: {}, edges: [], inside: [] };
      graph.inside.push(group);
      open.push(group);
    } else if (line === '}') open.pop();
    else if (node !== null) graph.nodes[node[1] ?? ''] = node[2] ?? '';
    else if (edge !== null) graph.edges.push([Number(edge[1]), Number(edge[2])]);
    else if (line.startsWith('graph [') || line.startsWith('style=')) {
      for (const [, key = '', value = ''] of line.matchAll(/(\w+)="?(\w+)"?/g)) {
        graph.settings[key] = value;
      }
    }
  }
  return top;
}

/** Keras's graph with texts for settings, and arrows in any order. */
function comparable({ settings, nodes, edges, inside }: Graph): Graph {
  const { graph_name: _, ...rest } = settings;
  return {
    settings: Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, String(value)])),
    nodes,
    edges: [...edges].sort((a, b) => Number(a[0]) - Number(b[0]) || Number(a[1]) - Number(b[1])),
    inside: inside.map(comparable),
  };
}

describe('modelToDot equals Keras', () => {
  for (const one of cases.filter(({ utility }) => utility === 'model_to_dot')) {
    it(one.name, () => {
      const model = MODELS[one.model]?.();
      if (model === undefined) throw new Error(one.model);
      const graph = parsed(modelToDot(model, camel(one.options)));
      expect(comparable(graph)).toEqual(comparable(one.dot));
    });
  }
});

describe('modelToDot', () => {
  it('keeps letters that mean something to Graphviz', () => {
    const model = new Sequential([layers.dense({ units: 1, name: 'a<b>&"c"' })], { name: 'q"\\' });
    model.build([null, 2]);
    const text = modelToDot(model);
    expect(text).toContain('digraph "q\\"\\\\" {');
    expect(text).toContain('<b>a&lt;b&gt;&amp;"c"</b>');
  });

  it('draws a model with a call of its own as one box', () => {
    class Own extends Model {
      static override readonly className = 'Own';
      readonly dense = layers.dense({ units: 1 });
      protected override call(x: Tensor): Tensor {
        return this.dense.apply(x);
      }
    }
    const model = new Own({ name: 'own' });
    expect(() => modelToDot(model)).toThrow(/"own" has no layers that are built/);
    model.build([null, 2]);
    const { nodes, edges } = parsed(modelToDot(model));
    expect([Object.keys(nodes).length, edges]).toEqual([1, []]);
    expect(nodes['0']).toContain('<b>own</b> (Own)');
  });

  it('refuses directions and lines that Graphviz does not know', () => {
    // @ts-expect-error: the types refuse it as well
    expect(() => modelToDot(stack(), { rankdir: 'TD' })).toThrow(/rankdir/);
    // @ts-expect-error: the types refuse it as well
    expect(() => modelToDot(stack(), { splines: 'ortho"]; x [' })).toThrow(/splines/);
  });
});

describe('getSourceInputs and isKerasTensor', () => {
  it('find the inputs that a symbolic tensor comes from, each once', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => layers.input({ shape: [2], name }));
    if (a === undefined || b === undefined || c === undefined) throw new Error('three inputs');
    const first = layers.add().apply([b, layers.dense({ units: 2 }).apply(a)]);
    const both = layers.add().apply([first, b]);
    expect(getSourceInputs(both).map(({ name }) => name)).toEqual(['b', 'a']);
    expect(getSourceInputs(c)).toEqual([c]);
    expect([both, c, [c], null, 3].map(isKerasTensor)).toEqual([true, true, false, false, false]);
  });
});

describe('plotModel', () => {
  async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'plots-'));
    try {
      await body(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  it.each(cases.filter(({ utility }) => utility === 'plot_model'))('equals Keras: $name', (one) =>
    inFolder(async (folder) => {
      const model = MODELS[one.model]?.();
      if (model === undefined) throw new Error(one.model);
      const path = join(folder, 'model.dot');
      await plotModel(model, path, camel(one.options));
      const graph = parsed(await readFile(path, 'utf8'));
      expect(comparable(graph)).toEqual(comparable(one.dot));
    }),
  );

  it('writes SVG with a box for each layer and a line for each arrow', () =>
    inFolder(async (folder) => {
      const outer = MODELS.outer?.();
      if (outer === undefined) throw new Error('outer');
      const path = join(folder, 'outer.svg');
      const options = { showLayerNames: true, expandNested: true, showShapes: true } as const;
      const text = await plotModel(outer, path, options);
      expect(await readFile(path, 'utf8')).toBe(text);
      // One rectangle is the paper.
      expect(text.match(/<rect /g)).toHaveLength(1 + 8);
      expect(text.match(/<path d="M\d/g)).toHaveLength(1 + 7);
      expect(text).toContain('stack/first (Dense)');
      const heightOf = (svg: string): number => Number(/ height="([\d.]+)"/.exec(svg)?.[1]);
      const sideways = await plotModel(outer, path, { ...options, rankdir: 'LR' });
      expect(heightOf(sideways)).toBeLessThan(heightOf(text) / 2);
      // Names are left out unless they are asked for, as in Keras.
      expect(await plotModel(outer, path)).not.toContain('before');
    }));

  it('writes DOT, and nothing of other kinds', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'stack.dot');
      const text = await plotModel(stack(), path, { showLayerNames: true });
      expect(text).toBe(modelToDot(stack()));
      expect(await readFile(path, 'utf8')).toBe(text);
      await expect(plotModel(stack(), join(folder, 'stack.png'))).rejects.toThrow(/dot -Tpng/);
      const unbuilt = new Sequential([layers.dense({ units: 1 })]);
      await expect(plotModel(unbuilt, join(folder, 'unbuilt.svg'))).rejects.toThrow(/built/);
      expect(await readdir(folder)).toEqual(['stack.dot']);
    }));
});
