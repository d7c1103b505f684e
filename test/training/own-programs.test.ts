// Programs with layers, losses and callbacks of their own, as in Keras (tools/oracle/own_programs.py).
import { describe, expect, it } from 'vitest';
import {
  type CallContext,
  callbacks,
  Layer,
  type LossParts,
  layers,
  losses,
  Model,
  metrics,
  ops,
  optimizers,
  Sequential,
  Tensor,
} from '../../src/index.js';
import {
  arrayOf,
  expectHistory,
  expectLogs,
  expectWeights,
  programsOf,
  short,
  start,
} from './program-checks.js';

const programOf = programsOf('own-programs.json');

class Encoder extends Model<[mean: Tensor, spread: Tensor]> {
  private readonly hidden = layers.dense({ units: 5, activation: 'tanh' });
  private readonly mean = layers.dense({ units: 2 });
  private readonly spread = layers.dense({ units: 2 });

  override call(x: Tensor): [Tensor, Tensor] {
    const hidden = this.hidden.apply(x);
    return [this.mean.apply(hidden), this.spread.apply(hidden)];
  }
}

/** A variational one, whose noise is part of the data; `beta` says how much the divergence counts. */
class Autoencoder extends Model {
  private readonly encoder = new Encoder();
  private readonly decoder = new Sequential([
    layers.dense({ units: 5, activation: 'relu' }),
    layers.dense({ units: 4, activation: 'sigmoid' }),
  ]);
  readonly beta = this.weight('beta', [], { initializer: 'zeros', trainable: false });

  override call([x, noise]: readonly [Tensor, Tensor]): Tensor {
    const [mean, spread] = this.encoder.apply(x);
    const inside = spread.add(1).sub(mean.square()).sub(spread.exp());
    this.addLoss(this.beta.value.mul(inside.sum(-1).mean().mul(-0.5)));
    return this.decoder.apply(spread.mul(0.5).exp().mul(noise).add(mean));
  }
}

class Annealing extends callbacks.Callback<Autoencoder> {
  onEpochBegin(epoch: number): void {
    this.model?.beta.assign(ops.asTensor(Math.min(1, epoch / 2)));
  }
}

/** The two most likely experts count; a loss keeps the load even. */
class Mixture extends Layer<{ count: number; units: number }> {
  private readonly gate = layers.dense({ units: this.config.count, useBias: false });
  private readonly experts = Array.from({ length: this.config.count }, () =>
    layers.dense({ units: this.config.units, activation: 'relu' }),
  );

  override call(x: Tensor, { training }: CallContext): Tensor {
    const { count } = this.config;
    const chances = this.gate.apply(x).softmax();
    const chosen = ops.oneHot(ops.topK(chances, 2).indices, count).sum(1);
    const shares = chances.mul(chosen);
    if (training) this.addLoss(chances.mean(0).mul(chosen.mean(0)).sum().mul(count).mul(0.1));
    const each = ops.stack(
      this.experts.map((expert) => expert.apply(x)),
      1,
    );
    return each.mul(shares.div(shares.sum(-1, true)).expandDims(-1)).sum(1);
  }
}

class MixtureModel extends Model {
  private readonly first = new Mixture({ count: 4, units: 4 });
  private readonly second = new Mixture({ count: 3, units: 4 });
  private readonly last = layers.dense({ units: 3 });

  override call(x: Tensor): Tensor {
    return this.last.apply(this.second.apply(this.first.apply(x)));
  }
}

type Findings = { readonly size: Tensor; readonly kind: Tensor };

/** Learns how much each of its two losses counts (Kendall et al. 2018). */
class Weighing extends Model<Findings> {
  private readonly hidden = layers.dense({ units: 5, activation: 'swish' });
  private readonly size = layers.dense({ units: 1 });
  private readonly kind = layers.dense({ units: 1 });
  private readonly doubts = this.weight('doubts', [2], { initializer: 'zeros' });

  override call(x: Tensor): Findings {
    const hidden = this.hidden.apply(x);
    return { size: this.size.apply(hidden), kind: this.kind.apply(hidden) };
  }

  override computeLoss({ y, yPred }: LossParts<Tensor, Findings, Findings>): Tensor {
    const doubts = this.doubts.value;
    const trust = doubts.neg().exp();
    const size = y.size.sub(yPred.size).square().mean().mul(trust.getItem(0));
    const kinds = losses.binaryCrossentropy(y.kind, yPred.kind, { fromLogits: true });
    return size.add(kinds.mean().mul(trust.getItem(1))).add(doubts.sum());
  }
}

/** A block of a transformer that hands its mask to the attention inside. */
class Block extends Layer {
  private readonly attention = layers.multiHeadAttention({
    numHeads: 2,
    keyDim: 2,
    useBias: false,
  });
  private readonly first = layers.layerNormalization();
  private readonly second = layers.layerNormalization();
  private readonly wide = layers.dense({ units: 6, activation: 'gelu' });
  private readonly narrow = layers.dense({ units: 4 });
  override supportsMasking = true;

  override call(x: Tensor, { mask }: CallContext): Tensor {
    const near = mask instanceof Tensor ? { attentionMask: mask.expandDims(1) } : {};
    const hidden = this.first.apply(x.add(this.attention.apply([x, x], near)));
    return this.second.apply(hidden.add(this.narrow.apply(this.wide.apply(hidden))));
  }
}

describe('programs with parts of their own, as in Keras', () => {
  it('an autoencoder whose divergence counts more from epoch to epoch', async () => {
    const program = programOf('annealed_autoencoder');
    const model = new Autoencoder();
    const [x, noise] = [arrayOf(program, 'x'), arrayOf(program, 'noise')];
    model.apply([x, noise]);
    start(model, program);
    const optimizer = new optimizers.Adam({ learningRate: 0.01 });
    model.compile({ optimizer, loss: 'binary_crossentropy', metrics: ['mae'] });
    const { history } = await model.fit([x, noise], x, {
      ...short,
      batchSize: 4,
      epochs: 3,
      callbacks: [new Annealing()],
      validationData: [[x, noise], x],
    });
    expectHistory(history, program.history);
    await expectWeights(model, program.after);
    expectLogs(await model.evaluate([x, noise], x, { verbose: 0 }), program.logs?.[0] ?? {});
  });

  it('a mixture of experts with a loss of the layers for an even load', async () => {
    const program = programOf('mixture_of_experts');
    const model = new MixtureModel();
    const [x, y] = [arrayOf(program, 'x'), arrayOf(program, 'y')];
    model.apply(x);
    start(model, program);
    model.compile({
      optimizer: new optimizers.Lion({ learningRate: 0.01 }),
      loss: new losses.SparseCategoricalCrossentropy({ fromLogits: true, ignoreClass: 2 }),
      metrics: ['sparse_categorical_accuracy'],
    });
    const options = { ...short, batchSize: 6, epochs: 2, validationData: [x, y] } as const;
    expectHistory((await model.fit(x, y, options)).history, program.history);
    await expectWeights(model, program.after);
  });

  it('a loss of the model that learns the weights of two', async () => {
    const program = programOf('learnt_loss_weights');
    const model = new Weighing();
    const x = arrayOf(program, 'x');
    model.apply(x);
    start(model, program);
    const accuracy = new metrics.BinaryAccuracy({ threshold: 0, name: 'accuracy' });
    const auc = new metrics.AUC({ fromLogits: true, name: 'auc' });
    model.compile({
      optimizer: new optimizers.Nadam({ learningRate: 0.01 }),
      metrics: { size: ['mae'], kind: [accuracy, auc] },
    });
    const y = { size: arrayOf(program, 'size'), kind: arrayOf(program, 'kind') };
    const options = { ...short, batchSize: 3, epochs: 2, validationSplit: 0.25 };
    expectHistory((await model.fit(x, y, options)).history, program.history);
    await expectWeights(model, program.after);
  });

  it('a classifier of texts with padding, smoothed labels, class weights and a warm-up', async () => {
    const program = programOf('text_classifier');
    const ids = layers.input({ shape: [5], dtype: 'int32' });
    const embedded = layers.embedding({ inputDim: 7, outputDim: 4, maskZero: true }).apply(ids);
    const hidden = new Block().apply(new Block().apply(embedded));
    const pooled = layers.globalAveragePooling1d().apply(hidden);
    const outputs = layers.dense({ units: 3, activation: 'softmax' }).apply(pooled);
    const model = start(new Model({ inputs: ids, outputs }), program);
    const learningRate = new optimizers.schedules.CosineDecay({
      initialLearningRate: 0,
      decaySteps: 8,
      alpha: 0.1,
      warmupTarget: 0.05,
      warmupSteps: 3,
    });
    const settings = { learningRate, weightDecay: 0.01, clipnorm: 0.5, epsilon: 1e-3 };
    const optimizer = new optimizers.AdamW(settings);
    optimizer.excludeFromWeightDecay(['bias', 'gamma', 'beta']);
    model.compile({
      optimizer,
      loss: new losses.CategoricalCrossentropy({ labelSmoothing: 0.1 }),
      metrics: ['accuracy', new metrics.F1Score({ average: 'macro', name: 'f1' })],
    });
    const stop = { monitor: 'val_loss', patience: 1, restoreBestWeights: true };
    const { history } = await model.fit(arrayOf(program, 'x'), arrayOf(program, 'y'), {
      ...short,
      batchSize: 4,
      epochs: 4,
      validationSplit: 0.25,
      classWeight: { 0: 1, 1: 2, 2: 0.5 },
      callbacks: [new callbacks.EarlyStopping(stop)],
    });
    expectHistory(history, program.history);
    expect(history.loss).toHaveLength(2);
    await expectWeights(model, program.after);
  });
});
