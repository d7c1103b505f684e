// SpatialDropout1D, 2D and 3D in training: whole channels go, and the others keep the mean.
import { describe, expect, it } from 'vitest';
import {
  type AnyLayer,
  layers,
  moveAxis,
  ones,
  reshape,
  setRandomSeed,
  type Tensor,
  Variable,
  valueAndGradient,
} from '../../src/index.js';

const RATE = 0.25;
const KEPT = 1 / (1 - RATE);
const [BATCH, CHANNELS, PLACES] = [40, 50, 8];

interface Kind {
  readonly name: string;
  readonly make: (seed?: number) => AnyLayer;
  /** Axes between batch and channels, of 8 places together. */
  readonly places: readonly number[];
  readonly isChannelsFirst?: boolean;
}

const first = { dataFormat: 'channelsFirst' } as const;
const kinds: readonly Kind[] = [
  {
    name: 'spatialDropout1d',
    make: (seed) => layers.spatialDropout1d({ rate: RATE, seed: seed ?? null }),
    places: [8],
  },
  {
    name: 'spatialDropout2d',
    make: (seed) => layers.spatialDropout2d({ rate: RATE, seed: seed ?? null }),
    places: [2, 4],
  },
  {
    name: 'spatialDropout2d channels first',
    make: (seed) => layers.spatialDropout2d({ rate: RATE, seed: seed ?? null, ...first }),
    places: [2, 4],
    isChannelsFirst: true,
  },
  {
    name: 'spatialDropout3d',
    make: (seed) => layers.spatialDropout3d({ rate: RATE, seed: seed ?? null }),
    places: [2, 2, 2],
  },
  {
    name: 'spatialDropout3d channels first',
    make: (seed) => layers.spatialDropout3d({ rate: RATE, seed: seed ?? null, ...first }),
    places: [2, 2, 2],
    isChannelsFirst: true,
  },
];

function inputOf({ places, isChannelsFirst }: Kind): Tensor {
  return ones(
    isChannelsFirst === true ? [BATCH, CHANNELS, ...places] : [BATCH, ...places, CHANNELS],
  );
}

function trained(layer: AnyLayer, x: Tensor): Tensor {
  return layer.apply(x, { training: true }) as Tensor;
}

/** One row of places for each channel of each sample. */
async function channelsOf(kind: Kind, y: Tensor): Promise<number[][]> {
  const rows = kind.isChannelsFirst === true ? y : moveAxis(y, -1, 1);
  return (await reshape(rows, [BATCH * CHANNELS, PLACES]).array()) as number[][];
}

describe.each(kinds.map((kind) => [kind.name, kind] as const))('%s', (_, kind) => {
  it('drops whole channels of single samples and scales the others by 1 / (1 - rate)', async () => {
    const channels = await channelsOf(kind, trained(kind.make(3), inputOf(kind)));
    for (const places of channels) {
      const [value = Number.NaN] = places;
      expect(value === 0 || Math.abs(value - KEPT) < 1e-6, `${value}`).toBe(true);
      expect(new Set(places).size).toBe(1);
    }
    // Samples lose channels of their own, and channels are lost by some samples only.
    const dropped = channels.map(([value]) => value === 0);
    const samples = Array.from({ length: BATCH }, (_, sample) =>
      dropped.slice(sample * CHANNELS, (sample + 1) * CHANNELS).join(),
    );
    expect(new Set(samples).size).toBe(BATCH);
  });

  it('drops the share of channels that is asked for, and keeps the mean', async () => {
    const channels = await channelsOf(kind, trained(kind.make(5), inputOf(kind)));
    const share = channels.filter(([value]) => value === 0).length / channels.length;
    // Five standard deviations of 2000 draws.
    const spread = 5 * Math.sqrt((RATE * (1 - RATE)) / channels.length);
    expect(Math.abs(share - RATE)).toBeLessThan(spread);
    const mean = channels.flat().reduce((sum, value) => sum + value, 0) / (2000 * PLACES);
    expect(mean).toBeCloseTo((1 - share) * KEPT, 4);
  });

  it('draws anew at each call, and again the same with the same seed', async () => {
    const x = inputOf(kind);
    const layer = kind.make(7);
    const [one, two] = [await trained(layer, x).data(), await trained(layer, x).data()];
    expect(one).not.toEqual(two);
    expect(await trained(kind.make(7), x).data()).toEqual(one);
    setRandomSeed(11);
    const three = await trained(kind.make(), x).data();
    setRandomSeed(11);
    expect(await trained(kind.make(), x).data()).toEqual(three);
  });

  it('passes gradients through the kept channels only, and does nothing outside of training', async () => {
    const x = new Variable(inputOf(kind));
    const layer = kind.make(9);
    const { value, gradients } = valueAndGradient(() => {
      const y = trained(layer, x.value);
      return { loss: y.sum(), y };
    }, [x]);
    expect(await gradients[0]?.data()).toEqual(await value.y.data());
    expect(layer.apply(x.value)).toBe(x.value);
  });
});

describe('rates at the ends', () => {
  it('0 keeps and 1 drops everything', async () => {
    const x = ones([2, 3, 4]);
    const kept = trained(layers.spatialDropout1d({ rate: 0 }), x);
    expect(await kept.data()).toEqual(await x.data());
    const none = trained(layers.spatialDropout1d({ rate: 1 }), x);
    expect(await none.sum().item()).toBe(0);
  });

  it('refuses others, and inputs of another rank', () => {
    expect(() => layers.spatialDropout3d({ rate: 1.5 })).toThrow('rate');
    expect(() => layers.spatialDropout3d({ rate: 0.5 }).apply(ones([2, 3, 4]))).toThrow('5 axes');
  });
});
