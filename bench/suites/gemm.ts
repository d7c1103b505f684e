// Contractions: square matrix products, and ResNet-50's 3x3 convolutions with both gradients.

import { type Row, runContest } from '../harness/row.js';
import { matmulReference, mustMatch, noise } from '../harness/verify.js';
import type { Convolution, ConvolutionPart, Work } from '../peers/peer.js';
import type { Item, Session, Suite } from './suite.js';

const PARTS: readonly ConvolutionPart[] = ['forward', 'dInput', 'dFilter'];

async function matmulRow(session: Session, work: string, size: number): Promise<Row> {
  const sizes = [size, size, size] as const;
  const [a, b] = [noise(size * size, 1), noise(size * size, 2)];
  // The first and last rows say as much about a kernel as all of them, and cost less to check.
  const ends = [0, size - 8].map((row) => ({
    from: row * size,
    expected: matmulReference(a.subarray(row * size, (row + 8) * size), b, [8, size, size]),
  }));
  return runContest<Work>({
    work,
    unit: 'GFLOP/s',
    threads: session.threads,
    entries: session.peers.map((peer) => ({
      name: peer.name,
      prepare: async () => peer.matmul?.({ sizes, a, b }),
    })),
    async verify(candidate) {
      const values = await candidate.result();
      for (const { from, expected } of ends) {
        mustMatch(candidate.name, slice(values, from, expected.length), expected);
      }
      mustMatch(candidate.name, [values.length], Float64Array.of(size * size));
    },
    value: (ms) => (2 * size ** 3) / ms / 1e6,
    ceiling: session.multiplyAdd,
    options: session.options,
  });
}

function slice(values: ArrayLike<number>, from: number, length: number): number[] {
  return Array.from({ length }, (_, i) => values[from + i] ?? Number.NaN);
}

/** The value of one output of a convolution part, straight from its definition. */
function outputAt(problem: Convolution, part: ConvolutionPart, index: number): number {
  const { batch, size, channels, filters, x, w, dy } = problem;
  const inside = (i: number): boolean => i >= 0 && i < size;
  const pixel = (n: number, h: number, v: number, c: number, depth: number): number =>
    ((n * size + h) * size + v) * depth + c;
  let sum = 0;
  if (part === 'dFilter') {
    const f = index % filters;
    const c = Math.floor(index / filters) % channels;
    const tap = Math.floor(index / (filters * channels));
    const [dh, dv] = [Math.floor(tap / 3) - 1, (tap % 3) - 1];
    for (let n = 0; n < batch; n += 1) {
      for (let h = 0; h < size; h += 1) {
        for (let v = 0; v < size; v += 1) {
          if (!inside(h + dh) || !inside(v + dv)) continue;
          const left = x[pixel(n, h + dh, v + dv, c, channels)] ?? 0;
          sum += left * (dy[pixel(n, h, v, f, filters)] ?? 0);
        }
      }
    }
    return sum;
  }
  const forward = part === 'forward';
  const [from, depth, other] = forward ? [x, filters, channels] : [dy, channels, filters];
  const [out, v] = [index % depth, Math.floor(index / depth) % size];
  const h = Math.floor(index / (depth * size)) % size;
  const n = Math.floor(index / (depth * size * size));
  for (let tap = 0; tap < 9; tap += 1) {
    const sign = forward ? 1 : -1;
    const [row, column] = [h + sign * (Math.floor(tap / 3) - 1), v + sign * ((tap % 3) - 1)];
    if (!inside(row) || !inside(column)) continue;
    for (let i = 0; i < other; i += 1) {
      const weight = forward
        ? (tap * channels + i) * filters + out
        : (tap * channels + out) * filters + i;
      sum += (from[pixel(n, row, column, i, other)] ?? 0) * (w[weight] ?? 0);
    }
  }
  return sum;
}

function outputLength({ batch, size, channels, filters }: Convolution, part: string): number {
  if (part === 'dFilter') return 9 * channels * filters;
  return batch * size * size * (part === 'forward' ? filters : channels);
}

interface Shape {
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
}

function problemOf({ batch, size, channels }: Shape): Convolution {
  const images = batch * size * size * channels;
  return {
    batch,
    size,
    channels,
    filters: channels,
    x: noise(images, 3),
    w: noise(9 * channels * channels, 4),
    dy: noise(images, 5),
  };
}

async function convolutionRow(
  session: Session,
  work: string,
  problem: Convolution,
  part: ConvolutionPart,
): Promise<Row> {
  const { batch, size, channels, filters } = problem;
  const length = outputLength(problem, part);
  const places = Array.from({ length: 256 }, (_, i) => Math.floor((i * (length - 1)) / 255));
  const expected = Float64Array.from(places, (index) => outputAt(problem, part, index));
  const flops = 2 * batch * size * size * 9 * channels * filters;
  return runContest<Work>({
    work,
    unit: 'GFLOP/s',
    threads: session.threads,
    entries: session.peers.map((peer) => ({
      name: peer.name,
      prepare: async () => peer.convolution?.(problem, part),
    })),
    async verify(candidate) {
      const values = await candidate.result();
      const found = places.map((index) => values[index] ?? Number.NaN);
      mustMatch(
        candidate.name,
        [...found, values.length / length],
        Float64Array.of(...expected, 1),
      );
    },
    value: (ms) => flops / ms / 1e6,
    ceiling: session.multiplyAdd,
    options: session.options,
  });
}

const SHAPES: readonly (readonly [size: number, channels: number])[] = [
  [56, 64],
  [28, 128],
  [14, 256],
];

function convolutionItems(batch: number): Item[] {
  return SHAPES.flatMap(([size, channels]) =>
    PARTS.map((part) => {
      const name = `conv 3x3 ${size}x${size}x${channels} b${batch} ${part}`;
      const problem = (): Convolution => problemOf({ batch, size, channels });
      return {
        name,
        measure: async (session: Session) => [await convolutionRow(session, name, problem(), part)],
      };
    }),
  );
}

export const gemm: Suite = {
  items: [
    ...[256, 512, 1024].map((size) => ({
      name: `matmul ${size}`,
      measure: async (session: Session) => [await matmulRow(session, `matmul ${size}`, size)],
    })),
    ...convolutionItems(1),
    ...convolutionItems(8),
  ],
  threads: [1, 2],
  isolated: false,
  // Beside two threads stands one, so that their ratio comes from the same rounds.
  contenders: (threads) =>
    threads === 1
      ? [
          { name: 'keratin', engine: 'eager', device: 'cpu', threads },
          { name: 'keratin native', engine: 'eager', device: 'native', threads },
        ]
      : [
          { name: 'keratin', engine: 'graph', device: 'cpu', threads },
          { name: 'keratin 1 thread', engine: 'graph', device: 'cpu', threads: 1 },
          { name: 'keratin native', engine: 'graph', device: 'native', threads },
        ],
};
