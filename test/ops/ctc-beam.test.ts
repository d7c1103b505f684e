// Beam search of CTC: the probabilities of all paths add up, and what is refused.
import { describe, expect, it } from 'vitest';
import { ctcDecode, exp, random, sum } from '../../src/index.js';

describe('beam search', () => {
  it('finds every path where the beam is wide enough', async () => {
    const frames = random.normal([1, 3, 3], { seed: 1 });
    // Two labels in three frames spell the empty path, 2 of one label, 4 of two (1 and 1 needs a
    // blank between, and so does 2 and 2), and 1 2 1 and 2 1 2.
    const found = ctcDecode(frames, [3], { strategy: 'beamSearch', beamWidth: 12, topPaths: 12 });
    const scores = Array.from(await found.scores.data());
    expect(scores.filter(Number.isFinite).length).toBe(9);
    expect(await sum(exp(found.scores)).item()).toBeCloseTo(1, 5);
    expect([...scores].sort((a, b) => b - a)).toEqual(scores);
  });

  it('says what does not fit', () => {
    const frames = random.normal([1, 3, 3], { seed: 1 });
    const wide = { strategy: 'beamSearch', beamWidth: 2, topPaths: 3 } as const;
    expect(() => ctcDecode(frames, [3], wide)).toThrow(/topPaths 3, beamWidth 2/);
    expect(() => ctcDecode(frames, [3], { strategy: 'best' as 'greedy' })).toThrow(/strategy/);
  });
});
