// A step that fails leaves every weight as it was, and the next step works: helper threads that
// stop on the way, and exceptions inside steps, compiled and op by op.
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGraphEngine } from '../../src/engines/graph/engine.js';
import {
  createCpuDevice,
  createEagerEngine,
  layers,
  Sequential,
  setEngine,
  setRandomSeed,
  setThreads,
  type Tensor,
  tensor,
  Variable,
  withEngine,
} from '../../src/index.js';

/** The threads module as the library sees it, whose Worker a test may replace. */
const threadsModule = process.getBuiltinModule('node:worker_threads') as { Worker: typeof Worker };
const RealInstance = WebAssembly.Instance;

/** Workers that were started since the test began. */
const workers: Worker[] = [];
/** What this thread does when it begins its share of a compiled step; helpers are at theirs. */
let onStart: (() => void) | undefined;

class NotedWorker extends Worker {
  constructor(...args: ConstructorParameters<typeof Worker>) {
    super(...args);
    workers.push(this);
  }
}

/** Instances whose `run` first does what the test wants. */
class WatchedInstance {
  readonly exports: Record<string, unknown>;

  constructor(module: WebAssembly.Module, imports: WebAssembly.Imports) {
    const { run } = new RealInstance(module, imports).exports;
    this.exports = {
      run: (...args: number[]) => {
        onStart?.();
        return (run as (...numbers: number[]) => void)(...args);
      },
    };
  }
}

beforeEach(() => {
  workers.length = 0;
  onStart = undefined;
  threadsModule.Worker = NotedWorker;
  Object.assign(WebAssembly, { Instance: WatchedInstance });
});

afterEach(() => {
  threadsModule.Worker = Worker;
  Object.assign(WebAssembly, { Instance: RealInstance });
  setThreads(1);
  setEngine('graph');
});

const SIZE = 256;
const pattern = (shape: number[], scale: number): Tensor => {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const values = Float32Array.from({ length: size }, (_, index) => scale * Math.sin(index * 1.7));
  return tensor(values, { shape });
};

/** A step long enough to be caught in the middle; it updates two variables and a moving mean. */
function makeStep(threads: number) {
  const device = createCpuDevice();
  device.setThreads(threads);
  const engine = createGraphEngine(createEagerEngine(device));
  return withEngine(engine, () => {
    const x = pattern([SIZE, SIZE], 0.1);
    const weight = new Variable(pattern([SIZE, SIZE], 0.1));
    const slot = new Variable(pattern([SIZE, SIZE], 0.01));
    const mean = new Variable(tensor(0));
    const variables = [weight, slot, mean];
    const compiled = engine.compile(() => {
      let y = x;
      for (let turn = 0; turn < 12; turn++) y = y.matmul(weight.value).tanh();
      mean.assign(mean.value.mul(0.9).add(y.mean().mul(0.1)));
      const next = slot.value.mul(0.9).add(y.sub(mean.value).mul(0.1));
      slot.assign(next);
      weight.assign(weight.value.sub(next.mul(0.01)));
      return y.sum();
    });
    const step = (): Promise<number> =>
      withEngine(engine, () => engine.scope(() => compiled())).item();
    const values = (): Promise<unknown[]> =>
      Promise.all(variables.map((variable) => engine.read(variable.held)));
    return { step, values };
  });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Lets helpers come into the middle of their work. */
function spin(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe('a helper thread that stops in the middle of a step', () => {
  for (const threads of [2, 4]) {
    it(`gives an error, leaves the weights, and is replaced (${threads} threads)`, async () => {
      const alone = makeStep(1);
      const team = makeStep(threads);
      expect(await team.step()).toBe(await alone.step());
      expect(workers.length).toBe(threads - 1);
      const before = await team.values();
      // Node says how a worker fares once the event loop has heard of its start.
      await pause(20);
      onStart = () => {
        onStart = undefined;
        spin(1);
        void workers.at(-1)?.terminate();
      };
      await expect(async () => team.step()).rejects.toThrow(
        'a thread stopped in the middle of a step; variables are as they were',
      );
      expect(await team.values()).toEqual(before);
      for (let turn = 0; turn < 3; turn++) expect(await team.step()).toBe(await alone.step());
      expect(await team.values()).toEqual(await alone.values());
      expect(workers.length).toBe(2 * (threads - 1));
    });
  }

  it('or before it, while it rests, is replaced without an error', async () => {
    const alone = makeStep(1);
    const team = makeStep(2);
    expect(await team.step()).toBe(await alone.step());
    await workers[0]?.terminate();
    await pause(20);
    expect(await team.step()).toBe(await alone.step());
    expect(workers.length).toBe(2);
  });

  it('again and again ends in work on one thread', async () => {
    const alone = makeStep(1);
    const team = makeStep(2);
    for (let turn = 0; turn < 12; turn++) {
      await workers.at(-1)?.terminate();
      await pause(5);
      expect(await team.step()).toBe(await alone.step());
    }
    expect(workers.length).toBeLessThan(12);
  });
});

/** A model whose training step fails after the weights have been changed, when told to. */
class Failing extends Sequential {
  fails = false;

  override trainStep(data: Parameters<Sequential['trainStep']>[0]) {
    const logs = super.trainStep(data);
    if (this.fails) throw new Error('after the update');
    return logs;
  }
}

function failingModel(runEagerly: boolean): Failing {
  setRandomSeed(3);
  const model = new Failing([
    layers.dense({ units: 4, activation: 'tanh', inputShape: [3] }),
    layers.batchNormalization(),
    layers.dense({ units: 1 }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'mse', metrics: ['mae'], runEagerly });
  return model;
}

const batch = (): [Tensor, Tensor] => [pattern([8, 3], 1), pattern([8, 1], 1)];

async function everything(model: Failing): Promise<unknown[]> {
  const variables = [
    ...model.weights,
    ...model.metrics.flatMap((metric) => metric.variables),
    ...(model.optimizer?.variables ?? []),
  ];
  return Promise.all(variables.map((variable) => variable.value.array()));
}

describe('an exception inside a step', () => {
  const ways = [
    { name: 'compiled', engine: 'graph', runEagerly: false },
    { name: 'op by op', engine: 'eager', runEagerly: false },
    { name: 'with runEagerly', engine: 'graph', runEagerly: true },
  ] as const;
  for (const { name, engine, runEagerly } of ways) {
    it(`leaves weights, slots and metrics as they were, ${name}`, async () => {
      setEngine(engine);
      const model = failingModel(runEagerly);
      const untouched = failingModel(runEagerly);
      for (const one of [model, untouched]) await one.trainOnBatch(...batch());
      const before = await everything(model);
      model.fails = true;
      // A batch of another size is traced anew, so that the compiled step too runs into the error.
      const [x, y] = batch();
      await expect(
        model.trainOnBatch(x.slice([0, 0], [5, 3]), y.slice([0, 0], [5, 1])),
      ).rejects.toThrow('after the update');
      expect(await everything(model)).toEqual(before);
      model.fails = false;
      for (const one of [model, untouched]) await one.trainOnBatch(...batch());
      expect(await everything(model)).toEqual(await everything(untouched));
    });
  }

  it('keeps what a callback found done when it threw', async () => {
    const model = failingModel(false);
    await model.trainOnBatch(...batch());
    const [x, y] = batch();
    const stop = {
      onTrainBatchEnd: () => {
        throw new Error('a callback failed');
      },
    };
    await expect(model.fit(x, y, { batchSize: 8, verbose: 0, callbacks: [stop] })).rejects.toThrow(
      'a callback failed',
    );
    await model.fit(x, y, { batchSize: 8, verbose: 0 });
    for (const values of await everything(model))
      expect(JSON.stringify(values)).not.toContain('null');
  });
});
