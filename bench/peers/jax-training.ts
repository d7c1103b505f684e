// Training steps in jax-js: the two classifiers with Adam, as one jitted function of the state.

import type { Jax, JaxArray } from './jax-js.js';
import {
  filterToFirst,
  type NamedArray,
  type NetworkProblem,
  type TrainingStep,
  toChannelsFirst,
} from './peer.js';

/** Keras's Adam. */
const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

type Forward = (weights: readonly JaxArray[], x: JaxArray) => JaxArray;

function weightAt(weights: readonly JaxArray[], index: number): JaxArray {
  const weight = weights[index];
  if (weight === undefined) throw new Error(`Weight ${index} is expected.`);
  return weight;
}

function mlp(jax: Jax): Forward {
  return (weights, x) => {
    let h = x;
    for (let i = 0; i < weights.length; i += 2) {
      h = jax.numpy.matmul(h, weightAt(weights, i)).add(weightAt(weights, i + 1));
      if (i < weights.length - 2) h = jax.nn.relu(h);
    }
    return h;
  };
}

/** Largest of 2x2 windows: it has no max pooling whose slope it knows, so reshape and max. */
function maxPool(jax: Jax, x: JaxArray, [n, c, h, w]: readonly number[]): JaxArray {
  const [rows, columns] = [Math.floor((h ?? 0) / 2), Math.floor((w ?? 0) / 2)];
  const even = x.slice([], [], [0, 2 * rows], [0, 2 * columns]);
  return jax.numpy.max(even.reshape([n ?? 1, c ?? 1, rows, 2, columns, 2]), [3, 5]);
}

/** Images in NCHW; the flat features are brought into Keras's order before the dense layers. */
function cnn(jax: Jax, batch: number): Forward {
  const { relu } = jax.nn;
  return (weights, x) => {
    const convolve = (from: JaxArray, index: number, filters: number): JaxArray => {
      const bias = weightAt(weights, index + 1).reshape([1, filters, 1, 1]);
      return relu(jax.lax.conv(from, weightAt(weights, index), [1, 1], 'VALID').add(bias));
    };
    const first = maxPool(jax, convolve(x, 0, 32), [batch, 32, 26, 26]);
    const second = maxPool(jax, convolve(first, 2, 64), [batch, 64, 11, 11]);
    const flat = jax.numpy.transpose(second, [0, 2, 3, 1]).reshape([batch, 1600]);
    const hidden = relu(jax.numpy.matmul(flat, weightAt(weights, 4)).add(weightAt(weights, 5)));
    return jax.numpy.matmul(hidden, weightAt(weights, 6)).add(weightAt(weights, 7));
  };
}

function arrayOf(jax: Jax, { values, shape }: NamedArray): JaxArray {
  const numbers = Float32Array.from(values);
  const [height = 1, width = 1, channels = 1, filters = 1] = shape;
  if (shape.length !== 4) return jax.numpy.array(numbers).reshape(shape);
  const turned = filterToFirst(numbers, channels, filters);
  return jax.numpy.array(turned).reshape([filters, channels, height, width]);
}

/** The state: how many steps there were, then weights, first moments and second moments. */
function adamStep(jax: Jax, forward: Forward, batch: number, rate: number) {
  const { beta1, beta2, epsilon } = ADAM;
  const slope = jax.valueAndGrad((weights: JaxArray[], x: JaxArray, y: JaxArray) =>
    jax.nn
      .logSoftmax(forward(weights, x), -1)
      .mul(y)
      .sum()
      .mul(-1 / batch),
  );
  return jax.jit<JaxArray | JaxArray[], JaxArray[]>((weights, m, v, rates, x, y) => {
    if (!Array.isArray(weights) || !Array.isArray(m) || !Array.isArray(v)) {
      throw new Error('Lists of weights and moments are expected.');
    }
    if (Array.isArray(rates) || Array.isArray(x) || Array.isArray(y) || !rates || !x || !y) {
      throw new Error('Arrays are expected.');
    }
    const [loss, slopes] = slope(
      weights.map((weight) => weight.ref),
      x,
      y,
    );
    const first = slopes.map((g, i) =>
      weightAt(m, i)
        .mul(beta1)
        .add(g.ref.mul(1 - beta1)),
    );
    const second = slopes.map((g, i) =>
      weightAt(v, i)
        .mul(beta2)
        .add(g.ref.mul(g).mul(1 - beta2)),
    );
    const moved = weights.map((weight, i) => {
      const down = jax.numpy.sqrt(weightAt(second, i).ref).add(epsilon);
      return weight.sub(weightAt(first, i).ref.mul(rates.ref.mul(rate)).div(down));
    });
    rates.dispose();
    return [loss, ...moved, ...first, ...second];
  });
}

/** A training step of this network; undefined for those it has no layers for. */
export function jaxTraining(jax: Jax, problem: NetworkProblem): TrainingStep | undefined {
  const { model, sample, batch } = problem;
  const forward = { mlp, cnn: (library: Jax) => cnn(library, batch) }[model.name];
  if (forward === undefined) return undefined;
  let weights = problem.weights.map((weight) => arrayOf(jax, weight));
  const zeros = (): JaxArray[] => weights.map((weight) => weight.ref.mul(0));
  let [m, v] = [zeros(), zeros()];
  const pixels = Float32Array.from(sample.x.values);
  const [n = 1, h = 1, w = 1, c = 1] = sample.x.shape;
  const isFlat = sample.x.shape.length === 2;
  const x = isFlat
    ? jax.numpy.array(pixels).reshape(sample.x.shape)
    : jax.numpy.array(toChannelsFirst(pixels, sample.x.shape)).reshape([n, c, h, w]);
  const y = jax.numpy.array(Float32Array.from(sample.y.values)).reshape(sample.y.shape);
  const step = adamStep(jax, forward(jax), batch, model.learningRate);
  let last: JaxArray | undefined;
  let count = 0;
  const run = async (): Promise<void> => {
    last?.dispose();
    count += 1;
    const correction = Math.sqrt(1 - ADAM.beta2 ** count) / (1 - ADAM.beta1 ** count);
    const rates = jax.numpy.array(Float32Array.of(correction)).reshape([]);
    const [loss, ...rest] = step(weights, m, v, rates, x.ref, y.ref);
    last = loss;
    const size = rest.length / 3;
    weights = rest.slice(0, size);
    m = rest.slice(size, 2 * size);
    v = rest.slice(2 * size);
    await last?.blockUntilReady();
    for (const weight of weights) await weight.blockUntilReady();
  };
  return {
    name: 'jax-js',
    isExact: true,
    run,
    async step() {
      await run();
      return Number((await last?.ref.data())?.[0]);
    },
  };
}
