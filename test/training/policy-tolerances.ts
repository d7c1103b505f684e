// How close training under each dtype policy must come to real Keras.

/**
 * Relative and absolute: float32 as everywhere; 16 bits a few of their steps (2^-10 and 2^-7), since
 * Keras's backend adds in another order and rounds elsewhere.
 */
export const TOLERANCES: Readonly<Record<string, readonly [number, number]>> = {
  float32: [1e-5, 1e-6],
  mixed_float16: [2e-3, 1e-3],
  float16: [4e-3, 4e-3],
  mixed_bfloat16: [1.6e-2, 8e-3],
  bfloat16: [3.2e-2, 3.2e-2],
};
