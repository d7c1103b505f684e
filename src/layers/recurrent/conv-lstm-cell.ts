// ConvLSTMCell: one step of an LSTM whose products are convolutions.
import { get as getActivation } from '../../activations/index.js';
import { at, range } from '../../core/sequence.js';
import type { Shape } from '../../core/shape.js';
import { isTensor, type Tensor } from '../../core/tensor.js';
import { mapTree } from '../../core/tree.js';
import {
  add,
  type ConvOptions,
  concat,
  conv,
  moveAxis,
  mul,
  reshape,
  SeedGenerator,
  split,
  zeros,
} from '../../ops/index.js';
import { windowsOver } from '../../ops/windows.js';
import { required } from '../built.js';
import type { CallContext } from '../call-context.js';
import { channelAxis } from '../data-format.js';
import { kernelSettings } from '../kernel-options.js';
import { knownSize } from '../known-size.js';
import type { PartialShape, TensorTree } from '../symbolic.js';
import type { Weight } from '../weight.js';
import { type CellRun, RNNCell, type StateSize, type StepResult, stateList } from './cell.js';
import {
  type ConvLSTMCellConfig,
  type ConvLSTMCellOptions,
  convLSTMCellConfig,
} from './conv-lstm-options.js';
import { drawMasks, type GateMasks } from './gates.js';
import { forgetBiasSettings, type LSTMActivations, lstmStep } from './lstm-cell.js';
import { recurrentSettings } from './options.js';

/** A convolution of one step, or of all steps at once, with a mask for each gate. */
function gateConvolution(x: Tensor, kernel: Tensor, moves: ConvOptions, masks: GateMasks): Tensor {
  if (masks.length === 0) return overSteps(x, kernel, moves);
  const kernels = split(kernel, masks.length, -1);
  return concat(
    masks.map((mask, gate) => overSteps(mul(x, mask), at(kernels, gate), moves)),
    -1,
  );
}

/** Steps are samples to a convolution. */
function overSteps(x: Tensor, kernel: Tensor, moves: ConvOptions): Tensor {
  if (x.rank === kernel.rank) return conv(x, kernel, moves);
  const [steps = 1, batch = 1, ...rest] = x.shape;
  const y = conv(reshape(x, [steps * batch, ...rest]), kernel, moves);
  return reshape(y, [steps, batch, ...y.shape.slice(1)]);
}

/**
 * One step of a convolutional LSTM (Shi et al. 2015, without its peepholes): an image
 * `[batch, ...space, channels]` and the states `[h, c]`, each `[batch, ...new space, filters]`, give
 * h and the new states. Weights: kernel `[...window, channels, 4 filters]`, recurrent_kernel
 * `[...window, filters, 4 filters]`, bias `[4 filters]`; the gates are input, forget, candidate,
 * output.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const cell = layers.convLstm2dCell({ filters: 3, kernelSize: 3 });
 * const images = layers.input({ shape: [4, 8, 8, 1] });
 * console.log(layers.rnn({ cell }).apply(images).shape); // [ null, 6, 6, 3 ]
 * ```
 */
export class ConvLSTMCell extends RNNCell<ConvLSTMCellConfig> {
  static readonly className = 'ConvLSTMCell';
  static readonly kerasModule = 'keras.src.layers.rnn.conv_lstm';
  override supportsMasking = true;
  private kernel: Weight | undefined;
  private recurrentKernel: Weight | undefined;
  private bias: Weight | undefined;
  private readonly seedGenerator = new SeedGenerator(this.config.seed ?? undefined);
  readonly #activations: LSTMActivations;
  #stateShape: Shape = [];

  constructor(options: ConvLSTMCellOptions) {
    super(convLSTMCellConfig(options));
    const { activation, recurrentActivation } = this.config;
    this.#activations = {
      activation: getActivation(activation),
      gate: getActivation(recurrentActivation),
    };
  }

  override get stateSize(): StateSize {
    return [this.config.filters, this.config.filters];
  }

  override get outputIsState(): boolean {
    return true;
  }

  override initialState(batchSize: number): TensorTree {
    const shape = [batchSize, ...this.#stateShape];
    return [zeros(shape, this.computeDtype), zeros(shape, this.computeDtype)];
  }

  protected override build(inputShape: PartialShape): void {
    const { config } = this;
    const { filters, kernelSize: window } = config;
    const channels = knownSize(inputShape, channelAxis(config.dataFormat));
    this.#stateShape = this.#shapeAfter(inputShape);
    this.kernel = this.weight('kernel', [...window, channels, filters * 4], kernelSettings(config));
    this.recurrentKernel = this.weight(
      'recurrent_kernel',
      [...window, filters, filters * 4],
      recurrentSettings(config),
    );
    if (config.useBias) {
      this.bias = this.weight('bias', [filters * 4], forgetBiasSettings(config));
    }
  }

  /** Sizes of a state without the batch. */
  #shapeAfter(inputShape: PartialShape): Shape {
    const { rank, filters, dataFormat, kernelSize, strides, dilationRate, padding } = this.config;
    const first = dataFormat === 'channels_first';
    const space = range(rank).map((axis) => knownSize(inputShape, axis + (first ? 2 : 1)));
    const { output } = windowsOver('ConvLSTMCell', space, {
      size: kernelSize,
      strides,
      dilation: dilationRate,
      padding,
    });
    return first ? [filters, ...output] : [...output, filters];
  }

  /** Masks for the four gates, for tensors of this shape. */
  #masks(rate: number, shape: Shape, training: boolean): GateMasks {
    if (!training || rate === 0 || rate === 1) return [];
    const seed = this.seedGenerator;
    const masks = drawMasks({ shape, rate, count: 4, dtype: this.computeDtype, seed });
    return masks.map((mask) => this.#channelsLast(mask));
  }

  #channelsLast(x: Tensor): Tensor {
    const { dataFormat, rank } = this.config;
    return dataFormat === 'channels_first' ? moveAxis(x, -rank - 1, -1) : x;
  }

  #asGiven(x: Tensor): Tensor {
    const { dataFormat, rank } = this.config;
    return dataFormat === 'channels_first' ? moveAxis(x, -1, -rank - 1) : x;
  }

  protected override begin(stepShape: Shape, training: boolean): CellRun {
    const { dropout, recurrentDropout, strides, dilationRate, padding } = this.config;
    const kernel = required(this.kernel).value;
    const recurrentKernel = required(this.recurrentKernel).value;
    const bias = this.bias?.value;
    const inputMasks = this.#masks(dropout, stepShape, training);
    const stateShape = [stepShape[0] ?? 1, ...this.#stateShape];
    const stateMasks = this.#masks(recurrentDropout, stateShape, training);
    const given: ConvOptions = { strides, dilation: dilationRate, padding };
    const sameSize: ConvOptions = { padding: 'same' };
    return {
      project: (inputs) => {
        const y = gateConvolution(this.#channelsLast(inputs), kernel, given, inputMasks);
        return bias === undefined ? y : add(y, bias);
      },
      step: (projected, states) => {
        const before = stateList(this, states).map((state) => this.#channelsLast(state));
        const product = gateConvolution(at(before, 0), recurrentKernel, sameSize, stateMasks);
        const sums = split(add(projected, product), 4, -1);
        const [output, after] = lstmStep(sums, at(before, 1), this.#activations);
        return [this.#asGiven(output), mapTree(after, isTensor, (state) => this.#asGiven(state))];
      },
    };
  }

  protected override call(
    [inputs, states]: readonly [inputs: Tensor, states: TensorTree],
    { training }: CallContext,
  ): StepResult {
    const run = this.begin(inputs.shape, training);
    return run.step(run.project(inputs), states);
  }
}
