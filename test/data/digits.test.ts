// The digits that come with the library.
import { describe, expect, it } from 'vitest';
import '../../src/index.js';
import { digits } from '../../src/datasets/digits.js';

describe('digits', () => {
  it('has 1797 images of all ten classes, the same in every run', async () => {
    const { train, test } = await digits();
    expect([train.x.shape, train.y.shape]).toEqual([[1437, 8, 8, 1], [1437]]);
    expect([test.x.shape, test.y.shape]).toEqual([[360, 8, 8, 1], [360]]);
    const labels = [...(await train.y.data()), ...(await test.y.data())];
    const counts = Array.from(
      { length: 10 },
      (_, digit) => labels.filter((l) => l === digit).length,
    );
    expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    const pixels = await train.x.data();
    expect(Math.max(...pixels)).toBe(1);
    expect(Math.min(...pixels)).toBe(0);
  });
});
