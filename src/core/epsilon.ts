// Keras's fuzz factor, below ops, losses, metrics and layers alike.
import { ArgumentError } from './errors.js';

let fuzz = 1e-7;

/** What keeps logarithms and divisions finite where no option says otherwise. */
export function currentEpsilon(): number {
  return fuzz;
}

/** Sets {@link currentEpsilon}. */
export function setEpsilon(value: number): void {
  if (!(Number.isFinite(value) && value > 0)) {
    throw new ArgumentError({
      where: 'setEpsilon',
      what: 'epsilon is no small number',
      expected: 'a number above 0, such as 1e-7',
      received: String(value),
      fix: 'write setEpsilon(1e-7) for the default',
    });
  }
  fuzz = value;
}
