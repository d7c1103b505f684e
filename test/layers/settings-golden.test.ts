// Initializers, regularizers, constraints and activations against real Keras.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as activations from '../../src/activations/index.js';
import { family as constraints } from '../../src/constraints/index.js';
import { camelKey } from '../../src/core/naming.js';
import type { SerializedObject } from '../../src/core/serialized.js';
import {
  mul,
  setRandomSeed,
  sum,
  type Tensor,
  Variable,
  valueAndGradient,
} from '../../src/index.js';
import { family as initializers } from '../../src/initializers/index.js';
import { family as regularizers } from '../../src/regularizers/index.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../golden-arrays.js';

function casesOf<T>(name: string): T[] {
  const url = new URL(`../golden/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { cases: T[] }).cases;
}

interface InitializerCase {
  name: string;
  initializer: SerializedObject;
  shape: number[];
  value?: GoldenArray;
  law?: { mean?: number; variance?: number; minimum?: number; maximum?: number };
}

/** Options that Keras forgets to write into the configuration. */
const LOST: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'identity wide': { gain: 2 },
};

describe('initializers equal Keras', () => {
  for (const one of casesOf<InitializerCase>('initializers')) {
    it(one.name, async () => {
      const config = { ...one.initializer.config, ...LOST[one.name] };
      const initializer = initializers.get({ ...one.initializer, config });
      expect(initializers.serialize(initializer).config).toMatchObject(config);
      const made = initializer.initialize(one.shape, 'float32');
      if (one.value !== undefined) await expectClose(made, one.value);
      expect(made.shape).toEqual(one.shape);
      const { mean: center, variance, minimum = -Infinity, maximum = Infinity } = one.law ?? {};
      if (center === undefined || variance === undefined) return;
      const values = Array.from(await made.data());
      const mean = values.reduce((total, value) => total + value, 0) / values.length;
      const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0);
      // Five standard errors of the mean and of the variance.
      const count = values.length;
      expect(Math.abs(mean - center)).toBeLessThan(5 * Math.sqrt(variance / count));
      expect(Math.abs(squares / count / variance - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
      expect(Math.min(...values)).toBeGreaterThanOrEqual(minimum);
      expect(Math.max(...values)).toBeLessThanOrEqual(maximum);
      const again = initializer.initialize(one.shape, 'float32');
      expect(await again.data()).toEqual(await made.data());
    });
  }

  it('makes orthogonal rows or columns', async () => {
    for (const shape of [
      [5, 3],
      [3, 5],
    ]) {
      const matrix = initializers.get('orthogonal').initialize(shape, 'float32');
      const tall = (shape[0] ?? 0) > (shape[1] ?? 0);
      const product = tall ? matrix.transpose().matmul(matrix) : matrix.matmul(matrix.transpose());
      const values = Array.from(await product.data());
      for (const [index, value] of values.entries()) {
        expect(value).toBeCloseTo(index % 4 === 0 ? 1 : 0, 5);
      }
    }
  });

  it('draws other numbers without a seed, and the same after setRandomSeed', async () => {
    const draw = async () =>
      Array.from(await initializers.get('glorotUniform').initialize([4], 'float32').data());
    setRandomSeed(7);
    const first = await draw();
    const second = await draw();
    setRandomSeed(7);
    expect(await draw()).toEqual(first);
    expect(second).not.toEqual(first);
  });
});

interface RegularizerCase {
  name: string;
  regularizer: SerializedObject;
  input: GoldenArray;
  value: GoldenArray;
  /** Whole numbers have none. */
  gradient?: GoldenArray;
}

describe('regularizers equal Keras', () => {
  for (const one of casesOf<RegularizerCase>('regularizers')) {
    it(one.name, async () => {
      const regularizer = regularizers.get(one.regularizer);
      expect(regularizers.serialize(regularizer)).toEqual(one.regularizer);
      const input = new Variable(tensorOfGolden(one.input));
      if (one.gradient === undefined) {
        await expectClose(regularizer.apply(input.value), one.value);
        return;
      }
      const { value, gradients } = valueAndGradient(() => regularizer.apply(input.value), [input]);
      await expectClose(value, one.value);
      const [gradient] = gradients;
      if (gradient === undefined) throw new Error('no gradient');
      await expectClose(gradient, one.gradient);
    });
  }
});

interface ConstraintCase {
  name: string;
  constraint: SerializedObject;
  input: GoldenArray;
  value: GoldenArray;
}

describe('constraints equal Keras', () => {
  for (const one of casesOf<ConstraintCase>('constraints')) {
    it(one.name, async () => {
      const constraint = constraints.get(one.constraint);
      expect(constraints.serialize(constraint)).toEqual(one.constraint);
      await expectClose(constraint.apply(tensorOfGolden(one.input)), one.value);
    });
  }
});

interface ActivationCase {
  name: string;
  function: string;
  options: Record<string, number | boolean>;
  input: GoldenArray;
  output: GoldenArray;
  cotangent: GoldenArray;
  gradient: GoldenArray;
}

type WithOptions = (x: Tensor, options: object) => Tensor;

const BY_NAME: Readonly<Record<string, WithOptions>> = {
  threshold: (x, options) =>
    activations.threshold(x, options as { threshold: number; defaultValue: number }),
  relu: activations.relu,
  gelu: activations.gelu,
  elu: activations.elu,
  celu: activations.celu,
  leaky_relu: activations.leakyRelu,
  softmax: activations.softmax,
};

describe('activations equal Keras', () => {
  for (const one of casesOf<ActivationCase>('activations')) {
    it.skipIf(one.name === 'sparsemax')(one.name, async () => {
      const options = Object.fromEntries(
        Object.entries(one.options).map(([key, value]) => [camelKey(key), value]),
      );
      const plain = Object.keys(options).length === 0;
      const apply: WithOptions | undefined = plain
        ? activations.get(one.function)
        : BY_NAME[one.function];
      if (apply === undefined) throw new Error(`no function for ${one.function}`);
      const input = new Variable(tensorOfGolden(one.input));
      const cotangent = tensorOfGolden(one.cotangent);
      await expectClose(apply(input.value, options), one.output, 2e-5, 2e-6);
      const { gradients } = valueAndGradient(
        () => sum(mul(apply(input.value, options), cotangent)),
        [input],
      );
      const [gradient] = gradients;
      if (gradient === undefined) throw new Error('no gradient');
      await expectClose(gradient, one.gradient, 1e-4, 1e-5);
    });
  }

  it('sparsemax sums to 1 and has exact zeros', async () => {
    const y = activations.sparsemax(
      tensorOfGolden({ shape: [1, 3], dtype: 'float32', data: [2, 1.5, -1] }),
    );
    expect(await y.array()).toEqual([[0.75, 0.25, 0]]);
  });
});
