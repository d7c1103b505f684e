// `keratin bench`: a few figures of this machine in a few seconds. The full benches, with other
// libraries beside ours, live in the repository (npm run bench).
import { availableParallelism } from 'node:os';
import { measurePeak } from '../devices/peak.js';
import { currentEngine, layers, ones, Sequential, scope, setThreads, zeros } from '../index.js';

const SIZE = 512;
const BATCH = 128;
/** Milliseconds that each figure is measured for. */
const DURATION = 600;

/** The median milliseconds of `work`, after a few runs to warm up. */
async function median(work: () => unknown): Promise<number> {
  for (let turn = 0; turn < 3; turn++) await work();
  const times: number[] = [];
  const end = performance.now() + DURATION;
  do {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  } while (performance.now() < end || times.length < 5);
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? Number.NaN;
}

async function matmul(threads: number, peak: number): Promise<string> {
  const used = setThreads(threads);
  const x = ones([SIZE, SIZE]);
  const step = currentEngine().compile(() => x.matmul(x));
  const milliseconds = await median(() => scope(() => void step()));
  const gflops = (2 * SIZE ** 3) / milliseconds / 1e6;
  const share = ((100 * gflops) / (peak * used)).toFixed(0);
  return `${gflops.toFixed(1)} GFLOP/s, ${share} % of ${used} x peak`;
}

async function trainingStep(threads: number): Promise<string> {
  setThreads(threads);
  const model = new Sequential([
    layers.dense({ units: 512, activation: 'relu', inputShape: [784] }),
    layers.dense({ units: 256, activation: 'relu' }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const x = ones([BATCH, 784]);
  const y = zeros([BATCH], { dtype: 'int32' });
  const milliseconds = await median(() => model.trainOnBatch(x, y));
  return `${milliseconds.toFixed(2)} ms`;
}

export async function bench(): Promise<void> {
  const peak = measurePeak();
  const all = availableParallelism();
  console.log(`peak, one thread              ${peak.toFixed(1)} GFLOP/s`);
  for (const threads of all > 1 ? [1, all] : [1]) {
    const label = threads === 1 ? '1 thread ' : `${threads} threads`;
    console.log(`matmul ${SIZE}, ${label}         ${await matmul(threads, peak)}`);
    console.log(`MLP Adam step, ${label}     ${await trainingStep(threads)}`);
  }
}
