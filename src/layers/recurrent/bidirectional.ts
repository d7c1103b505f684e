// Bidirectional: a recurrent layer over a sequence from both ends, and what comes of merging them.
import { ArgumentError } from '../../core/errors.js';
import { at } from '../../core/sequence.js';
import { isTensor, type Tensor } from '../../core/tensor.js';
import { flattenTree, isList } from '../../core/tree.js';
import { add, cast, concat, div, flip, mul } from '../../ops/index.js';
import { type CallContext, flatMasks, type MaskTree } from '../call-context.js';
import { Layer } from '../layer.js';
import { type LayerOptions, type Resolved, withDefaults } from '../options.js';
import type { ShapeTree, TensorTree } from '../symbolic.js';
import { copyLayer } from './copy-layer.js';
import type { SequenceOptions } from './options.js';
import { RecurrentLayer, stepMask } from './recurrent-layer.js';

/** How the outputs of both directions become one; null gives both. */
export type MergeMode = 'concat' | 'sum' | 'mul' | 'ave' | null;

/** What a wrapper asks of a recurrent layer. */
type Repeating = Pick<
  RecurrentLayer<Resolved<SequenceOptions>>,
  'goBackwards' | 'resetState' | 'returnSequences' | 'returnState' | 'stateful'
>;

/** A recurrent layer of any options; `Out` is what it gives back. */
export type Recurrent<Out extends TensorTree = TensorTree> = Layer<Resolved<SequenceOptions>, Out> &
  Repeating;

/** Options of {@link Bidirectional}. */
export interface BidirectionalOptions<Wrapped extends Recurrent = Recurrent> extends LayerOptions {
  /** The layer for the way forwards: it is copied, with fresh weights. */
  readonly layer: Wrapped;
  /** Default `concat`: side by side in the last axis. */
  readonly mergeMode?: MergeMode;
  /**
   * The layer for the way back: it is copied too. Default: a copy of `layer` that goes the other
   * way.
   */
  readonly backwardLayer?: Wrapped | null;
}

type Config = Resolved<BidirectionalOptions> & { readonly backwardLayer: Recurrent };

const MERGES: Readonly<Record<string, (forward: Tensor, backward: Tensor) => Tensor>> = {
  concat: (forward, backward) => concat([forward, backward], -1),
  sum: add,
  mul,
  ave: (forward, backward) => div(add(forward, backward), 2),
};

function refuse(what: string, expected: string, received: string, fix: string): ArgumentError {
  return new ArgumentError({ where: 'Bidirectional', what, expected, received, fix });
}

function requireRecurrent(option: string, layer: unknown): void {
  if (layer instanceof RecurrentLayer) return;
  const received = layer instanceof Layer ? layer.className : typeof layer;
  const fix = 'wrap layers.lstm, layers.gru, layers.rnn or another recurrent layer';
  throw refuse(`${option} is no recurrent layer`, 'a recurrent layer', received, fix);
}

/** `lstm` and `forward_lstm` both become `forward_lstm`. */
function prefixed(prefix: string, name: string): string {
  return name.startsWith(prefix) ? name : `${prefix}${name}`;
}

/** Masked steps give zeros where all outputs are merged, since the layers pass them at other times. */
function zeroing(layer: Recurrent): object {
  return { zeroOutputForMask: layer.returnSequences };
}

function requireMatch(forward: Recurrent, backward: Recurrent): void {
  if (forward.goBackwards === backward.goBackwards) {
    const fix = 'make backwardLayer with goBackwards: true';
    throw refuse('both layers go the same way', 'one of each', 'two of one', fix);
  }
  for (const option of ['stateful', 'returnSequences', 'returnState'] as const) {
    if (forward[option] === backward[option]) continue;
    const received = `${option}: ${forward[option]} and ${backward[option]}`;
    throw refuse('the layers differ', `one ${option} for both`, received, 'make them agree');
  }
}

function configOf(options: BidirectionalOptions): Config {
  const defaults = { mergeMode: 'concat', backwardLayer: null } as const;
  const config = withDefaults('Bidirectional', defaults, ['layer'], options);
  const { layer, backwardLayer = null, mergeMode } = config;
  requireRecurrent('layer', layer);
  if (backwardLayer !== null) requireRecurrent('backwardLayer', backwardLayer);
  if (mergeMode !== null && !Object.hasOwn(MERGES, String(mergeMode))) {
    const known = `${Object.keys(MERGES).join(', ')} or null`;
    throw refuse('mergeMode is not known', known, `"${mergeMode}"`, 'use one of these');
  }
  const forward = copyLayer(layer, {
    name: prefixed('forward_', layer.name),
    ...zeroing(layer),
  });
  const backward =
    backwardLayer === null
      ? copyLayer(layer, {
          name: prefixed('backward_', layer.name),
          goBackwards: true,
          ...zeroing(layer),
        })
      : copyLayer(backwardLayer, zeroing(backwardLayer));
  requireMatch(forward, backward);
  return { ...config, mergeMode: mergeMode ?? null, layer: forward, backwardLayer: backward };
}

/**
 * A recurrent layer over `[batch, steps, ...]` from both ends (Schuster & Paliwal 1997). Outputs
 * are merged step by step; with `returnState` the states of the forward layer follow, then those of
 * the backward layer. Where all outputs are given back, those of masked steps are 0. `initialState`
 * has the states of the forward layer first. The weights are those of both layers.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const both = layers.bidirectional({ layer: layers.lstm({ units: 3, returnSequences: true }) });
 * console.log(both.apply(layers.input({ shape: [5, 4] })).shape); // [ null, 5, 6 ]
 * ```
 */
export class Bidirectional<Out extends TensorTree = Tensor> extends Layer<Config, Out> {
  static readonly className = 'Bidirectional';
  static readonly kerasModule = 'keras.layers';
  override supportsMasking = true;
  override readonly takesMask = true;
  /** Whether a mask that the inputs carry counts next to given states: not in Keras. */
  keepsMask = false;
  readonly forwardLayer: Recurrent;
  readonly backwardLayer: Recurrent;

  constructor(options: BidirectionalOptions) {
    super(configOf(options));
    this.forwardLayer = this.config.layer;
    this.backwardLayer = this.config.backwardLayer;
    this.inputSpec = this.forwardLayer.inputSpec;
  }

  /** Makes the states of stateful layers zeros again. */
  resetState(): void {
    this.forwardLayer.resetState();
    this.backwardLayer.resetState();
  }

  /** The name that TensorFlow.js gives `resetState`. */
  resetStates(): void {
    this.resetState();
  }

  protected override build(inputShape: ShapeTree): void {
    this.forwardLayer.ensureBuilt(inputShape);
    this.backwardLayer.ensureBuilt(inputShape);
  }

  protected override computeMask(
    _inputs: TensorTree,
    mask: MaskTree | undefined,
  ): MaskTree | undefined {
    if (!this.forwardLayer.returnSequences) return undefined;
    const first = flatMasks(mask)[0] ?? null;
    return this.config.mergeMode === null ? [first, first] : [first];
  }

  protected override call(x: Tensor, context: CallContext): Out {
    const [forwardState, backwardState] = halves(context.initialState);
    const { training } = context;
    const mask = stepMask(x, context, this.keepsMask) ?? null;
    const forward = this.forwardLayer.apply(x, { training, mask, initialState: forwardState });
    const backward = this.backwardLayer.apply(x, { training, mask, initialState: backwardState });
    const [y, ...states] = listOf(forward);
    const [reversed, ...backwardStates] = listOf(backward);
    const merged = this.#merge(y, reversed);
    const results: TensorTree = this.forwardLayer.returnState
      ? [...listOf(merged), ...states, ...backwardStates]
      : merged;
    // `Out` is the type that the options say: a tensor, or a list that begins with it.
    return results as Out;
  }

  /** Both outputs in the order of the inputs' steps, merged; or both of them. */
  #merge(forward: TensorTree | undefined, backward: TensorTree | undefined): TensorTree {
    const y = cast(tensorIn(forward), this.computeDtype);
    const reversed = cast(tensorIn(backward), this.computeDtype);
    const other = this.forwardLayer.returnSequences ? flip(reversed, 1) : reversed;
    const merge = MERGES[String(this.config.mergeMode)];
    return merge === undefined ? [y, other] : merge(y, other);
  }
}

function tensorIn(tree: TensorTree | undefined): Tensor {
  return at(flattenTree(tree, isTensor), 0);
}

function listOf(tree: TensorTree): readonly TensorTree[] {
  return isList(tree) ? tree : [tree];
}

/** The states of the forward layer, then those of the backward layer. */
function halves(states: unknown): readonly [unknown, unknown] {
  if (!isList(states)) return [null, null];
  const half = Math.floor(states.length / 2);
  return [states.slice(0, half), states.slice(half)];
}
