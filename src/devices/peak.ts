// The ceiling of this processor in WebAssembly: multiply-adds from registers alone, one thread.
// Figures of matrix products are compared with it.
import { assemble } from '../kernels/emit/wasm-assembler.js';
import { FunctionWriter } from '../kernels/emit/wasm-function.js';
import { NO_RESULT, op } from '../kernels/emit/wasm-opcodes.js';
import { compileOptimised, enableRelaxedSimd } from './v8-flags.js';

/** Chains that do not wait for each other: as many as hide the latency of one multiply-add. */
const CHAINS = 12;
const LANES = 4;
/** Turns of one measurement: a few milliseconds. */
const TURNS = 2_000_000;
const MEASUREMENTS = 20;

/** `run(turns)`: turns times x = x * a + a on each chain; gives a number, so that nothing is idle. */
function multiplyAdds(fused: boolean): Uint8Array<ArrayBuffer> {
  const out = new FunctionWriter({ params: ['i32', 'f32'], results: ['f32'] });
  const factor = out.newLocal('v128');
  const chains = Array.from({ length: CHAINS }, () => out.newLocal('v128'));
  out.get(1).emit(op.f32x4Splat).set(factor);
  out.emit(op.loop).code.byte(NO_RESULT);
  for (const chain of chains) {
    out.get(chain).get(factor);
    if (fused) out.get(factor).emit(op.relaxedMadd).set(chain);
    else out.emit(op.f32x4Mul).get(factor).emit(op.f32x4Add).set(chain);
  }
  out.get(0).i32(1).emit(op.i32Sub).tee(0).emit(op.brIf).code.unsigned(0);
  out.emit(op.end);
  chains.forEach((chain, index) => {
    out.get(chain);
    if (index > 0) out.emit(op.f32x4Add);
  });
  out.emit(op.f32x4ExtractLane).code.byte(0);
  return assemble({
    memory: { shared: false, maximumPages: 1 },
    imports: [],
    functions: [out.finish()],
    globals: 0,
    exports: [{ name: 'run', index: 0 }],
  });
}

/** The best of several measurements, in GFLOP/s. */
export function measurePeak(): number {
  const memory = new WebAssembly.Memory({ initial: 0, maximum: 1 });
  const module = compileOptimised(multiplyAdds(enableRelaxedSimd()));
  const { run } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  if (typeof run !== 'function') return Number.NaN;
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < MEASUREMENTS; turn++) {
    const start = performance.now();
    run(TURNS, 0.5);
    best = Math.min(best, performance.now() - start);
  }
  return (2 * CHAINS * LANES * TURNS) / best / 1e6;
}
