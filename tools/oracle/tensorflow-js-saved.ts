// Models saved here for TensorFlow.js, opened by TensorFlow.js itself: predictions must agree, and so
// must training that goes on. It needs what the benchmarks install: `npm run bench -- --help`, then
// `node --import tsx tools/oracle/tensorflow-js-saved.ts`. The table goes into docs/oracle-report.md.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as tf from '../../src/tfjs/index.js';

/** What is used of TensorFlow.js, which is no dependency: the script has no types of it. */
interface TheirTensor {
  readonly dtype: string;
  data(): Promise<ArrayLike<number>>;
}
interface TheirModel {
  predict(inputs: TheirTensor | TheirTensor[]): TheirTensor | TheirTensor[];
  trainOnBatch(x: TheirTensor, y: TheirTensor): Promise<unknown>;
  getWeights(): TheirTensor[];
}
interface Theirs {
  setBackend(name: string): Promise<boolean>;
  tensor(values: number[], shape: number[], dtype?: string): TheirTensor;
  loadLayersModel(handler: object): Promise<TheirModel>;
  readonly version: { readonly tfjs: string };
}

const require = createRequire(new URL('../../bench/package.json', import.meta.url));
const theirs: Theirs = require('@tensorflow/tfjs');

interface Values {
  readonly shape: number[];
  readonly values: number[];
}
interface Golden {
  readonly json: tf.io.ModelJSON;
  readonly weights: string;
  readonly name: string;
}
interface Stored {
  readonly models: readonly (Golden & { readonly inputs: Values[] })[];
  readonly training: readonly (Golden & { readonly x: Values; readonly y: Values })[];
}
const file = new URL('../../test/golden/tensorflow-js-models.json', import.meta.url);
const golden: Stored = JSON.parse(readFileSync(file, 'utf8'));

function some(shape: number[], whole = 0): Values {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const value = (at: number): number => Math.round(Math.sin(1.7 * at + 0.4) * 2000) / 1000;
  const values = Array.from({ length: size }, (_, at) =>
    whole > 0 ? Math.floor((Math.abs(value(at)) / 2.001) * whole) : value(at),
  );
  return { shape, values };
}

async function artifactsOf(model: tf.LayersModel, config?: tf.io.SaveConfig) {
  let kept: tf.io.ModelArtifacts = {};
  const handler = tf.io.withSaveHandler(async (artifacts) => {
    kept = JSON.parse(JSON.stringify(artifacts));
    kept.weightData = artifacts.weightData ?? [];
    return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
  });
  await model.save(handler, config);
  return kept;
}

function loaded({ json, weights }: Golden): Promise<tf.LayersModel> {
  const { weightsManifest, ...rest } = json;
  const weightSpecs = weightsManifest.flatMap((group) => group.weights);
  const weightData = Uint8Array.from(Buffer.from(weights, 'base64')).buffer;
  return tf.loadLayersModel(tf.io.fromMemory({ ...rest, weightSpecs, weightData }));
}

const listed = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? value : [value as T];

/** The largest difference, in parts of 1e-6 + 1e-5 of the value. */
function worst(ours: ArrayLike<number>, found: ArrayLike<number>): number {
  if (ours.length !== found.length) return Number.POSITIVE_INFINITY;
  return Array.from(ours).reduce((most, value, at) => {
    const other = found[at] ?? Number.NaN;
    const part = Math.abs(value - other) / (1e-6 + 1e-5 * Math.abs(other));
    return Number.isNaN(part) ? Number.POSITIVE_INFINITY : Math.max(most, part);
  }, 0);
}

async function compared(model: tf.LayersModel, inputs: readonly Values[]): Promise<number> {
  const copy = await theirs.loadLayersModel({ load: async () => artifacts });
  const one = <T>(tensors: T[]): T | T[] => {
    const [only] = tensors;
    return tensors.length === 1 && only !== undefined ? only : tensors;
  };
  const given = inputs.map(({ values, shape }) => tf.tensor(values, shape));
  const there = inputs.map(({ values, shape }) => theirs.tensor(values, shape));
  const ours = listed(await model.predict(one(given), { verbose: 0 }));
  const found = listed(copy.predict(one(there)));
  let most = 0;
  for (const [index, tensor] of ours.entries()) {
    const other = found[index];
    most = Math.max(most, worst(await tensor.data(), (await other?.data()) ?? []));
  }
  return most;
}
let artifacts: tf.io.ModelArtifacts = {};

const { layers } = tf;
/** Models of ours, with everything that TensorFlow.js has a name for. */
const own: Record<string, () => [tf.LayersModel, Values[]]> = {
  'dense, ours': () => [
    tf.sequential({
      layers: [
        layers.input({ shape: [3] }),
        layers.dense({ units: 4, activation: 'gelu' }),
        layers.layerNormalization({}),
        layers.reLU({ threshold: 0.1 }),
        layers.dense({ units: 2, activation: 'silu' }),
        layers.reLU({ maxValue: 0.5 }),
      ],
    }),
    [some([2, 3])],
  ],
  'pictures, ours': () => [
    tf.sequential({
      layers: [
        layers.input({ shape: [8, 8, 2] }),
        layers.rescaling({ scale: 0.5, offset: 1 }),
        layers.conv2d({ filters: 3, kernelSize: 3, dilationRate: 2, activation: 'relu' }),
        layers.batchNormalization({}),
        layers.depthwiseConv2d({ kernelSize: 2, padding: 'same' }),
        layers.averagePooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ units: 2, activation: 'softmax' }),
      ],
    }),
    [some([2, 8, 8, 2])],
  ],
  'sequences, ours': () => [
    tf.sequential({
      layers: [
        layers.input({ shape: [5] }),
        layers.embedding({ inputDim: 7, outputDim: 3 }),
        layers.bidirectional({ layer: layers.lstm({ units: 2, returnSequences: true }) }),
        layers.gru({ units: 3, resetAfter: false, returnSequences: true }),
        layers.timeDistributed({ layer: layers.dense({ units: 2 }) }),
        layers.rnn({ cell: [layers.lstmCell({ units: 2 }), layers.simpleRNNCell({ units: 3 })] }),
      ],
    }),
    [some([2, 5], 7)],
  ],
  'graph in a graph, ours': () => {
    const a = tf.input({ shape: [3] });
    const b = tf.input({ shape: [3] });
    const x = tf.input({ shape: [3] });
    const inner = tf.model({
      inputs: x,
      outputs: layers.dense({ units: 2, name: 'inside' }).apply(x),
    });
    const sum = layers.multiply().apply([inner.apply(a), inner.apply(b)]);
    const joined = layers.concatenate().apply([sum, a]);
    const outputs = [
      layers.dense({ units: 1 }).apply(joined),
      layers.repeatVector({ n: 2 }).apply(sum),
    ];
    return [tf.model({ inputs: [a, b], outputs }), [some([2, 3]), some([2, 3])]];
  },
};

console.log(
  `Opened by TensorFlow.js ${theirs.version.tfjs}:\n\n| model | largest difference / tolerance |\n|---|---|`,
);
await theirs.setBackend('cpu');
const cases = [
  ...golden.models.map((one) => async () => [await loaded(one), one.inputs, one.name] as const),
  ...Object.entries(own).map(
    ([name, make]) =>
      async () =>
        [...make(), name] as const,
  ),
];
for (const make of cases) {
  const [model, inputs, name] = await make();
  artifacts = await artifactsOf(model);
  console.log(`| ${name} | ${(await compared(model, inputs)).toPrecision(2)} |`);
}
for (const one of golden.training) {
  const model = await loaded(one);
  artifacts = await artifactsOf(model, { includeOptimizer: true });
  const copy = await theirs.loadLayersModel({ load: async () => artifacts });
  const [x, y] = [one.x, one.y].map(({ values, shape }) => tf.tensor(values, shape));
  const [u, v] = [one.x, one.y].map(({ values, shape }) => theirs.tensor(values, shape));
  if (x === undefined || y === undefined || u === undefined || v === undefined) continue;
  for (let step = 0; step < 3; step++) {
    await model.trainOnBatch(x, y);
    await copy.trainOnBatch(u, v);
  }
  let most = 0;
  for (const [index, weight] of model.getWeights().entries()) {
    const other = copy.getWeights()[index];
    most = Math.max(most, worst(await weight.data(), (await other?.data()) ?? []));
  }
  console.log(`| three steps more of ${one.name} | ${most.toPrecision(2)} |`);
}
