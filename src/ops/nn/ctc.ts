// Connectionist temporal classification (Graves et al. 2006): the probability of a sequence of
// labels under frames of class scores, and the labels that frames most likely mean.
import { checkOptions, type OptionNames } from '../../core/arguments.js';
import { ArgumentError, ShapeError, unknownName } from '../../core/errors.js';
import { spellingFree } from '../../core/names.js';
import { at, range } from '../../core/sequence.js';
import { formatShape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { argMax } from '../arg-reductions.js';
import { add, mul, neg } from '../arithmetic.js';
import { equal, greaterEqual, less, logicalAnd, notEqual } from '../comparison.js';
import { asTensor, type TensorLike, tensorOf } from '../convert.js';
import { arange } from '../create.js';
import { logAddExp } from '../division.js';
import { indexTensor, takeAlongAxis } from '../gather.js';
import { concat, stack } from '../joining.js';
import { floatOf } from '../kernel-values.js';
import { max } from '../reductions.js';
import { scan } from '../scan.js';
import { broadcastTo, cast, reshape, sum } from '../shaping.js';
import { sliceAxis } from '../slicing.js';
import { logSoftmax } from '../softmax.js';
import { argsort } from '../sort.js';
import { expandDims, moveAxis, squeeze } from '../views.js';
import { where } from '../where.js';
import { beamSearch } from './ctc-beam.js';

/** The logarithm of a probability that counts as 0, as in Keras. */
const IMPOSSIBLE = -1e5;

function requireFrames(where: string, frames: Tensor, labels?: Tensor): void {
  const fits = labels === undefined || (labels.rank === 2 && labels.shape[0] === frames.shape[0]);
  if (frames.rank === 3 && fits) return;
  throw new ShapeError({
    where,
    what: 'frames and labels do not fit',
    expected: 'scores [batch, frames, classes] and labels [batch, labels]',
    received: [frames, labels].map((one) => (one ? formatShape(one.shape) : '')).join(' '),
    fix: 'give one row of labels for each sequence of frames',
  });
}

/** Labels with the blank between, before and behind them: [b, 2 n + 1]. */
function withBlanks(labels: Tensor, blank: number): Tensor {
  const [batch, count] = [at(labels.shape, 0), at(labels.shape, 1)];
  const blanks = broadcastTo(tensorOf(blank, 'int32'), [batch, count]);
  const pairs = reshape(stack([blanks, labels], 2), [batch, 2 * count]);
  return concat([pairs, sliceAxis(blanks, 1, 0, 1)], 1);
}

/** x [b, n] moved `by` places to the right; impossible numbers come in. */
function shifted(x: Tensor, by: number): Tensor {
  const [batch, count] = [at(x.shape, 0), at(x.shape, 1)];
  const front = broadcastTo(cast(IMPOSSIBLE, x.dtype), [batch, by]);
  return concat([front, sliceAxis(x, 1, 0, count - by)], 1);
}

/** Which options the CTC functions share. */
export interface CtcOptions {
  /** The class that means no label; 0 by default. */
  readonly maskIndex?: number | undefined;
}

const CTC_OPTIONS: OptionNames<CtcOptions> = { maskIndex: true };

/**
 * -log of the probability that frames of scores `output` [batch, frames, classes] (logits) spell
 * the labels `target` [batch, labels], by the lengths of both: one number for each sequence.
 *
 * @example
 * ```ts
 * import { ctcLoss, zeros } from 'keratin';
 * const loss = ctcLoss([[1]], zeros([1, 1, 2]), [1], [1]);
 * console.log((await loss.item()).toFixed(4)); // 0.6931
 * ```
 */
export function ctcLoss(
  target: TensorLike,
  output: TensorLike,
  targetLength: TensorLike,
  outputLength: TensorLike,
  options: CtcOptions = {},
): Tensor {
  checkOptions('ctcLoss', options, CTC_OPTIONS);
  const labels = cast(indexTensor('ctcLoss', target), 'int32');
  const frames = asTensor(output);
  requireFrames('ctcLoss', frames, labels);
  const states = withBlanks(labels, options.maskIndex ?? 0);
  const [batch, count] = [at(states.shape, 0), at(states.shape, 1)];
  const steps = at(frames.shape, 1);
  const places = broadcastTo(expandDims(states, 1), [batch, steps, count]);
  const scores = moveAxis(takeAlongAxis(logSoftmax(frames), places), 1, 0);
  // A label may follow another label without a blank, unless they are the same.
  const odd = tensorOf(
    range(count).map((place) => place % 2),
    'int32',
    [1, count],
  );
  const before = concat(
    [sliceAxis(states, 1, 0, Math.min(2, count)), sliceAxis(states, 1, 0, Math.max(0, count - 2))],
    1,
  );
  const mayJump = logicalAnd(equal(odd, 1), notEqual(states, before));
  const isFirst = tensorOf(
    range(count).map((place) => (place === 0 ? 0 : IMPOSSIBLE)),
    frames.dtype,
    [1, count],
  );
  const frameNumbers = expandDims(arange(0, steps, 1, 'int32'), 1);
  const isInside = less(frameNumbers, reshape(indexTensor('ctcLoss', outputLength), [1, batch]));
  // Before the first frame everything stands in front of the first blank.
  const init = broadcastTo(isFirst, [batch, count]);
  const [last] = scan(
    (state: Tensor, { score, inside, start }: { score: Tensor; inside: Tensor; start: Tensor }) => {
      const stay = logAddExp(state, shifted(state, 1));
      const jumped = where(mayJump, shifted(state, 2), IMPOSSIBLE);
      const moved = where(start, logAddExp(state, shifted(state, 1)), logAddExp(stay, jumped));
      const next = add(moved, score);
      const kept = where(expandDims(inside, -1), next, state);
      return [kept, {}] as const;
    },
    init,
    { score: scores, inside: isInside, start: equal(arange(0, steps, 1, 'int32'), 0) },
  );
  return neg(ending(last, cast(indexTensor('ctcLoss', targetLength), 'int32')));
}

/** The probability of having spelt all labels: at the last label or the blank behind it. */
function ending(state: Tensor, lengths: Tensor): Tensor {
  const place = expandDims(mul(lengths, 2), -1);
  const onBlank = takeAlongAxis(state, place);
  const onLabel = takeAlongAxis(state, where(less(place, 1), 0, add(place, -1)));
  const both = where(less(place, 1), onBlank, logAddExp(onBlank, onLabel));
  return squeeze(both, -1);
}

/** How labels are read off frames. */
export interface CtcDecodeOptions extends CtcOptions {
  /**
   * `greedy` (default) takes the best class of each frame; `beamSearch` looks for the labels that
   * are most probable over all ways to spell them.
   */
  readonly strategy?: 'greedy' | 'beamSearch' | 'beam_search' | undefined;
  /** How many beginnings a beam search keeps (default 100). */
  readonly beamWidth?: number | undefined;
  /** How many paths a beam search gives, at most `beamWidth` (default 1). */
  readonly topPaths?: number | undefined;
  /**
   * Whether the same label in neighbouring frames counts once (default true). As in Keras, a beam
   * search always counts it once.
   */
  readonly mergeRepeated?: boolean | undefined;
}

const CTC_DECODE_OPTIONS: OptionNames<CtcDecodeOptions> = {
  strategy: true,
  beamWidth: true,
  topPaths: true,
  mergeRepeated: true,
  maskIndex: true,
};

/** Labels read off frames. */
export interface CtcDecoded {
  /** [paths, batch, frames] labels in order, with -1 behind the last; the greedy path alone is one. */
  readonly paths: Tensor;
  /**
   * Greedy: [batch, 1], minus the sum of the chosen scores. Beam search: [batch, paths], logarithms
   * of the probabilities of the paths, best first; -Infinity where there are fewer paths.
   */
  readonly scores: Tensor;
}

/**
 * The labels that frames [batch, frames, classes] (logits) most likely mean, without repetitions and
 * blanks. A beam search counts the first frame whatever the lengths, as in Keras.
 *
 * @throws ArgumentError where there are no frames, or more paths than beams are asked for.
 * @example
 * ```ts
 * import { ctcDecode } from 'keratin';
 * const frames = [[[0, 9], [0, 9], [9, 0], [0, 9]]];
 * const { paths } = ctcDecode(frames, [4]);
 * console.log(await paths.array()); // [ [ [ 1, 1, -1, -1 ] ] ]
 * const best = ctcDecode(frames, [4], { strategy: 'beamSearch', topPaths: 2 });
 * console.log(await best.paths.array()); // [ [ [ 1, 1, -1, -1 ] ], [ [ 1, -1, -1, -1 ] ] ]
 * ```
 */
export function ctcDecode(
  inputs: TensorLike,
  sequenceLengths: TensorLike,
  options: CtcDecodeOptions = {},
): CtcDecoded {
  checkOptions('ctcDecode', options, CTC_DECODE_OPTIONS);
  const frames = asTensor(inputs);
  requireFrames('ctcDecode', frames);
  if (at(frames.shape, 1) === 0) {
    throw new ArgumentError({
      where: 'ctcDecode',
      what: 'there are no frames',
      received: formatShape(frames.shape),
      fix: 'give at least one frame',
    });
  }
  const lengths = indexTensor('ctcDecode', sequenceLengths);
  const { strategy = 'greedy', maskIndex = 0, beamWidth = 100, topPaths = 1 } = options;
  if (strategy === 'greedy') return greedy(frames, lengths, options);
  if (spellingFree(strategy) !== 'beamsearch') {
    throw unknownName('strategy', strategy, ['greedy', 'beamSearch'], 'ctcDecode');
  }
  if (
    !(
      Number.isInteger(beamWidth) &&
      Number.isInteger(topPaths) &&
      topPaths > 0 &&
      topPaths <= beamWidth
    )
  ) {
    throw new ArgumentError({
      where: 'ctcDecode',
      what: 'a beam holds as many paths as it is wide',
      expected: 'whole numbers with 0 < topPaths <= beamWidth',
      received: `topPaths ${topPaths}, beamWidth ${beamWidth}`,
      fix: 'raise beamWidth or lower topPaths',
    });
  }
  const scores = logSoftmax(cast(frames, floatOf(frames.dtype)));
  return beamSearch(scores, lengths, { maskIndex, beamWidth, topPaths });
}

/** The best class of each frame, without repetitions and blanks. */
function greedy(frames: Tensor, sequenceLengths: Tensor, options: CtcDecodeOptions): CtcDecoded {
  const { maskIndex = 0, mergeRepeated = true } = options;
  const [batch, steps] = [at(frames.shape, 0), at(frames.shape, 1)];
  const numbers = arange(0, steps, 1, 'int32');
  const lengths = expandDims(sequenceLengths, -1);
  const isBehind = greaterEqual(numbers, lengths);
  const classes = where(isBehind, maskIndex, argMax(frames, { axis: -1 }));
  const scores = sum(where(isBehind, 0, max(frames, { axis: -1 })), { axis: 1, keepDims: true });
  const before = concat(
    [broadcastTo(tensorOf(-1, 'int32'), [batch, 1]), sliceAxis(classes, 1, 0, steps - 1)],
    1,
  );
  const single = mergeRepeated ? where(equal(classes, before), maskIndex, classes) : classes;
  const isBlank = equal(single, maskIndex);
  // Labels keep their order; blanks move behind them.
  const order = argsort(where(isBlank, steps, broadcastTo(numbers, [batch, steps])));
  const paths = takeAlongAxis(where(isBlank, -1, single), order);
  return { paths: expandDims(paths, 0), scores: neg(scores) };
}
