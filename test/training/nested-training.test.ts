// What nested layers are told of `training`, and what they then learn (tools/oracle/nested_training.py).
import { describe, expect, it } from 'vitest';
import {
  type CallContext,
  Layer,
  layers,
  losses,
  Model,
  ops,
  optimizers,
  Sequential,
  type Tensor,
} from '../../src/index.js';
import { expectClose, type GoldenArray } from '../golden-arrays.js';
import {
  arrayOf,
  casesOf,
  expectHistory,
  expectWeights,
  type History,
  type Program,
  programsOf,
  short,
  start,
} from './program-checks.js';

const FILE = 'nested-training.json';
const programOf = programsOf(FILE);

type Kind = 'plain' | 'augmenting' | 'dropping';
interface Told {
  readonly name: string;
  readonly form: 'subclass' | 'nested' | 'sequential' | 'functional';
  readonly kinds: readonly Kind[];
  readonly option: boolean | null;
  readonly told: boolean | null;
  readonly seen: readonly boolean[];
}

/** Notes what it is told. */
class Probe extends Layer<{ seen: boolean[]; kind: Kind }> {
  override readonly trainingByDefault = { plain: undefined, augmenting: true, dropping: false }[
    this.config.kind
  ];

  override call(x: Tensor, { training }: CallContext): Tensor {
    this.config.seen.push(training);
    return x;
  }
}

/** Calls the first layer with an option or without one, then the others. */
class Inner extends Model {
  constructor(
    readonly stack: readonly Layer[],
    readonly option: boolean | null,
  ) {
    super();
  }

  override call(x: Tensor): Tensor {
    const [first, ...others] = this.stack;
    const { option } = this;
    const begun = option === null ? first?.apply(x) : first?.apply(x, { training: option });
    return others.reduce((value, layer) => layer.apply(value), begun ?? x);
  }
}

function modelOf({ form, kinds, option }: Told, seen: boolean[]): Model {
  const stack = kinds.map((kind) => new Probe({ seen, kind }));
  if (form === 'subclass') return new Inner(stack, option);
  if (form === 'nested') {
    return new Sequential([new Inner(stack, option), new Probe({ seen, kind: 'plain' })]);
  }
  if (form === 'sequential') return new Sequential(stack);
  const x = layers.input({ shape: [2] });
  return new Model({ inputs: x, outputs: stack.reduce((y, layer) => layer.apply(y), x) });
}

describe('what layers are told of training, as in Keras', () => {
  const cases = casesOf<Told | Program>(FILE).filter((one): one is Told => 'seen' in one);

  it.each(cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const seen: boolean[] = [];
    const [model, x] = [modelOf(one, seen), ops.ones([1, 2])];
    model.apply(x);
    seen.length = 0;
    model.apply(x, one.told === null ? {} : { training: one.told });
    expect(seen).toEqual(one.seen);
  });
});

function feedForward(units: number): Sequential {
  const normalization = layers.batchNormalization({ momentum: 0.8 });
  return new Sequential([normalization, layers.dense({ units, activation: 'gelu' })]);
}

class GraphConvolution extends Layer<{ units: number }> {
  private readonly prepare = feedForward(this.config.units);
  private readonly update = feedForward(this.config.units);

  override call([nodes, edges, strengths]: readonly [Tensor, Tensor, Tensor]): Tensor {
    const [to, from] = [edges.getItem(0), edges.getItem(1)];
    const messages = this.prepare.apply(ops.take(nodes, from, { axis: 0 }));
    const sums = ops.segmentSum(messages.mul(strengths.expandDims(-1)), to, 6);
    const hidden = this.update.apply(ops.concat([nodes, sums], 1));
    return hidden.div(ops.norm(hidden, { axis: -1, keepDims: true }).maximum(1e-12));
  }
}

/** Nodes, edges and their strengths belong to the model; the data are numbers of nodes. */
class GraphNetwork extends Model {
  private readonly first = layers.dense({ units: 3, activation: 'gelu' });
  private readonly convolution = new GraphConvolution({ units: 3 });
  private readonly last = layers.dense({ units: 3 });

  constructor(
    private readonly nodes: Tensor,
    private readonly edges: Tensor,
    private readonly strengths: Tensor,
  ) {
    super();
  }

  override call(which: Tensor): Tensor {
    let hidden = this.first.apply(this.nodes);
    for (let round = 0; round < 2; round++) {
      hidden = this.convolution.apply([hidden, this.edges, this.strengths]).add(hidden);
    }
    return this.last.apply(ops.take(hidden, which.reshape([-1]), { axis: 0 }));
  }
}

/** One normalization called twice, one for each step, one that masks reach, one frozen, and one deep inside. */
class Normalized extends Model {
  private readonly embedding = layers.embedding({ inputDim: 6, outputDim: 3, maskZero: true });
  private readonly twice = layers.batchNormalization({ momentum: 0.8 });
  private readonly steps = layers.timeDistributed({
    layer: new Sequential([
      layers.dense({ units: 3 }),
      layers.batchNormalization({ momentum: 0.7 }),
    ]),
  });
  private readonly frozen = layers.batchNormalization({ momentum: 0.6, trainable: false });
  private readonly deep = new Sequential([
    this.inside(),
    layers.batchNormalization({ center: false }),
  ]);
  private readonly last = layers.dense({ units: 1 });

  private inside(): Model {
    const x = layers.input({ shape: [3] });
    const stack = new Sequential([
      layers.dense({ units: 2 }),
      layers.batchNormalization({ momentum: 0.9, scale: false, epsilon: 1e-4 }),
      layers.activation({ activation: 'tanh' }),
    ]);
    return new Model({ inputs: x, outputs: layers.concatenate([stack.apply(x), x]) });
  }

  override call(x: Tensor): Tensor {
    let hidden = this.twice.apply(this.embedding.apply(x));
    hidden = this.steps.apply(this.twice.apply(hidden.tanh()));
    const mean = this.frozen.apply(hidden).mean(1);
    return this.last.apply(this.deep.apply(mean).add(this.deep.apply(mean.mul(0.5))));
  }
}

/** The optimizers of the runs. Adam's usual epsilon makes steps of rounding errors before a normalization. */
function optimizersOfRuns() {
  return [
    new optimizers.SGD({ learningRate: 0.05, momentum: 0.5 }),
    new optimizers.Adam({ learningRate: 0.01, epsilon: 0.01 }),
  ];
}

interface Run {
  readonly history: History;
  readonly after: readonly GoldenArray[];
  readonly predicted: GoldenArray;
}

async function expectRuns(
  model: Model,
  program: Program,
  x: Tensor,
  y: Tensor,
  loss: losses.LossIdentifier,
  batchSize: number,
): Promise<void> {
  model.apply(x);
  for (const [index, optimizer] of optimizersOfRuns().entries()) {
    const run = (program.runs as readonly Run[])[index];
    if (run === undefined) throw new Error('there is no such run');
    start(model, program);
    model.compile({ optimizer, loss });
    const options = { ...short, batchSize, epochs: 2, validationData: [x, y] } as const;
    const { history } = await model.fit(x, y, options);
    expectHistory(history, run.history);
    await expectWeights(model, run.after);
    await expectClose(await model.predict(x, { verbose: 0 }), run.predicted);
  }
}

describe('programs with normalization inside of layers, as in Keras', () => {
  it('a network on a graph', async () => {
    const program = programOf('graph_network');
    const parts = ['nodes', 'edges', 'strengths'].map((name) => arrayOf(program, name));
    const [nodes, edges, strengths] = parts as [Tensor, Tensor, Tensor];
    const loss = new losses.SparseCategoricalCrossentropy({ fromLogits: true });
    const which = ops.arange(0, 6, 1, 'int32');
    const model = new GraphNetwork(nodes, edges, strengths);
    await expectRuns(model, program, which, arrayOf(program, 'kinds'), loss, 3);
  });

  it('one called twice, for each step, with masks, frozen, and deep inside', async () => {
    const program = programOf('normalized');
    const [x, y] = [arrayOf(program, 'x'), arrayOf(program, 'y')];
    await expectRuns(new Normalized(), program, x, y, 'mse', 6);
  });
});
