// Which preprocessing layers have something to learn from data, and how they do it.
import type { Tensor } from '../../core/tensor.js';
import type { TextArray } from '../../core/text-array.js';
import type { AnyLayer } from '../../layers/layer.js';
import { Discretization } from '../../layers/preprocessing/discretization.js';
import { IntegerLookup } from '../../layers/preprocessing/lookup/integer-lookup.js';
import { StringLookup } from '../../layers/preprocessing/lookup/string-lookup.js';
import { Normalization } from '../../layers/preprocessing/normalization.js';
import { TextVectorization } from '../../layers/preprocessing/text/text-vectorization.js';

/** Learns from batches of a column. */
export type Learner = (batches: Iterable<TextArray | Tensor>) => Promise<void>;

function hasAdapt(layer: object): layer is { adapt: Learner } {
  return 'adapt' in layer && typeof layer.adapt === 'function';
}

/** Whether a layer was given what it would learn. */
function isGiven(layer: AnyLayer): boolean {
  if (layer instanceof Normalization) return layer.config.mean !== null;
  if (layer instanceof Discretization) return layer.config.numBins === null;
  const isLookup = layer instanceof IntegerLookup || layer instanceof StringLookup;
  if (isLookup || layer instanceof TextVectorization) return layer.config.vocabulary !== null;
  return false;
}

/** How a layer learns; undefined where it has nothing to learn. */
export function learnerOf(layer: AnyLayer): Learner | undefined {
  if (!hasAdapt(layer) || isGiven(layer)) return undefined;
  return (batches) => layer.adapt(batches);
}
