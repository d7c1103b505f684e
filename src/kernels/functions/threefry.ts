// Threefry-2x32 with 20 rounds: the counter-based generator behind every random number
// (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3; 2011).
import { add, call, literal } from '../ir/build.js';
import type { Expr } from '../ir/expr.js';

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const KEY_PARITY = 0x1bd11bda;
const ROUNDS = 20;

function rotateLeft(x: Expr, distance: number): Expr {
  const left = call('shl', x, literal(x, distance));
  return call('or', left, call('shr', x, literal(x, 32 - distance)));
}

/** Two u32 of random bits for a key and a counter; all arguments are u32 of equal lanes. */
export function threefry2x32(
  key0: Expr,
  key1: Expr,
  counter0: Expr,
  counter1: Expr,
): readonly [Expr, Expr] {
  const key2 = call('xor', call('xor', key0, key1), literal(key0, KEY_PARITY));
  const keys = [key0, key1, key2] as const;
  const keyAt = (index: number): Expr => {
    const place = index % 3;
    return place === 0 ? keys[0] : place === 1 ? keys[1] : keys[2];
  };
  let first = add(counter0, key0);
  let second = add(counter1, key1);
  for (let round = 0; round < ROUNDS; round++) {
    first = add(first, second);
    second = call('xor', rotateLeft(second, ROTATIONS[round % 8] ?? 0), first);
    if (round % 4 !== 3) continue;
    const injection = (round + 1) / 4;
    first = add(first, keyAt(injection));
    second = add(add(second, keyAt(injection + 1)), literal(second, injection));
  }
  return [first, second];
}
