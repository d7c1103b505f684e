// 'accuracy' and 'crossentropy' mean one of three things each; the shapes of the first batch tell.
import { at } from '../core/sequence.js';
import type { Tensor } from '../core/tensor.js';
import type { LossIdentifier } from '../losses/lookup.js';

type Kind = 'binary' | 'sparseCategorical' | 'categorical';

/** Keras's rule: one column is binary; fewer target axes (or one column) are class numbers. */
function kindOf(target: Tensor | undefined, predicted: Tensor | undefined): Kind {
  if (predicted === undefined || predicted.rank === 0) return 'binary';
  const columns = at(predicted.shape, -1);
  if (columns === 1) return 'binary';
  if (target === undefined) return 'categorical';
  const isSparse = target.rank < predicted.rank || target.shape.at(-1) === 1;
  return isSparse ? 'sparseCategorical' : 'categorical';
}

export function isShorthandLoss(identifier: unknown): boolean {
  return identifier === 'crossentropy' || identifier === 'ce';
}

/** The loss that `identifier` means for these shapes. */
export function lossNamed(
  identifier: LossIdentifier,
  target: Tensor | undefined,
  predicted: Tensor | undefined,
): LossIdentifier {
  if (!isShorthandLoss(identifier)) return identifier;
  return `${kindOf(target, predicted)}Crossentropy`;
}

const ENDINGS: Readonly<Record<string, string>> = {
  accuracy: 'Accuracy',
  acc: 'Accuracy',
  crossentropy: 'Crossentropy',
  ce: 'Crossentropy',
};

export function isShorthandMetric(name: string): boolean {
  return Object.hasOwn(ENDINGS, name.toLowerCase());
}

/** The metric that `name` means for these shapes. */
export function metricNamed(
  name: string,
  target: Tensor | undefined,
  predicted: Tensor | undefined,
): string {
  const ending = isShorthandMetric(name) ? ENDINGS[name.toLowerCase()] : undefined;
  return ending === undefined ? name : `${kindOf(target, predicted)}${ending}`;
}
