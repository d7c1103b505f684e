// ONNX Runtime Web, its CPU build for WebAssembly, one thread: one-node models, inference only.

import { type OnnxNode, onnxModel } from './onnx-model.js';
import {
  addressOf,
  filterToFirst,
  folderOf,
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
  run(feeds: Readonly<Record<string, OrtTensor>>): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}

interface Ort {
  readonly env: { wasm: { numThreads: number; wasmPaths: string }; logLevel: string };
  readonly InferenceSession: {
    create(model: Uint8Array, options: { executionProviders: string[] }): Promise<OrtSession>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OrtTensor;
}

type Convert = (values: ArrayLike<number>) => ArrayLike<number>;

async function workOf(
  ort: Ort,
  node: OnnxNode,
  feeds: Readonly<Record<string, Float32Array>>,
  convert: Convert = (values) => values,
): Promise<Work> {
  const session = await ort.InferenceSession.create(onnxModel(node), {
    executionProviders: ['wasm'],
  });
  const tensors: Record<string, OrtTensor> = {};
  for (const [name, values] of Object.entries(feeds)) {
    tensors[name] = new ort.Tensor('float32', values, node.inputs[name] ?? []);
  }
  return {
    name: 'ort-web',
    run: async () => {
      await session.run(tensors);
    },
    async result() {
      const outputs = await session.run(tensors);
      return convert(outputs.y?.data ?? []);
    },
    dispose: () => void session.release(),
  };
}

/**
 * Its runtime, when it starts in Node, leaves a global Worker behind. Other libraries take that for
 * a browser and change their ways half-way through, so it is taken away again.
 */
async function startAlone(ort: Ort): Promise<void> {
  const hadWorker = 'Worker' in globalThis;
  const node = { operator: 'Relu', inputs: { x: [1] }, output: [1] };
  const work = await workOf(ort, node, { x: new Float32Array(1) });
  await work.run();
  if (!hadWorker) Reflect.deleteProperty(globalThis, 'Worker');
}

export async function ortWeb(): Promise<Peer> {
  const ort: Ort = await import(addressOf('onnxruntime-web').replace(/\.js$/, '.mjs'));
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = `${folderOf('onnxruntime-web')}/`;
  ort.env.logLevel = 'error';
  await startAlone(ort);
  return {
    name: 'ort-web',
    version: versionOf('onnxruntime-web'),
    remarks: ['copies inputs in and outputs out at every run; convolutions in NCHW'],
    async matmul({ sizes: [m, k, n], a, b }) {
      const node = { operator: 'MatMul', inputs: { a: [m, k], b: [k, n] }, output: [m, n] };
      return workOf(ort, node, { a, b });
    },
    async convolution({ batch, size, channels, filters, x, w, dy }, part) {
      if (part === 'dFilter') return undefined;
      const forward = part === 'forward';
      const [from, to] = forward ? [channels, filters] : [filters, channels];
      const node = {
        operator: forward ? 'Conv' : 'ConvTranspose',
        inputs: { x: [batch, from, size, size], w: [filters, channels, 3, 3] },
        output: [batch, to, size, size],
        integers: { pads: [1, 1, 1, 1] },
      };
      const feeds = {
        x: toChannelsFirst(forward ? x : dy, [batch, size, size, from]),
        w: filterToFirst(w, channels, filters),
      };
      return workOf(ort, node, feeds, (y) => toChannelsLast(y, [batch, size, size, to]));
    },
    async rowwise(name, { rows, columns, x, gamma, beta }) {
      const shape = [rows, columns];
      if (name === 'softmax') {
        return workOf(ort, { operator: 'Softmax', inputs: { x: shape }, output: shape }, { x });
      }
      // It fuses chains only inside larger models of its own making.
      if (name === 'geluChain') return undefined;
      const inputs = { x: shape, gamma: [columns], beta: [columns] };
      const node = { operator: 'LayerNormalization', inputs, output: shape };
      return workOf(ort, node, { x, gamma, beta });
    },
    async unary(name, x) {
      const operator = { exp: 'Exp', log: 'Log', tanh: 'Tanh', erf: 'Erf' }[name];
      const node = { operator, inputs: { x: [x.length] }, output: [x.length] };
      return (await workOf(ort, node, { x })).result();
    },
  };
}
