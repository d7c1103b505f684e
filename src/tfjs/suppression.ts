// tf.image.nonMaxSuppression: the best of boxes that overlap. It walks over values one by one, so
// it reads them; the variants that do not wait need a device whose memory can be seen.
import { at, range } from '../core/sequence.js';
import { asTensor, ShapeError, type Tensor, type TensorLike, tensor } from '../index.js';
import { dataSync } from './environment.js';

/** How boxes are chosen. */
interface Choice {
  readonly count: number;
  /** Boxes that share more than this part of what they cover are the same thing. */
  readonly overlap: number;
  readonly score: number;
  /** Above 0 boxes that overlap lose score instead of being left out (Bodla et al. 2017). */
  readonly sigma: number;
}

/** Boxes with their scores. */
interface Scored {
  readonly boxes: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
}

/** The common part of two boxes [y1, x1, y2, x2] over what they cover together. */
function sharedPart(boxes: ArrayLike<number>, first: number, second: number): number {
  const edges = (box: number, axis: number): readonly [number, number] => {
    const [a, b] = [boxes[4 * box + axis] ?? 0, boxes[4 * box + axis + 2] ?? 0];
    return a < b ? [a, b] : [b, a];
  };
  let [shared, areaA, areaB] = [1, 1, 1];
  for (const axis of [0, 1]) {
    const [[lowA, highA], [lowB, highB]] = [edges(first, axis), edges(second, axis)];
    shared *= Math.max(Math.min(highA, highB) - Math.max(lowA, lowB), 0);
    areaA *= highA - lowA;
    areaB *= highB - lowB;
  }
  return areaA <= 0 || areaB <= 0 ? 0 : shared / (areaA + areaB - shared);
}

interface Chosen {
  readonly indices: number[];
  readonly scores: number[];
}

/** Takes the best box left, weakens or drops what overlaps it, and so on. */
function choose({ boxes, scores }: Scored, choice: Choice): Chosen {
  const left = range(scores.length)
    .map((index) => ({ index, score: scores[index] ?? 0 }))
    .filter(({ score }) => score > choice.score);
  const chosen: Chosen = { indices: [], scores: [] };
  while (chosen.indices.length < choice.count && left.length > 0) {
    left.sort((a, b) => b.score - a.score || a.index - b.index);
    const best = left.shift();
    if (best === undefined) break;
    chosen.indices.push(best.index);
    chosen.scores.push(best.score);
    for (let place = left.length - 1; place >= 0; place--) {
      const other = at(left, place);
      const shared = sharedPart(boxes, best.index, other.index);
      const weight = choice.sigma > 0 ? Math.exp((-0.5 / choice.sigma) * shared * shared) : 1;
      other.score *= weight;
      const isSame = choice.sigma > 0 ? false : shared > choice.overlap;
      if (isSame || other.score <= choice.score) left.splice(place, 1);
    }
  }
  return chosen;
}

function requireBoxes(boxes: Tensor, scores: Tensor): void {
  const fits = boxes.rank === 2 && boxes.shape[1] === 4 && scores.rank === 1;
  if (fits && boxes.shape[0] === scores.shape[0]) return;
  throw new ShapeError({
    where: 'nonMaxSuppression',
    what: 'boxes and scores do not belong together',
    expected: 'boxes [n, 4] and scores [n]',
    received: `${JSON.stringify(boxes.shape)} and ${JSON.stringify(scores.shape)}`,
    fix: 'give one score for each box',
  });
}

async function read(boxes: TensorLike, scores: TensorLike): Promise<Scored> {
  const [corners, given] = [asTensor(boxes), asTensor(scores)];
  requireBoxes(corners, given);
  return { boxes: await corners.data(), scores: await given.data() };
}

function readSync(boxes: TensorLike, scores: TensorLike): Scored {
  const [corners, given] = [asTensor(boxes), asTensor(scores)];
  requireBoxes(corners, given);
  return { boxes: dataSync(corners), scores: dataSync(given) };
}

/** Boxes [n, 4], scores [n], how many at most, how much they may share, the least score. */
type Arguments = readonly [
  boxes: TensorLike,
  scores: TensorLike,
  maxOutputSize: number,
  iouThreshold?: number | undefined,
  scoreThreshold?: number | undefined,
];

function choiceOf([, , count, overlap = 0.5, score = Number.NEGATIVE_INFINITY]: Arguments): Choice {
  return { count, overlap, score, sigma: 0 };
}

/** The indices of the boxes that are kept, best first. */
export function nonMaxSuppression(...args: Arguments): Tensor {
  return tensor(choose(readSync(args[0], args[1]), choiceOf(args)).indices, 'int32');
}

/** `nonMaxSuppression` on every device. */
export async function nonMaxSuppressionAsync(...args: Arguments): Promise<Tensor> {
  return tensor(choose(await read(args[0], args[1]), choiceOf(args)).indices, 'int32');
}

/** Boxes that were kept, and their scores, which `softNmsSigma` may have lowered. */
export interface WithScores {
  readonly selectedIndices: Tensor;
  readonly selectedScores: Tensor;
}

type ScoreArguments = readonly [...Required<Arguments>, sigma?: number] | Arguments;

function withScores(scored: Scored, args: ScoreArguments): WithScores {
  const sigma = args.length === 6 ? (args[5] ?? 0) : 0;
  const [boxes, scores, count, overlap, score] = args;
  const choice = { ...choiceOf([boxes, scores, count, overlap, score]), sigma };
  const chosen = choose(scored, choice);
  return {
    selectedIndices: tensor(chosen.indices, 'int32'),
    selectedScores: tensor(chosen.scores),
  };
}

/** The kept boxes with their scores. */
export function nonMaxSuppressionWithScore(...args: ScoreArguments): WithScores {
  return withScores(readSync(args[0], args[1]), args);
}

/** `nonMaxSuppressionWithScore` on every device. */
export async function nonMaxSuppressionWithScoreAsync(
  ...args: ScoreArguments
): Promise<WithScores> {
  return withScores(await read(args[0], args[1]), args);
}

/** Boxes that were kept, filled with zeros up to the count where asked, and how many are real. */
export interface Padded {
  readonly selectedIndices: Tensor;
  readonly validOutputs: Tensor;
}

type PaddedArguments = readonly [...Required<Arguments>, padToMaxOutputSize?: boolean] | Arguments;

function padded(scored: Scored, args: PaddedArguments): Padded {
  const [boxes, scores, count, overlap, score] = args;
  const { indices } = choose(scored, choiceOf([boxes, scores, count, overlap, score]));
  const fills =
    args.length === 6 && args[5] === true
      ? Math.min(count, scored.scores.length) - indices.length
      : 0;
  return {
    selectedIndices: tensor([...indices, ...range(fills).map(() => 0)], 'int32'),
    validOutputs: tensor(indices.length, 'int32'),
  };
}

/** The kept boxes in a tensor of known size. */
export function nonMaxSuppressionPadded(...args: PaddedArguments): Padded {
  return padded(readSync(args[0], args[1]), args);
}

/** `nonMaxSuppressionPadded` on every device. */
export async function nonMaxSuppressionPaddedAsync(...args: PaddedArguments): Promise<Padded> {
  return padded(await read(args[0], args[1]), args);
}
