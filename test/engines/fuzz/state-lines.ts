// Lines of random programs with a memory: variables that the step assigns, and random numbers.
import { random as draws, type Tensor } from '../../../src/index.js';
import { below, isFloats, type Line, pick, pickOf } from './choosing.js';

const isFilledFloats = (x: Tensor): boolean => isFloats(x) && x.size > 0;

/** Moves a variable by what was computed; what comes later sees the new value. */
export const assignment: Line = (random, made, { variables, mayAssign }) => {
  const x = pickOf(random, made, (one) => isFilledFloats(one) && one.dtype === 'float32');
  if (x === undefined) return undefined;
  const variable = pick(random, variables);
  const before = variable.value;
  if (mayAssign && random() < 0.7) {
    variable.assign(before.mul(0.5).add(x.tanh().mean().mul(0.3)));
  }
  return random() < 0.5 ? variable.value.mul(1) : before.mean().add(x);
};

/** Numbers from a fixed seed, or from a stream that moves on with every draw. */
export const draw: Line = (random, made, { seeds, mayAssign }) => {
  const x = pickOf(random, made, isFilledFloats);
  if (x === undefined) return undefined;
  const seed = mayAssign && random() < 0.5 ? seeds : below(random, 1000);
  const kind = below(random, 4);
  if (kind === 0) return draws.uniform(x.shape, { seed }).mul(x);
  if (kind === 1) return draws.normal(x.shape, { seed }).mul(0.3).add(x);
  if (kind === 2) return draws.randint(x.shape, { min: -9, max: 9, seed });
  return draws.dropout(x, 0.4, { seed });
};
