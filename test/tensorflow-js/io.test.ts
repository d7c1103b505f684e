// tf.io: the places that models come from and go to, with stand-ins for those of browsers.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { KeratinError, memory } from '../../src/index.js';
import * as tf from '../../src/tfjs/index.js';
import { fakeIndexedDb, fakeStorage } from './stores.js';

const { io, layers } = tf;

function small(): tf.LayersModel {
  const dense = layers.dense({ units: 2, inputShape: [3], name: 'd' });
  return tf.sequential({ layers: [dense], name: 'small' });
}

async function artifactsOf(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  let kept: tf.io.ModelArtifacts = {};
  const handler = io.withSaveHandlerSync((artifacts) => {
    kept = artifacts;
    return { modelArtifactsInfo: io.getModelArtifactsInfoForJSON(artifacts) };
  });
  await model.save(handler);
  return kept;
}

async function sameWeights(a: tf.LayersModel, b: tf.LayersModel): Promise<void> {
  const values = (model: tf.LayersModel) =>
    Promise.all(model.getWeights().map((weight) => weight.array()));
  expect(await values(b)).toEqual(await values(a));
}

afterEach(() => vi.unstubAllGlobals());

describe('weights as bytes', () => {
  it('encodes and decodes every type', async () => {
    const named = {
      a: tf.tensor2d([[1.5, -2]]),
      b: tf.tensor1d([7, -8], 'int32'),
      c: tf.tensor1d([true, false, true], 'bool'),
    };
    const { data, specs } = await io.encodeWeights(named, 'optimizer');
    expect(data.byteLength).toBe(19);
    expect(specs[1]).toEqual({ name: 'b', shape: [2], dtype: 'int32', group: 'optimizer' });
    const pieces = [data.slice(0, 5), data.slice(5, 6), data.slice(6)];
    const back = io.decodeWeights(pieces, specs);
    for (const [name, tensor] of Object.entries(named)) {
      expect(back[name]?.dtype).toBe(tensor.dtype);
      expect(await back[name]?.array()).toEqual(await tensor.array());
    }
    const stream = new ReadableStream<ArrayBuffer>({
      start(controller) {
        for (const piece of pieces) controller.enqueue(piece);
        controller.close();
      },
    });
    const streamed = await io.decodeWeightsStream(stream, specs);
    expect(await streamed['c']?.array()).toEqual(await named.c.array());
    expect(() => io.decodeWeights(data.slice(1), specs)).toThrow('end too early');
    await expect(io.encodeWeights({ x: tf.ones([1]).cast('float16') })).rejects.toThrow('float16');
  });

  it('rounds whole numbers that were quantised', async () => {
    const quantization = { dtype: 'uint8', scale: 0.5, min: -1 } as const;
    const spec = { name: 'w', shape: [3], dtype: 'int32', quantization } as const;
    const { w } = io.decodeWeights(Uint8Array.of(0, 3, 255).buffer, [{ ...spec, shape: [3] }]);
    expect(await w?.array()).toEqual([-1, 1, 127]);
  });

  it('joins and cuts buffers', () => {
    const buffers = [1, 2, 3].map((value) => Uint8Array.of(value, value).buffer);
    const whole = new io.CompositeArrayBuffer(buffers);
    expect(whole.byteLength).toBe(6);
    expect([...new Uint8Array(whole.slice(1, 5))]).toEqual([1, 2, 2, 3]);
    expect([...new Uint8Array(whole.slice(-3, 99))]).toEqual([1, 1, 2, 2, 3, 3]);
    expect(io.concatenateArrayBuffers(buffers).byteLength).toBe(6);
    expect(io.CompositeArrayBuffer.join().byteLength).toBe(0);
  });

  it('loads some weights of a manifest', async () => {
    const asked: string[] = [];
    const load = io.weightsLoaderFactory(async (paths) => {
      asked.push(...paths);
      return paths.map(() => Float32Array.of(1, 2, 3).buffer);
    });
    const weights = (name: string) => [
      { name: `${name}1`, shape: [2], dtype: 'float32' as const },
      { name: `${name}2`, shape: [], dtype: 'float32' as const },
    ];
    const manifest = [
      { paths: ['a'], weights: weights('a') },
      { paths: ['b'], weights: weights('b') },
    ];
    const found = await load(manifest, 'https://x', ['b2']);
    expect([asked, Object.keys(found)]).toEqual([['https://x/b'], ['b2']]);
    expect(await found['b2']?.item()).toBe(3);
    await expect(load(manifest, '', ['z'])).rejects.toThrow('no such weights');
  });
});

describe('handlers', () => {
  it('are found by address, and users may add theirs', async () => {
    expect(io.getLoadHandlers('https://x/model.json')).toHaveLength(1);
    expect(io.getSaveHandlers('strange://x')).toHaveLength(0);
    await expect(small().save('strange://x')).rejects.toThrow('nobody knows');
    const artifacts = await artifactsOf(small());
    io.registerLoadRouter((url) =>
      String(url).startsWith('mine://') ? io.fromMemory(artifacts) : null,
    );
    expect((await tf.loadLayersModel('mine://x')).countParams()).toBe(8);
    await expect(tf.loadLayersModel(io.withSaveHandler(vi.fn()))).rejects.toThrow('cannot load');
    await expect(small().save(io.fromMemory(artifacts))).rejects.toThrow('cannot save');
  });

  it('asks servers, and sends to them', async () => {
    const model = small();
    const { weightData, weightSpecs, ...json } = await artifactsOf(model);
    const paths = ['group1-shard1of2', 'deep er/2.bin'];
    const whole = new io.CompositeArrayBuffer(weightData);
    const files: Record<string, BodyInit> = {
      'https://host/m/model.json?key=1': JSON.stringify({
        ...json,
        weightsManifest: [{ paths, weights: weightSpecs }],
      }),
      'https://host/m/group1-shard1of2?key=1': whole.slice(0, 10),
      'https://host/m/deep%20er/2.bin?key=1': whole.slice(10),
    };
    const sent: unknown[] = [];
    const fetchFunc = async (input: unknown, init?: RequestInit): Promise<Response> => {
      const body = files[String(input)];
      if (init?.method === 'PUT') sent.push(init.body);
      return new Response(body ?? 'none', { status: body === undefined ? 404 : 200 });
    };
    const seen: number[] = [];
    const address = 'https://host/m/model.json?key=1';
    const onProgress = (fraction: number): void => void seen.push(fraction);
    const copy = await tf.loadLayersModel(address, { fetchFunc, onProgress });
    await sameWeights(model, copy);
    expect(seen).toEqual([0.5, 1]);
    const options = { fetchFunc, requestInit: { method: 'PUT' } };
    const { responses } = await copy.save(io.http(address, options));
    expect(responses).toHaveLength(1);
    const [form] = sent;
    if (!(form instanceof FormData)) throw new Error('no form was sent');
    expect([...form.keys()]).toEqual(['model.json', 'model.weights.bin']);
    const missing = tf.loadLayersModel('https://host/other.json', { fetchFunc });
    await expect(missing).rejects.toThrow('404');
    expect(io.isHTTPScheme('http://x')).toBe(true);
    const more = whole.slice(0, 11);
    files['https://host/m/group1-shard1of2?key=1'] = new Uint8Array(1000);
    await expect(tf.loadLayersModel(address, { fetchFunc })).rejects.toThrow('larger than');
    files['https://host/m/group1-shard1of2?key=1'] = more.slice(0, 9);
    await expect(tf.loadLayersModel(address, { fetchFunc })).rejects.toThrow('bytes are missing');
  });

  it('takes files that a user picked', async () => {
    const model = small();
    const { weightData, weightSpecs, ...json } = await artifactsOf(model);
    const text = JSON.stringify({
      ...json,
      weightsManifest: [{ paths: ['deep/w.bin'], weights: weightSpecs }],
    });
    const first = new File([text], 'model.json');
    const weights = new File([io.concatenateArrayBuffers(weightData ?? [])], 'w.bin');
    await sameWeights(model, await tf.loadLayersModel(io.browserFiles([first, weights])));
    const bare = await tf.loadLayersModel(io.browserFiles([first]));
    expect(bare.countParams()).toBe(8);
    const wrong = io.browserFiles([first, new File([], 'other.bin')]);
    await expect(tf.loadLayersModel(wrong)).rejects.toThrow('not the weight files');
    expect(() => io.browserFiles([])).toThrow('no files');
    await expect(model.save('downloads://x')).rejects.toThrow('no downloads');
  });

  it('lets browsers store downloads', async () => {
    const names: string[] = [];
    const createElement = () => ({
      download: '',
      href: '',
      click() {
        names.push(this.download);
      },
    });
    vi.stubGlobal('document', { createElement });
    await small().save('downloads://net');
    expect(names).toEqual(['net.json', 'net.weights.bin']);
  });
});

describe.each([
  ['localstorage', () => vi.stubGlobal('localStorage', fakeStorage())],
  ['indexeddb', () => vi.stubGlobal('indexedDB', fakeIndexedDb())],
])('%s', (scheme, start) => {
  it('keeps, lists, copies, moves and removes models', async () => {
    await expect(small().save(`${scheme}://a`)).rejects.toThrow(KeratinError);
    expect(await io.listModels()).toEqual({});
    start();
    const model = small();
    model.setUserDefinedMetadata({ note: 'mine' });
    await model.save(`${scheme}://a/b`);
    const info = (await io.listModels())[`${scheme}://a/b`];
    expect(info).toMatchObject({ modelTopologyType: 'JSON', weightDataBytes: 32 });
    const copy = await tf.loadLayersModel(`${scheme}://a/b`);
    await sameWeights(model, copy);
    expect(copy.getUserDefinedMetadata()).toEqual({ note: 'mine' });
    await io.copyModel(`${scheme}://a/b`, `${scheme}://c`);
    await io.moveModel(`${scheme}://c`, `${scheme}://d`);
    expect(Object.keys(await io.listModels())).toEqual([`${scheme}://a/b`, `${scheme}://d`]);
    expect((await io.removeModel(`${scheme}://d`)).weightDataBytes).toBe(32);
    await expect(io.removeModel(`${scheme}://d`)).rejects.toThrow('no model of this name');
    await expect(tf.loadLayersModel(`${scheme}://d`)).rejects.toThrow('no model of this name');
    await expect(io.copyModel(`${scheme}://a/b`, `${scheme}://a/b`)).rejects.toThrow('the same');
    await expect(io.removeModel('file://a')).rejects.toThrow('no model in a store');
  });
});

it('a full store keeps what it had', async () => {
  const store = fakeStorage(2200);
  vi.stubGlobal('localStorage', store);
  const model = small();
  await model.save('localstorage://a');
  const large = tf.sequential({ layers: [layers.dense({ units: 99, inputShape: [9] })] });
  await expect(large.save('localstorage://a')).rejects.toThrow('full');
  await sameWeights(model, await tf.loadLayersModel('localstorage://a'));
});

describe('datasets and parts of models', () => {
  const xs = tf.data.array([[0], [1], [2], [3]]);
  const batches = tf.data.zip({ xs, ys: xs.map(([x = 0]) => [2 * x + 1]) }).batch(2);

  it('fitDataset and evaluateDataset', async () => {
    const model = tf.sequential({
      layers: [layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'ones' })],
    });
    model.compile({ optimizer: tf.train.sgd(0.05), loss: 'meanSquaredError' });
    const ends: number[] = [];
    const { history } = await model.fitDataset(batches.repeat(), {
      epochs: 40,
      batchesPerEpoch: 2,
      verbose: 0,
      validationData: batches,
      validationBatches: 1,
      yieldEvery: 'epoch',
      callbacks: { onEpochEnd: (epoch) => void ends.push(epoch) },
    });
    expect(ends).toHaveLength(40);
    expect(history.valLoss ?? history['val_loss']).toHaveLength(40);
    const all = await model.evaluateDataset(batches, { verbose: 0 });
    const one = await model.evaluateDataset(batches, { batches: 1, verbose: 0 });
    const [allLoss, oneLoss] = await Promise.all(
      [all, one].map((loss) => (loss instanceof tf.Tensor ? loss.item() : Number.NaN)),
    );
    expect(allLoss).toBeLessThan(0.1);
    expect(oneLoss).not.toBe(allLoss);
    const more = await model.fit(tf.ones([2, 1]), tf.ones([2, 1]), {
      verbose: 0,
      yieldEvery: 'never',
      callbacks: { onEpochEnd: (epoch) => void ends.push(epoch) },
    });
    expect([ends.length, more.history.loss?.length]).toEqual([41, 1]);
  });

  it('execute gives what is inside, dispose frees', async () => {
    const model = tf.sequential({
      layers: [
        layers.dense({ units: 2, inputShape: [3], name: 'inside', kernelInitializer: 'ones' }),
        layers.activation({ activation: 'relu', name: 'outside' }),
      ],
    });
    const both = model.execute(tf.tensor2d([[1, 2, -9]]), ['inside', 'outside']);
    if (both instanceof tf.Tensor) throw new Error('one tensor');
    expect(await Promise.all(both.map((one) => one.array()))).toEqual([[[-6, -6]], [[0, 0]]]);
    const { blocks } = memory();
    expect(model.dispose().numDisposedVariables).toBe(2);
    expect(memory().blocks).toBe(blocks - 2);
    expect(() => model.apply(tf.ones([1, 3]))).toThrow('freed');
  });
});
