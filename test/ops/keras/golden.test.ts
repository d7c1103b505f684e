// Every recorded call of Keras's functions, op by op and compiled: values, dtypes, gradients.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isFloat } from '../../../src/core/dtype.js';
import { at, product, range } from '../../../src/core/sequence.js';
import { Tensor } from '../../../src/core/tensor.js';
import { createGraphEngine } from '../../../src/engines/graph/engine.js';
import * as k from '../../../src/index.js';
import { expectCloseInDtype, type GoldenArray, tensorOfGolden } from '../../golden-arrays.js';
import { arraysOf, Given, type Recorded } from './given.js';
import { tables } from './tables.js';

interface GoldenCall {
  readonly name: string;
  readonly op: string;
  readonly arguments: readonly Recorded[];
  readonly options: { readonly [name: string]: Recorded };
  readonly outputs: readonly GoldenArray[];
  readonly gradients?: readonly (GoldenArray | null)[];
}

interface GoldenFile {
  readonly cases: readonly GoldenCall[];
}

const engine = createGraphEngine(k.createEagerEngine(k.createCpuDevice()));
k.setEngine(engine);

const isTensor = (value: Tensor | readonly Tensor[]): value is Tensor => value instanceof Tensor;

function run(one: GoldenCall, tensors: readonly Tensor[], file: string): readonly Tensor[] {
  const call = tables[file]?.[one.op];
  if (call === undefined) throw new Error(`no call for ${one.op} in the tables`);
  const result = call(new Given(one.arguments, one.options, tensors));
  return isTensor(result) ? [result] : result;
}

/** The constant that the oracle multiplies output number `which` with. */
function cotangent(like: Tensor, which: number): Tensor {
  const numbers = range(product(like.shape)).map((i) => (((7 * i + 3 * which) % 11) - 5) / 4);
  return k.tensor(numbers, { shape: like.shape });
}

function slopesOf(one: GoldenCall, inputs: readonly Tensor[], file: string): readonly Tensor[] {
  const free = range(inputs.length).filter((place) => at(inputs, place).dtype === 'float32');
  const loss = (...given: Tensor[]): Tensor => {
    const filled = inputs.map((input, place) => given[free.indexOf(place)] ?? input);
    const terms = run(one, filled, file).flatMap((output, which) =>
      isFloat(output.dtype) ? [k.sum(k.mul(output, cotangent(output, which)))] : [],
    );
    return terms.reduce((sum, term) => k.add(sum, term));
  };
  return k.gradient(loss)(...free.map((place) => at(inputs, place)));
}

async function expectAll(
  found: readonly Tensor[],
  wanted: readonly (GoldenArray | null)[],
): Promise<void> {
  const arrays = wanted.filter((array) => array !== null);
  expect(found.length).toBe(arrays.length);
  for (const [place, array] of arrays.entries()) {
    await expectCloseInDtype(at(found, place), array);
  }
}

for (const file of Object.keys(tables)) {
  const url = new URL(`../../golden/${file}.json`, import.meta.url);
  const golden: GoldenFile = JSON.parse(readFileSync(url, 'utf8'));
  describe(file, () => {
    it.each(golden.cases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
      const inputs = arraysOf([one.arguments, one.options]).map(tensorOfGolden);
      await expectAll(run(one, inputs, file), one.outputs);
      const compiled = engine.compile((given: readonly Tensor[]) => run(one, given, file));
      await expectAll(compiled(inputs), one.outputs);
      if (one.gradients === undefined) return;
      await expectAll(slopesOf(one, inputs, file), one.gradients);
      // A compiled loop without a known end has no way back.
      if (one.options['maximum_iterations'] === null) return;
      const slopes = engine.compile((given: readonly Tensor[]) => slopesOf(one, given, file));
      await expectAll(slopes(inputs), one.gradients);
    });
  });
}
