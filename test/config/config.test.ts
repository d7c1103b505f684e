// The settings of the whole process against real Keras: what each changes, and what it refuses.
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hostScreen } from '../../src/callbacks/terminal.js';
import {
  callbacks,
  config,
  constraints,
  data,
  layers,
  losses,
  metrics,
  ops,
  Sequential,
  type Tensor,
  tensor,
} from '../../src/index.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../golden-arrays.js';

interface EpsilonCase {
  name: string;
  epsilon: number;
  yTrue: GoldenArray;
  yPred: GoldenArray;
  results: Record<string, number | number[]>;
}

interface FormatCase {
  name: string;
  dataFormat: 'channels_last' | 'channels_first';
  formats: Record<string, string>;
  picture: number[];
}

interface LimitCase {
  name: string;
  limits: { epochs?: number; steps?: number };
  events: string[];
}

const file = new URL('../golden/settings.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as {
  cases: (EpsilonCase | FormatCase | LimitCase)[];
};

afterEach(() => {
  vi.restoreAllMocks();
  config.setEpsilon(1e-7);
  config.setImageDataFormat('channelsLast');
  config.setMaxEpochs(null);
  config.setMaxStepsPerEpoch(null);
  config.setDTypePolicy('float32');
  config.enableInteractiveLogging();
});

function number(value: number): GoldenArray {
  return { shape: [], dtype: 'float32', data: [value] };
}

const LOSSES: Readonly<Record<string, losses.Loss>> = {
  binary_crossentropy: new losses.BinaryCrossentropy(),
  categorical_crossentropy: new losses.CategoricalCrossentropy(),
  kl_divergence: new losses.KLDivergence(),
  poisson: new losses.Poisson(),
  mean_absolute_percentage_error: new losses.MeanAbsolutePercentageError(),
  dice: new losses.Dice(),
};

async function expectSameNumbers(one: EpsilonCase): Promise<void> {
  const [yTrue, yPred] = [tensorOfGolden(one.yTrue), tensorOfGolden(one.yPred)];
  config.setEpsilon(one.epsilon);
  expect(config.epsilon()).toBe(one.epsilon);
  for (const [name, wanted] of Object.entries(one.results)) {
    let result: Tensor | undefined = LOSSES[name]?.apply(yTrue, yPred);
    if (name === 'mean_io_u') {
      const iou = new metrics.MeanIoU({ numClasses: 2 });
      iou.updateState(tensor([0, 1]), tensor([0, 0]));
      result = iou.result();
    } else if (name === 'unit_norm') {
      result = ops.reshape(new constraints.UnitNorm().apply(tensor([[3], [4]])), [2]);
    }
    if (result === undefined) throw new Error(name);
    const list = typeof wanted === 'number' ? number(wanted) : undefined;
    await expectClose(result, list ?? { shape: [2], dtype: 'float32', data: wanted as number[] });
  }
}

function expectSameFormats(one: FormatCase): void {
  config.setImageDataFormat(one.dataFormat);
  const made = [
    layers.conv2d({ filters: 2, kernelSize: 3 }),
    layers.maxPooling2d(),
    layers.globalAveragePooling1d(),
    layers.upSampling2d(),
    layers.zeroPadding2d(),
    layers.flatten(),
    layers.spatialDropout2d({ rate: 0.5 }),
    layers.resizing({ height: 2, width: 2 }),
    layers.depthwiseConv1d({ kernelSize: 3 }),
  ];
  const formats = made.map((layer) => [layer.className, Reflect.get(layer.config, 'dataFormat')]);
  expect(Object.fromEntries(formats)).toEqual(one.formats);
  const camel = one.dataFormat === 'channels_first' ? 'channelsFirst' : 'channelsLast';
  expect(config.imageDataFormat()).toBe(camel);
}

async function expectSameSteps(one: LimitCase): Promise<void> {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  const events: string[] = [];
  const noting = new callbacks.LambdaCallback({
    onEpochBegin: (epoch) => void events.push(`epoch ${epoch}`),
    onTrainBatchEnd: (batch) => void events.push(`train ${batch}`),
    onTestBatchEnd: (batch) => void events.push(`test ${batch}`),
    onPredictBatchEnd: (batch) => void events.push(`predict ${batch}`),
  });
  config.setMaxEpochs(one.limits.epochs ?? null);
  config.setMaxStepsPerEpoch(one.limits.steps ?? null);
  const model = new Sequential([layers.input({ shape: [1] }), layers.dense({ units: 1 })]);
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  const x = ops.zeros([8, 1]);
  const options = { batchSize: 2, callbacks: [noting], verbose: 0 };
  await model.fit(x, x, { ...options, epochs: 3, validationData: [x, x] });
  await model.evaluate(x, x, options);
  await model.predict(x, options);
  expect(events).toEqual(one.events);
}

describe('settings change what they change in Keras', () => {
  for (const one of cases) {
    it(one.name, async () => {
      if ('epsilon' in one) await expectSameNumbers(one);
      else if ('limits' in one) await expectSameSteps(one);
      else {
        expectSameFormats(one);
        const picture = { width: 4, height: 2, channels: 3, data: new Uint8Array(24) } as const;
        expect(data.imgToArray(picture).shape).toEqual(one.picture);
      }
    });
  }
});

describe('config', () => {
  it('tells of limits once they count', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    config.setMaxEpochs(2);
    const model = new Sequential([layers.input({ shape: [1] }), layers.dense({ units: 1 })]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    await model.fit([[1]], [[1]], { epochs: 2, verbose: 0 });
    expect(warn).not.toHaveBeenCalled();
    const history = await model.fit([[1]], [[1]], { epochs: 5, verbose: 0 });
    expect(history.epoch).toEqual([0, 1]);
    expect(warn.mock.calls[0]?.[0]).toContain('Limiting epochs to 2');
  });

  it('has the default dtype policy and the dtype of plain numbers', () => {
    config.setDTypePolicy('mixed_bfloat16');
    expect(config.dtypePolicy().name).toBe('mixed_bfloat16');
    expect(layers.dense({ units: 1 }).computeDtype).toBe('bfloat16');
    expect(tensor([1.5]).dtype).toBe(config.floatx());
  });

  it('sends progress to the log where nobody looks', () => {
    const info = vi.spyOn(console, 'info').mockImplementation(() => {});
    const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    config.disableInteractiveLogging();
    expect(config.isInteractiveLoggingEnabled()).toBe(false);
    const screen = hostScreen();
    expect(screen.isTerminal).toBe(false);
    screen.write('half ');
    expect(info).not.toHaveBeenCalled();
    screen.write('a line\nmore');
    expect(info.mock.calls).toEqual([['half a line']]);
    expect(write).not.toHaveBeenCalled();
    config.enableInteractiveLogging();
    hostScreen().write('x');
    expect(write).toHaveBeenCalledWith('x');
  });

  it('refuses what makes no sense, and keeps what was', () => {
    for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => config.setEpsilon(value)).toThrow(/setEpsilon: epsilon is no small number/);
    }
    expect(config.epsilon()).toBe(1e-7);
    for (const value of [0, 1.5, Number.NaN]) {
      expect(() => config.setMaxEpochs(value)).toThrow(/setMaxEpochs: the limit is not a count/);
      expect(() => config.setMaxStepsPerEpoch(value)).toThrow(/setMaxStepsPerEpoch\(null\)/);
    }
    expect([config.maxEpochs(), config.maxStepsPerEpoch()]).toEqual([null, null]);
    // @ts-expect-error: the types refuse it as well
    expect(() => config.setImageDataFormat('channelsFrist')).toThrow(/channelsFirst/);
    expect(config.imageDataFormat()).toBe('channelsLast');
  });
});
