// Windows over series and data cut in two, against Keras.
import { describe, expect, it } from 'vitest';
import { mapTree } from '../../src/core/tree.js';
import { ArgumentError, data, type Tensor } from '../../src/index.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../golden-arrays.js';
import { goldenCases, ourOptions } from '../golden-cases.js';

interface WindowCase {
  readonly name: string;
  readonly series: GoldenArray;
  readonly targets: GoldenArray | null;
  readonly options: Readonly<Record<string, unknown>> & { readonly sequence_length: number };
  readonly batches: readonly { readonly x: GoldenArray; readonly y: GoldenArray | null }[];
}

type Arrays = GoldenArray | readonly GoldenArray[];

interface SplitCase {
  readonly name: string;
  readonly data: Arrays;
  readonly options: Readonly<Record<string, unknown>>;
  /** null where Keras refuses the sizes. */
  readonly parts: readonly [Arrays, Arrays] | null;
}

const cases = goldenCases<WindowCase | SplitCase>('windows-and-splits');
const { timeseriesDatasetFromArray, splitDataset } = data;

describe('timeseriesDatasetFromArray equals Keras', () => {
  const windows = cases.filter((one) => 'batches' in one);
  it.each(windows)('$name', async ({ series, targets, options, batches }) => {
    const labels = targets === null ? null : tensorOfGolden(targets);
    const given = { sequenceLength: options.sequence_length, ...ourOptions(options) };
    const made = await timeseriesDatasetFromArray(tensorOfGolden(series), labels, given);
    expect(made.length).toBe(batches.length);
    for (const [index, batch] of batches.entries()) {
      const { x, y } = made.getItem(index);
      expect([x.dtype, y?.dtype]).toEqual([batch.x.dtype, batch.y?.dtype]);
      await expectClose(x, batch.x);
      if (y !== undefined && batch.y !== null) await expectClose(y, batch.y);
    }
  });

  it.each([
    ['from before the first step', { startIndex: -2 }],
    ['from between steps', { startIndex: 0.5 }],
    ['to beyond the last step', { endIndex: 11 }],
    ['to before they begin', { startIndex: 4, endIndex: 4 }],
  ])('refuses windows %s', async (_, range) => {
    const failed = timeseriesDatasetFromArray(new Float32Array(10), null, {
      sequenceLength: 2,
      ...range,
    });
    await expect(failed).rejects.toThrow(ArgumentError);
    await expect(failed).rejects.toThrow('0 <= startIndex < endIndex <= 10');
  });
});

const listed = (arrays: Arrays): readonly GoldenArray[] => ('data' in arrays ? [arrays] : arrays);

function tensorsOf(tree: unknown): Tensor[] {
  const found: Tensor[] = [];
  const isTensor = (value: unknown): value is Tensor =>
    typeof value === 'object' && value !== null && 'dtype' in value;
  mapTree(tree as readonly Tensor[], isTensor, (leaf) => found.push(leaf));
  return found;
}

describe('splitDataset equals Keras', () => {
  const splits = cases.filter((one) => 'parts' in one);
  it.each(splits)('$name', async ({ data: arrays, options, parts }) => {
    const given = 'data' in arrays ? tensorOfGolden(arrays) : arrays.map(tensorOfGolden);
    const made = splitDataset(given, ourOptions(options));
    if (parts === null) {
      await expect(made).rejects.toThrow(ArgumentError);
      return;
    }
    for (const [side, part] of (await made).entries()) {
      const tensors = tensorsOf(part);
      const wanted = listed(parts[side] ?? []);
      expect(tensors.map(({ dtype }) => dtype)).toEqual(wanted.map(({ dtype }) => dtype));
      for (const [index, tensor] of tensors.entries()) {
        const array = wanted[index];
        if (array === undefined) throw new Error('the parts are alike');
        await expectClose(tensor, array);
      }
    }
  });
});
