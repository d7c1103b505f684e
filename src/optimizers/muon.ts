// Muon (Jordan et al. 2024): momentum of matrices made orthogonal by Newton and Schulz's iteration;
// all other weights follow AdamW. Scaling: Liu et al. 2025 ("Moonlight"). Rules as in Keras 3.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import type { Plain } from '../core/op.js';
import { type PathPattern, pathPattern } from '../core/path-pattern.js';
import type { Tensor } from '../core/tensor.js';
import type { Variable } from '../core/variable.js';
import { add, div, matmul, mul, sqrt, square, sub, sum, swapAxes } from '../ops/index.js';
import { adamStepSize, adamUpdate } from '../ops/optimizer-updates.js';
import { Optimizer, type UpdateCall } from './optimizer.js';
import { OPTIMIZER_OPTIONS, type OptimizerOptions } from './options.js';
import type { SlotDefinition } from './slots.js';

/** Options of {@link Muon}. */
export interface MuonOptions extends OptimizerOptions {
  /** Default 0.9. */
  readonly adamBeta1?: number;
  /** Default 0.999. */
  readonly adamBeta2?: number;
  /** Decay of the weights that follow Adam; default 0.004. */
  readonly adamWeightDecay?: number | null;
  /** Default 1e-7. */
  readonly epsilon?: number;
  /** Parts of paths (regular expressions) of weights that follow Adam; default none. */
  readonly excludeLayers?: readonly string[] | null;
  /** Whether embeddings follow Adam; default true. */
  readonly excludeEmbeddings?: boolean;
  /** Coefficients of the iteration; default 3.4445, −4.775 and 2.0315. */
  readonly muonA?: number;
  readonly muonB?: number;
  readonly muonC?: number;
  /** Learning rate of Adam in relation to that of Muon; default 1. */
  readonly adamLrRatio?: number;
  /** Default 0.95. */
  readonly momentum?: number;
  /** Steps of the iteration; default 5. */
  readonly nsSteps?: number;
  /** Default true. */
  readonly nesterov?: boolean;
  /** Scale of the update: `rmsRate · √max(rows, columns)`; default 0.2. */
  readonly rmsRate?: number | null;
}

/** Orthogonal steps for matrices, AdamW for the rest. */
export class Muon extends Optimizer {
  static override readonly className = 'Muon';
  static override readonly optionNames: KnownOptions = {
    ...OPTIMIZER_OPTIONS,
    adamBeta1: true,
    adamBeta2: true,
    adamWeightDecay: true,
    epsilon: true,
    excludeLayers: true,
    excludeEmbeddings: true,
    muonA: true,
    muonB: true,
    muonC: true,
    adamLrRatio: true,
    momentum: true,
    nsSteps: true,
    nesterov: true,
    rmsRate: true,
  } satisfies OptionNames<MuonOptions>;
  readonly options: Required<Omit<MuonOptions, keyof OptimizerOptions>>;
  readonly #excluded: readonly PathPattern[];

  constructor(options: MuonOptions = {}) {
    super(
      { ...options, weightDecay: options.weightDecay === undefined ? 0.004 : options.weightDecay },
      { name: 'muon', learningRate: 0.001 },
    );
    const given = options;
    this.options = {
      adamBeta1: given.adamBeta1 ?? 0.9,
      adamBeta2: given.adamBeta2 ?? 0.999,
      adamWeightDecay: given.adamWeightDecay === undefined ? 0.004 : given.adamWeightDecay,
      epsilon: given.epsilon ?? 1e-7,
      excludeLayers: given.excludeLayers ?? [],
      excludeEmbeddings: given.excludeEmbeddings ?? true,
      muonA: given.muonA ?? 3.4445,
      muonB: given.muonB ?? -4.775,
      muonC: given.muonC ?? 2.0315,
      adamLrRatio: given.adamLrRatio ?? 1,
      momentum: given.momentum ?? 0.95,
      nsSteps: given.nsSteps ?? 5,
      nesterov: given.nesterov ?? true,
      rmsRate: given.rmsRate === undefined ? 0.2 : given.rmsRate,
    };
    const excluded = this.options.excludeLayers ?? [];
    this.#excluded = excluded.map((part) => pathPattern(`Muon "${this.name}"`, part));
  }

  #followsAdam({ shape, path }: Variable): boolean {
    const { excludeEmbeddings } = this.options;
    if (shape.length !== 2) return true;
    if (excludeEmbeddings && path.toLowerCase().includes('embedding')) return true;
    return this.#excluded.some((part) => part.isIn(path));
  }

  protected override weightDecayOf(variable: Variable): number | null {
    return this.#followsAdam(variable) ? this.options.adamWeightDecay : this.settings.weightDecay;
  }

  protected override slotsFor(variable: Variable): readonly SlotDefinition[] {
    const momentum = { name: 'momentum' };
    return this.#followsAdam(variable) ? [momentum, { name: 'velocity' }] : [momentum];
  }

  protected override prepare(rate: Tensor, iterations: Tensor): readonly Tensor[] {
    const { adamBeta1: beta1, adamBeta2: beta2, adamLrRatio } = this.options;
    const adamRate = adamLrRatio === 1 ? rate : mul(rate, adamLrRatio);
    return [adamStepSize(adamRate, iterations, { beta1, beta2 })];
  }

  protected override update(call: UpdateCall): readonly Tensor[] {
    const { adamBeta1: beta1, adamBeta2: beta2, epsilon, momentum, nesterov } = this.options;
    const { value, slots, gradient, rate, shared } = call;
    if (slots.length === 2) {
      const [alpha = rate] = shared;
      const inputs = { value, slots, gradient, rate: alpha };
      return adamUpdate(inputs, { beta1, beta2, epsilon });
    }
    const [old = gradient] = slots;
    const next = add(mul(old, momentum), gradient);
    const direction = nesterov ? add(gradient, mul(next, momentum)) : next;
    const step = this.#scaled(this.#orthogonal(direction));
    return [sub(value, mul(step, rate)), next];
  }

  #scaled(step: Tensor): Tensor {
    const { rmsRate } = this.options;
    return rmsRate === null ? step : mul(step, Math.sqrt(Math.max(...step.shape)) * rmsRate);
  }

  /** About U·Vᵀ of the singular value decomposition U·S·Vᵀ, by products alone. */
  #orthogonal(matrix: Tensor): Tensor {
    const { muonA, muonB, muonC, nsSteps } = this.options;
    const [rows = 1, columns = 1] = matrix.shape;
    const isTall = rows > columns;
    let x = isTall ? swapAxes(matrix, 0, 1) : matrix;
    x = div(x, add(sqrt(sum(square(x))), 1e-7));
    for (let step = 0; step < nsSteps; step++) {
      const gram = matmul(x, swapAxes(x, 0, 1));
      const mixed = add(mul(gram, muonB), mul(matmul(gram, gram), muonC));
      x = add(mul(x, muonA), matmul(mixed, x));
    }
    return isTall ? swapAxes(x, 0, 1) : x;
  }

  override getConfig(): Record<string, Plain> {
    return { ...super.getConfig(), ...this.options };
  }
}
