// Run-time switches of V8 that Node lets a program set. Browsers have none of this.
// They are process-wide, so each is set only round our own compilations (docs/design.md).

interface V8Module {
  setFlagsFromString(flag: string): void;
}

function isV8Module(value: unknown): value is V8Module {
  return typeof value === 'object' && value !== null && 'setFlagsFromString' in value;
}

/** Node's `v8` module, where there is one and KERATIN_V8_FLAGS is not `off`. */
export function v8Module(): V8Module | undefined {
  if (typeof process === 'undefined' || process.env['KERATIN_V8_FLAGS'] === 'off') return undefined;
  const found: unknown = process.getBuiltinModule?.('node:v8');
  return isV8Module(found) ? found : undefined;
}

/** V8's major version; 0 outside of Node. */
function v8Version(): number {
  return typeof process === 'undefined' ? 0 : Number.parseInt(process.versions.v8 ?? '0', 10);
}

/** A module that uses f32x4.relaxed_madd: () -> v128 = madd(0, 0, 0). */
const RELAXED_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0, 65, 0, 253, 17,
  65, 0, 253, 17, 65, 0, 253, 17, 253, 133, 2, 11,
]);

/** The last V8 that has relaxed SIMD only behind a flag (Node 20). */
const LAST_WITH_RELAXED_FLAG = 11;
/** The first V8 that inlines WebAssembly functions by default. */
const FIRST_WITH_INLINING = 13;

/**
 * Whether fused multiply-add may be used. V8 of Node 20 has it behind a flag that can be set at
 * run time; KERATIN_V8_FLAGS=off leaves all flags alone.
 */
export function enableRelaxedSimd(): boolean {
  if (WebAssembly.validate(RELAXED_PROBE)) return true;
  if (v8Version() !== LAST_WITH_RELAXED_FLAG) return false;
  v8Module()?.setFlagsFromString('--experimental-wasm-relaxed-simd');
  return WebAssembly.validate(RELAXED_PROBE);
}

/**
 * Compiles with the optimising compiler at once where the host lets us ask for it. Otherwise a
 * kernel would run its first calls in baseline code, several times slower.
 */
export function compileOptimised(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  const v8 = v8Module();
  if (v8 === undefined) return new WebAssembly.Module(bytes);
  const flags = ['liftoff', 'wasm-lazy-compilation'];
  // Inlining decides by call counts that only baseline code collects; without them V8 aborts.
  if (v8Version() >= FIRST_WITH_INLINING) flags.push('wasm-inlining');
  for (const flag of flags) v8.setFlagsFromString(`--no-${flag}`);
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    for (const flag of flags) v8.setFlagsFromString(`--${flag}`);
  }
}
