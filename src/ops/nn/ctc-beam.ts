// Beam search for CTC: the most probable sequences of labels under frames of class scores, over all
// ways to spell them (Graves 2012, prefix search). Called by ctcDecode.
import { at } from '../../core/sequence.js';
import type { Tensor } from '../../core/tensor.js';
import { add, sub } from '../arithmetic.js';
import { equal, greater, less, logicalAnd, notEqual } from '../comparison.js';
import { asTensor } from '../convert.js';
import { arange, full } from '../create.js';
import { floorDiv, logAddExp, mod } from '../division.js';
import { takeAlongAxis } from '../gather.js';
import { concat } from '../joining.js';
import { matmul } from '../matmul.js';
import { all, max } from '../reductions.js';
import { scan } from '../scan.js';
import { oneHot } from '../scatter.js';
import { broadcastTo, cast, reshape } from '../shaping.js';
import { sliceAxis } from '../slicing.js';
import { topK } from '../sort.js';
import { expandDims, moveAxis, squeeze } from '../views.js';
import { maximum, where } from '../where.js';

/** The logarithm of 0, finite so that differences of two stay numbers. */
const IMPOSSIBLE = -1e30;

/** What the search knows of each sequence of frames: its most probable beginnings. */
type Beam = {
  /** [b, width, frames] labels, -1 behind the last. */
  readonly paths: Tensor;
  /** [b, width] numbers of labels. */
  readonly lengths: Tensor;
  /** [b, width] logarithms of the probability of a path that ends with its last label. */
  readonly onLabel: Tensor;
  /** [b, width] the same with a blank behind the label. */
  readonly onBlank: Tensor;
};

/** How beams are searched. */
export interface BeamSettings {
  readonly maskIndex: number;
  readonly beamWidth: number;
  readonly topPaths: number;
}

/** Row `places` [b, n] of each of [b, rows, ...]. */
function rowsAt(x: Tensor, places: Tensor): Tensor {
  if (x.rank === 2) return takeAlongAxis(x, places);
  const shape = [...places.shape, at(x.shape, 2)];
  return takeAlongAxis(x, broadcastTo(expandDims(places, -1), shape), { axis: 1 });
}

/** Beams after the first frame, whose classes each begin a path. */
function firstBeam(scores: Tensor, frames: number, settings: BeamSettings): Beam {
  const { beamWidth, maskIndex } = settings;
  const [batch, classes] = [at(scores.shape, 0), at(scores.shape, 1)];
  const count = Math.min(classes, beamWidth);
  const { values, indices } = topK(scores, count);
  const isBlank = equal(indices, maskIndex);
  // Slots that no class fills stay impossible.
  const filled = (x: Tensor, value: number): Tensor =>
    count === beamWidth ? x : concat([x, full([batch, beamWidth - count], value, x.dtype)], 1);
  const first = filled(where(isBlank, -1, cast(indices, 'int32')), -1);
  const rest = full([batch, beamWidth, frames - 1], -1, 'int32');
  return {
    paths: concat([expandDims(first, -1), rest], -1),
    lengths: cast(notEqual(first, -1), 'int32'),
    onLabel: filled(where(isBlank, IMPOSSIBLE, values), IMPOSSIBLE),
    onBlank: filled(where(isBlank, values, IMPOSSIBLE), IMPOSSIBLE),
  };
}

/** Whether path q is path p with one more label: [b, p, q]. */
function extensions({ paths, lengths }: Beam): Tensor {
  const last = expandDims(sub(lengths, 1), -1);
  const parents = where(equal(arange(0, at(paths.shape, 2)), last), -1, paths);
  const isSame = all(equal(expandDims(paths, 2), expandDims(parents, 1)), { axis: -1 });
  return logicalAnd(isSame, expandDims(greater(lengths, 0), 1));
}

/** Beams after one more frame of scores [b, classes]. */
function nextBeam(beam: Beam, scores: Tensor, settings: BeamSettings): Beam {
  const { beamWidth: width, maskIndex } = settings;
  const { paths, lengths, onLabel, onBlank } = beam;
  const [batch, classes] = [at(scores.shape, 0), at(scores.shape, 1)];
  const either = logAddExp(onLabel, onBlank);
  const place = expandDims(maximum(sub(lengths, 1), 0), -1);
  const tails = squeeze(takeAlongAxis(paths, place), -1);
  const known = maximum(tails, 0);
  // One more label: the last one again needs a blank between.
  const numbers = arange(0, classes);
  const from = where(
    equal(numbers, expandDims(tails, -1)),
    expandDims(onBlank, -1),
    expandDims(either, -1),
  );
  const longer = add(from, expandDims(scores, 1));
  // A path that is in the beam already takes what its beginning gives it.
  const isExtension = extensions(beam);
  const shape = [batch, width, width];
  const given = takeAlongAxis(longer, broadcastTo(expandDims(known, 1), shape));
  const inherited = max(where(isExtension, given, IMPOSSIBLE), { axis: 1 });
  const again = where(greater(lengths, 0), add(onLabel, takeAlongAxis(scores, known)), IMPOSSIBLE);
  const stayLabel = logAddExp(again, inherited);
  const stayBlank = add(either, sliceAxis(scores, 1, maskIndex, 1));
  const taken = matmul(cast(isExtension, 'float32'), oneHot(tails, classes));
  const isNew = logicalAnd(less(taken, 0.5), notEqual(numbers, maskIndex));
  const fresh = reshape(where(isNew, longer, IMPOSSIBLE), [batch, width * classes]);
  const candidates = concat([logAddExp(stayLabel, stayBlank), fresh], 1);
  const { values, indices } = topK(candidates, width);
  const stays = less(indices, width);
  const beyond = maximum(sub(indices, width), 0);
  const parent = where(stays, indices, floorDiv(beyond, classes));
  const label = where(stays, -1, mod(beyond, classes));
  const old = rowsAt(lengths, parent);
  const isEnd = equal(arange(0, at(paths.shape, 2)), expandDims(old, -1));
  return {
    paths: where(isEnd, expandDims(label, -1), rowsAt(paths, parent)),
    lengths: where(stays, old, add(old, 1)),
    onLabel: where(stays, rowsAt(stayLabel, parent), values),
    onBlank: where(stays, rowsAt(stayBlank, parent), IMPOSSIBLE),
  };
}

/** The beam of sequences that go on, and the old one of those that have ended. */
function kept(goesOn: Tensor, next: Beam, beam: Beam): Beam {
  const isOn = expandDims(goesOn, -1);
  return {
    paths: where(expandDims(isOn, -1), next.paths, beam.paths),
    lengths: where(isOn, next.lengths, beam.lengths),
    onLabel: where(isOn, next.onLabel, beam.onLabel),
    onBlank: where(isOn, next.onBlank, beam.onBlank),
  };
}

/**
 * The best paths [topPaths, b, frames] of logarithms of probabilities [b, frames, classes] and
 * lengths [b], and the logarithms of their probabilities [b, topPaths]; the first frame counts
 * whatever the length.
 */
export function beamSearch(scores: Tensor, lengths: Tensor, settings: BeamSettings) {
  const frames = at(scores.shape, 1);
  const byFrame = moveAxis(scores, 1, 0);
  let beam = firstBeam(squeeze(sliceAxis(byFrame, 0, 0, 1), 0), frames, settings);
  if (frames > 1) {
    const goesOn = less(expandDims(arange(1, frames), -1), expandDims(lengths, 0));
    const inputs = { frame: sliceAxis(byFrame, 0, 1, frames - 1), isOn: goesOn };
    const [last] = scan(
      (before: Beam, { frame, isOn }: { frame: Tensor; isOn: Tensor }) =>
        [kept(isOn, nextBeam(before, frame, settings), before), {}] as const,
      beam,
      inputs,
    );
    beam = last;
  }
  const { values, indices } = topK(logAddExp(beam.onLabel, beam.onBlank), settings.topPaths);
  const isPossible = greater(values, IMPOSSIBLE / 2);
  const paths = where(expandDims(isPossible, -1), rowsAt(beam.paths, indices), -1);
  const found = where(isPossible, values, asTensor(Number.NEGATIVE_INFINITY, values.dtype));
  return { paths: moveAxis(paths, 1, 0), scores: found };
}
