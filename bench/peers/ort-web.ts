// ONNX Runtime Web, its CPU build for WebAssembly: single operators and whole networks, inference
// only.

import { createRequire } from 'node:module';
import { type OnnxAttribute, onnxModel } from './onnx-model.js';
import { onnxNetwork } from './onnx-network.js';
import {
  addressOf,
  filterToFirst,
  folderOf,
  type InferenceProblem,
  type Peer,
  toChannelsFirst,
  toChannelsLast,
  versionOf,
  type Work,
} from './peer.js';

interface OrtTensor {
  readonly data: ArrayLike<number>;
}

interface OrtSession {
  readonly outputNames: readonly string[];
  run(feeds: Readonly<Record<string, OrtTensor>>): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}

interface Ort {
  readonly env: { wasm: { numThreads?: number; wasmPaths: string }; logLevel: string };
  readonly InferenceSession: {
    create(model: Uint8Array, options: { executionProviders: string[] }): Promise<OrtSession>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OrtTensor;
}

type Convert = (values: ArrayLike<number>) => ArrayLike<number>;
type Feeds = Readonly<Record<string, OrtTensor>>;

const unchanged: Convert = (values) => values;

async function workOf(ort: Ort, model: Uint8Array, feeds: Feeds, convert: Convert): Promise<Work> {
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
  const [output = ''] = session.outputNames;
  return {
    name: 'ort-web',
    run: async () => {
      await session.run(feeds);
    },
    async result() {
      const outputs = await session.run(feeds);
      return convert(outputs[output]?.data ?? []);
    },
    dispose: () => void session.release(),
  };
}

/** A model of one operator, all of whose inputs are fed. */
interface Operator {
  readonly operator: string;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly output: readonly number[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

function operatorWork(
  ort: Ort,
  { operator, inputs, output, attributes = {} }: Operator,
  values: Readonly<Record<string, Float32Array>>,
  convert: Convert = unchanged,
): Promise<Work> {
  const feeds: Record<string, OrtTensor> = {};
  for (const [name, data] of Object.entries(values)) {
    feeds[name] = new ort.Tensor('float32', data, inputs[name] ?? []);
  }
  const names = Object.keys(inputs);
  const model = onnxModel({
    inputs: Object.entries(inputs).map(([name, shape]) => ({ name, shape })),
    constants: [],
    nodes: [{ operator, inputs: names, output: 'y', attributes }],
    output: { name: 'y', shape: output },
  });
  return workOf(ort, model, feeds, convert);
}

function networkWork(ort: Ort, problem: InferenceProblem): Promise<Work> {
  const { x } = problem.sample;
  const { bytes, input } = onnxNetwork(problem);
  const values = Float32Array.from(x.values);
  const fed = x.shape.length === 4 ? toChannelsFirst(values, x.shape) : values;
  return workOf(ort, bytes, { x: new ort.Tensor('float32', fed, input) }, unchanged);
}

/**
 * Its runtime, when it starts in Node, leaves a global Worker behind. Other libraries take that for
 * a browser and change their ways half-way through, so it is taken away again.
 */
async function startAlone(ort: Ort): Promise<void> {
  const hadWorker = 'Worker' in globalThis;
  const relu = { operator: 'Relu', inputs: { x: [1] }, output: [1] };
  const work = await operatorWork(ort, relu, { x: new Float32Array(1) });
  await work.run();
  if (!hadWorker) Reflect.deleteProperty(globalThis, 'Worker');
}

/** With so many threads. */
export async function ortWeb(threads: number): Promise<Peer> {
  const ort: Ort = await import(addressOf('onnxruntime-web').replace(/\.js$/, '.mjs'));
  ort.env.wasm.numThreads = threads;
  return peerOf('ort-web', ort);
}

/**
 * As it comes: it takes half of the processors, four at most. The number is one for a whole runtime;
 * the package as a script is another than the package as a module.
 */
export async function ortWebAsItComes(): Promise<Peer> {
  const ort: Ort = createRequire(import.meta.url)('onnxruntime-web');
  const peer = await peerOf('ort-web as it comes', ort);
  return { ...peer, remarks: [`threads of its own choice: ${peer.threads}`] };
}

async function peerOf(name: string, ort: Ort): Promise<Peer> {
  ort.env.wasm.wasmPaths = `${folderOf('onnxruntime-web')}/`;
  ort.env.logLevel = 'error';
  await startAlone(ort);
  return {
    name,
    version: versionOf('onnxruntime-web'),
    remarks: ['copies inputs in and outputs out at every run; images in NCHW'],
    // It reads the setting once, when it starts, or writes there what it chose.
    threads: ort.env.wasm.numThreads ?? 1,
    async matmul({ sizes: [m, k, n], a, b }) {
      const node = { operator: 'MatMul', inputs: { a: [m, k], b: [k, n] }, output: [m, n] };
      return operatorWork(ort, node, { a, b });
    },
    async convolution({ batch, size, channels, filters, x, w, dy }, part) {
      if (part === 'dFilter') return undefined;
      const forward = part === 'forward';
      const [from, to] = forward ? [channels, filters] : [filters, channels];
      const node = {
        operator: forward ? 'Conv' : 'ConvTranspose',
        inputs: { x: [batch, from, size, size], w: [filters, channels, 3, 3] },
        output: [batch, to, size, size],
        attributes: { pads: [1, 1, 1, 1] },
      };
      const feeds = {
        x: toChannelsFirst(forward ? x : dy, [batch, size, size, from]),
        w: filterToFirst(w, channels, filters),
      };
      return operatorWork(ort, node, feeds, (y) => toChannelsLast(y, [batch, size, size, to]));
    },
    async rowwise(name, { rows, columns, x, gamma, beta }) {
      const shape = [rows, columns];
      if (name === 'softmax') {
        return operatorWork(
          ort,
          { operator: 'Softmax', inputs: { x: shape }, output: shape },
          { x },
        );
      }
      // It fuses chains only inside larger models of its own making.
      if (name === 'geluChain') return undefined;
      const inputs = { x: shape, gamma: [columns], beta: [columns] };
      const node = { operator: 'LayerNormalization', inputs, output: shape };
      return operatorWork(ort, node, { x, gamma, beta });
    },
    async unary(name, x) {
      const operator = { exp: 'Exp', log: 'Log', tanh: 'Tanh', erf: 'Erf' }[name];
      const node = { operator, inputs: { x: [x.length] }, output: [x.length] };
      return (await operatorWork(ort, node, { x })).result();
    },
    async inference(problem) {
      return networkWork(ort, problem);
    },
  };
}
