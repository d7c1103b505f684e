// Every optimizer and schedule against real Keras: weights after each step, state, configuration.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { get as getConstraint } from '../../src/constraints/index.js';
import type { SerializedObject } from '../../src/core/serialized.js';
import { scope, type Tensor, tensor, Variable } from '../../src/index.js';
import { deserialize, schedules, serialize } from '../../src/optimizers/index.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../golden-arrays.js';

interface OptimizerCase {
  name: string;
  optimizer: SerializedObject;
  variables: {
    name: string;
    path: string;
    constraint: SerializedObject | null;
    value: GoldenArray;
  }[];
  steps: {
    gradients: (GoldenArray | null)[];
    values: GoldenArray[];
    iterations: number;
    /** Null where the optimizer has none of its own. */
    learningRate: GoldenArray | null;
  }[];
  state: { name: string; path: string; value: GoldenArray }[];
  finalized?: GoldenArray[];
}

function casesOf<T>(family: string): T[] {
  const file = new URL(`../golden/${family}.json`, import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: T[] };
  return cases;
}

class ConstrainedVariable extends Variable {
  constructor(
    initial: Tensor,
    path: string,
    readonly constraint: { apply(weight: Tensor): Tensor } | undefined,
  ) {
    super(initial, { path, name: path.split('/').at(-1) ?? path });
  }
}

describe('optimizers equal Keras', () => {
  for (const one of casesOf<OptimizerCase>('optimizers')) {
    it(one.name, async () => {
      const optimizer = deserialize(one.optimizer);
      expect(serialize(optimizer)).toEqual(one.optimizer);
      const variables = one.variables.map(({ path, value, constraint }) => {
        const rule = constraint === null ? undefined : getConstraint(constraint);
        return new ConstrainedVariable(tensorOfGolden(value), path, rule);
      });
      optimizer.build(variables);
      for (const { gradients, values, iterations, learningRate } of one.steps) {
        scope(() => {
          const tensors = gradients.map((gradient) =>
            gradient === null ? undefined : tensorOfGolden(gradient),
          );
          optimizer.apply(tensors, variables);
        });
        for (const [index, value] of values.entries()) {
          await expectClose(variables[index]?.value ?? tensor(0), value);
        }
        expect(await optimizer.iterations.item()).toBe(iterations);
        if (learningRate === null) {
          await expect(optimizer.readLearningRate()).rejects.toThrow('no learning rate of its own');
        } else {
          expect(await optimizer.readLearningRate()).toBeCloseTo(Number(learningRate.data[0]), 6);
        }
      }
      expect(optimizer.variables.map(({ name }) => name)).toEqual(
        one.state.map(({ name }) => name),
      );
      for (const [index, { value, path }] of one.state.entries()) {
        const variable = optimizer.variables[index];
        if (variable === undefined) throw new Error('a variable is missing');
        expect(variable.path).toBe(path);
        await expectClose(variable.value, value);
      }
      if (one.finalized === undefined) return;
      optimizer.finalizeVariableValues();
      for (const [index, value] of one.finalized.entries()) {
        await expectClose(variables[index]?.value ?? tensor(0), value);
      }
    });
  }
});

interface ScheduleCase {
  name: string;
  schedule: SerializedObject;
  steps: number[];
  values: GoldenArray;
}

describe('schedules equal Keras', () => {
  for (const one of casesOf<ScheduleCase>('schedules')) {
    it(one.name, async () => {
      const schedule = schedules.deserialize(one.schedule);
      expect(schedules.serialize(schedule)).toEqual(one.schedule);
      for (const [index, step] of one.steps.entries()) {
        const rate = await schedule.call(tensor(step, { dtype: 'int32' })).item();
        const wanted = Number(one.values.data[index]);
        expect(Math.abs(rate - wanted)).toBeLessThanOrEqual(2e-7 + 2e-5 * Math.abs(wanted));
      }
    });
  }
});
