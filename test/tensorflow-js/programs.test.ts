// What programs for TensorFlow.js do beyond single calls: gradients, variables, datasets, training.
import { describe, expect, it } from 'vitest';
import { KeratinError } from '../../src/index.js';
import * as tf from '../../src/tfjs/index.js';

async function values(x: tf.Tensor): Promise<number[]> {
  return [...(await x.data())];
}

describe('gradients', () => {
  const x = tf.tensor1d([1, 3]);
  const y = tf.tensor1d([2, 5]);

  it('grad, grads, valueAndGrad and valueAndGrads, with and without dy', async () => {
    expect(await values(tf.grad((a) => a.square())(x))).toEqual([2, 6]);
    expect(await values(tf.grad((a) => a.square())(x, y))).toEqual([4, 30]);
    const [da, db] = tf.grads((a, b) => tf.mul(a ?? 0, b ?? 0))([x, y]);
    expect(await values(da ?? x)).toEqual([2, 5]);
    expect(await values(db ?? x)).toEqual([1, 3]);
    const one = tf.valueAndGrad((a) => a.square())(x);
    expect([await values(one.value), await values(one.grad)]).toEqual([
      [1, 9],
      [2, 6],
    ]);
    const many = tf.valueAndGrads((a, b) => tf.mul(a ?? 0, b ?? 0))([x, y], tf.scalar(2));
    expect(await values(many.value)).toEqual([2, 15]);
    expect(await Promise.all(many.grads.map(values))).toEqual([
      [4, 10],
      [2, 6],
    ]);
  });

  it('customGrad with saved tensors', async () => {
    const cube = tf.customGrad((a: tf.Tensor, save: tf.Save) => {
      save([a]);
      return {
        value: a.pow(3),
        gradFunc: (dy, [saved]) => dy.mul((saved ?? a).square()).mul(100),
      };
    });
    expect(await values(cube(x))).toEqual([1, 27]);
    expect(await values(tf.grad((a) => cube(a))(x))).toEqual([100, 900]);
  });

  it('variableGrads and the steps of optimizers', async () => {
    const w = tf.variable(tf.scalar(3), true, 'w');
    const loss = (): tf.Tensor => w.square().sum();
    const { value, grads } = tf.variableGrads(loss, [w]);
    expect(await value.item()).toBe(9);
    expect(Object.keys(grads)).toEqual(['w']);
    const optimizer = tf.train.sgd(0.25);
    optimizer.applyGradients(grads);
    expect(await w.item()).toBe(1.5);
    expect(await optimizer.minimize(loss, true)?.item()).toBe(2.25);
    expect(await w.item()).toBe(0.75);
    expect(optimizer.minimize(loss)).toBeNull();
    expect(() => optimizer.applyGradients({ other: tf.scalar(1) })).toThrow('variableGrads');
  });
});

describe('tensors and memory', () => {
  it('reads at once what the device shows, also of views', () => {
    const x = tf.tensor2d([
      [1, 2],
      [3, 4],
    ]);
    expect(x.transpose().arraySync()).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect([...x.slice([0, 1], [2, 1]).dataSync()]).toEqual([2, 4]);
    expect([...x.reverse(1).dataSync()]).toEqual([2, 1, 4, 3]);
  });

  it('tidy frees, keep and return values stay, clones live on', async () => {
    const before = tf.memory().numTensors;
    let kept: tf.Tensor | undefined;
    const y = tf.tidy('named', () => {
      kept = tf.keep(tf.ones([3]));
      return tf.ones([3]).add(1).mul(kept);
    });
    expect(tf.memory().numTensors - before).toBe(2);
    const copy = y.clone();
    tf.dispose({ list: [y, kept] });
    expect(await values(copy)).toEqual([2, 2, 2]);
    copy.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('variables have the methods of tensors', async () => {
    const w = tf.variable(tf.tensor1d([1, 2]));
    w.assign(w.add(w).mul(2));
    expect([w.rank, w.size, w.shape]).toEqual([1, 2, [2]]);
    expect(await values(w.matMul(tf.tensor2d([[1], [1]])))).toEqual([12]);
    expect(await w.array()).toEqual([4, 8]);
  });

  it('a buffer is filled, then becomes a tensor', async () => {
    const buffer = tf.buffer([2, 2], 'int32');
    buffer.set(7, 1, 0);
    expect(buffer.get(1, 0)).toBe(7);
    expect(buffer.toTensor().arraySync()).toEqual([
      [0, 0],
      [7, 0],
    ]);
    expect((await tf.ones([2]).buffer()).get(1)).toBe(1);
    expect(() => buffer.set(1, 2, 0)).toThrow('no such place');
  });

  it('backends are devices', async () => {
    await tf.ready();
    expect(await tf.setBackend('wasm')).toBe(true);
    expect(tf.getBackend()).toBe('cpu');
    await tf.nextFrame();
    const { wallMs } = await tf.time(() => tf.ones([8]).sum());
    expect(wallMs).toBeGreaterThanOrEqual(0);
  });

  it('says what is wrong', () => {
    expect(() => tf.tensor2d([1, 2])).toThrow(KeratinError);
    expect(() => tf.tensor2d([1, 2])).toThrow('give the shape after flat values');
    expect(() => tf.split(tf.ones([4]), [1, 2])).toThrow('add up');
    expect(() => tf.ensureShape(tf.ones([4]), [3])).toThrow('another shape');
    expect(() => tf.addN([])).toThrow('nothing to add');
  });
});

describe('transforms', () => {
  it('of Fourier, forth and back', async () => {
    const [real, imaginary] = tf.fft(tf.complex([1, 2, 3], [0, 0, 0]));
    expect((await values(real)).map((value) => value.toFixed(4))).toEqual([
      '6.0000',
      '-1.5000',
      '-1.5000',
    ]);
    expect((await values(imaginary)).map((value) => value.toFixed(4))).toEqual([
      '0.0000',
      '0.8660',
      '-0.8660',
    ]);
    const back = tf.spectral.ifft([real, imaginary]);
    expect((await values(tf.real(back))).map(Math.round)).toEqual([1, 2, 3]);
    expect((await values(tf.irfft(tf.rfft(tf.tensor1d([1, 2, 3, 4]))))).map(Math.round)).toEqual([
      1, 2, 3, 4,
    ]);
    const [pieces] = tf.signal.stft(tf.ones([8]), 4, 2);
    expect(pieces.shape).toEqual([3, 3]);
  });

  it('of matrices', async () => {
    const x = tf.tensor2d([
      [1, 2],
      [3, 4],
    ]);
    const [q, r] = tf.linalg.qr(x);
    expect((await values(q.matMul(r))).map((value) => Number(value.toFixed(4)))).toEqual([
      1, 2, 3, 4,
    ]);
  });

  it('of pixels', async () => {
    const image = tf.tensor3d([[[0, 0.5, 1]]]);
    expect([...(await tf.browser.toPixels(image))]).toEqual([0, 128, 255, 255]);
    const again = await tf.browser.fromPixelsAsync({
      data: await tf.browser.toPixels(image),
      width: 1,
      height: 1,
    });
    expect(await again.array()).toEqual([[[0, 128, 255]]]);
  });
});

describe('random numbers', () => {
  const mean = async (x: tf.Tensor): Promise<number> => x.mean().item();
  it('have the laws that are asked for', async () => {
    expect(await mean(tf.randomNormal([4000], 5, 0.1, 'float32', 1))).toBeCloseTo(5, 1);
    expect(await mean(tf.randomStandardNormal([4000], 'float32', 1))).toBeCloseTo(0, 1);
    const whole = tf.randomNormal([4000], 5, 3, 'int32', 1);
    expect([whole.dtype, await mean(whole.toFloat())]).toEqual(['int32', expect.closeTo(5, 0)]);
    expect(tf.randomGamma([3], 2, 1, 'int32').dtype).toBe('int32');
    expect(tf.truncatedNormal([3], 2, 1, 'int32').dtype).toBe('int32');
    expect(await mean(tf.truncatedNormal([4000], 2, 0.1, 'float32', 1))).toBeCloseTo(2, 1);
    expect(await mean(tf.randomUniform([4000], 2, 4, 'float32', 1))).toBeCloseTo(3, 1);
    expect(await mean(tf.randomGamma([8000], 3, 2, 'float32', 1))).toBeCloseTo(1.5, 1);
    const dice = await values(tf.randomUniformInt([200], 1, 7, 1));
    expect([Math.min(...dice), Math.max(...dice)]).toEqual([1, 6]);
    const sure = tf.multinomial(tf.tensor1d([0, 1]), 5, 1, true);
    expect(await values(sure)).toEqual([1, 1, 1, 1, 1]);
    expect(await values(tf.rand([2], () => 3))).toEqual([3, 3]);
    const kept = await values(tf.dropout(tf.ones([1000]), 0.5, undefined, 1));
    expect(new Set(kept)).toEqual(new Set([0, 2]));
  });
});

describe('datasets', () => {
  const numbers = tf.data.array([1, 2, 3, 4, 5]);

  it('are made, changed and read', async () => {
    expect(await numbers.map((x) => x * 2).toArray()).toEqual([2, 4, 6, 8, 10]);
    expect(await numbers.mapAsync(async (x) => x + 1).toArray()).toEqual([2, 3, 4, 5, 6]);
    expect(await numbers.filter((x) => x > 3).toArray()).toEqual([4, 5]);
    expect(await numbers.skip(1).take(2).toArray()).toEqual([2, 3]);
    expect(await numbers.take(2).repeat(2).toArray()).toEqual([1, 2, 1, 2]);
    expect(await numbers.take(1).concatenate(numbers.skip(4)).toArray()).toEqual([1, 5]);
    expect(await numbers.prefetch(2).toArray()).toEqual([1, 2, 3, 4, 5]);
    expect(
      await tf.data
        .func(() => 7)
        .take(2)
        .toArray(),
    ).toEqual([7, 7]);
    const drawn = numbers.shuffle(5, 3, false);
    expect(await drawn.toArray()).toEqual(await drawn.toArray());
    expect((await drawn.toArray()).sort()).toEqual([1, 2, 3, 4, 5]);
    const counted = tf.data.generator(function* () {
      yield* [1, 2];
    });
    expect(await counted.toArray()).toEqual([1, 2]);
    const pairs = tf.data.zip([numbers, counted]);
    expect(await pairs.toArray()).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect([numbers.size, numbers.batch(2).size, numbers.repeat().size]).toEqual([
      5,
      3,
      Number.POSITIVE_INFINITY,
    ]);
    expect(() => numbers.batch(0)).toThrow('no count');
  });

  it('are put into batches', async () => {
    const batches = await tf.data.zip({ xs: numbers, ys: numbers }).batch(2).toArray();
    expect(batches).toHaveLength(3);
    const [first] = batches;
    expect(await first?.xs.array()).toEqual([1, 2]);
    const rows = await tf.data
      .array([
        [1, 2],
        [3, 4],
        [5, 6],
      ])
      .batch(2, false)
      .toArray();
    expect(rows.map((row) => row.shape)).toEqual([[2, 2]]);
  });

  it('are read from tables', async () => {
    const table = tf.data.csv('name,"a, b",c\nx,1,\n"y ""z""",2,5\n', {
      columnConfigs: { c: { default: 0, isLabel: true } },
    });
    expect(await table.columnNames()).toEqual(['name', 'a, b', 'c']);
    expect(await table.toArray()).toEqual([
      { xs: { name: 'x', 'a, b': 1 }, ys: { c: 0 } },
      { xs: { name: 'y "z"', 'a, b': 2 }, ys: { c: 5 } },
    ]);
    await expect(tf.data.csv('a,b\n1\n').toArray()).rejects.toThrow('row 2');
    const required = { columnConfigs: { b: { required: true } } };
    await expect(tf.data.csv('a,b\n1,\n', required).toArray()).rejects.toThrow('empty cell');
  });
});

describe('training', () => {
  it('takes a dataset of { xs, ys }', async () => {
    const model = tf.sequential();
    model.add(tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'ones' }));
    model.compile({ optimizer: tf.train.sgd(0.05), loss: 'meanSquaredError' });
    const xs = tf.data.array([[0], [1], [2], [3]]);
    const ys = tf.data.array([[1], [3], [5], [7]]);
    const { history } = await model.fit(tf.data.zip({ xs, ys }).batch(4), {
      epochs: 60,
      verbose: 0,
    });
    expect(history.loss?.at(-1)).toBeLessThan(0.05);
    const layer = tf.layers.thresholdedReLU({ theta: 2 });
    expect(await values(layer.apply(tf.tensor1d([1, 3])))).toEqual([0, 3]);
  });

  it('cells on cells', async () => {
    const cell = (data: tf.Tensor, c: tf.Tensor, h: tf.Tensor): [tf.Tensor, tf.Tensor] =>
      tf.basicLSTMCell(tf.scalar(1), tf.ones([4, 8]), tf.zeros([8]), data, c, h);
    const zero = tf.zeros([1, 2]);
    const [c, h] = tf.multiRNNCell([cell, cell], tf.ones([1, 2]), [zero, zero], [zero, zero]);
    expect([c.length, h.length]).toEqual([2, 2]);
    const [c1] = cell(tf.ones([1, 2]), zero, zero);
    expect(await values(c[0] ?? zero)).toEqual(await values(c1));
  });
});
