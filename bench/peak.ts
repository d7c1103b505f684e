// The ceilings that figures are compared with, measured in the same run: multiply-adds from
// registers alone, and the copying of a large buffer. The WebAssembly is assembled here by hand.

import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Candidate } from './harness/measure.js';

export interface Peak {
  /** All threads together, 128-bit vectors, GFLOP/s. */
  readonly gflops: number;
  readonly instruction: 'relaxed_madd' | 'mul+add';
  /** Bytes read plus bytes written per second, GB/s. */
  readonly copyGBs: number;
}

type Bytes = readonly number[];

const ACCUMULATORS = 12;
const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;

const simd = (opcode: number): Bytes => [0xfd, ...unsigned(opcode)];
const get = (local: number): Bytes => [0x20, local];
const set = (local: number): Bytes => [0x21, local];

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

const sized = (body: Bytes): Bytes => [...unsigned(body.length), ...body];
const section = (id: number, body: Bytes): Bytes => [id, ...sized(body)];

interface Body {
  readonly parameters: Bytes;
  readonly results: Bytes;
  readonly locals: Bytes;
  readonly code: Bytes;
  /** Whether it imports the memory `e.m`. */
  readonly memory: boolean;
}

/** A module of one exported function `f`. */
function moduleOf({ parameters, results, locals, code, memory }: Body): Uint8Array {
  const importMemory = [1, 1, 0x65, 1, 0x6d, 0x02, 0x00, 0x01];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, ...sized(parameters), ...sized(results)]),
    ...(memory ? section(2, importMemory) : []),
    ...section(3, [1, 0]),
    ...section(7, [1, 1, 0x66, 0, 0]),
    ...section(10, [1, ...sized([...locals, ...code, 0x0b])]),
  ]);
}

/** f(count, a, b): `count` rounds of acc = acc * a + b on every accumulator; returns their sum. */
function multiplyAddModule(fused: boolean): Uint8Array {
  const [count, a, b, vectorA, vectorB, first] = [0, 1, 2, 3, 4, 5];
  const accumulators = Array.from({ length: ACCUMULATORS }, (_, i) => first + i);
  const step = (acc: number): Bytes =>
    fused
      ? [...get(acc), ...get(vectorA), ...get(vectorB), ...simd(0x105), ...set(acc)]
      : [...get(acc), ...get(vectorA), ...simd(0xe6), ...get(vectorB), ...simd(0xe4), ...set(acc)];
  const code = [
    ...[...get(a), ...simd(0x13), ...set(vectorA), ...get(b), ...simd(0x13), ...set(vectorB)],
    ...[0x03, 0x40],
    ...accumulators.flatMap(step),
    ...[...get(count), 0x41, 1, 0x6b, 0x22, count, 0x0d, 0],
    0x0b,
    ...accumulators.flatMap((acc, i) => [...get(acc), ...(i > 0 ? simd(0xe4) : [])]),
    ...[...simd(0x1f), 0],
  ];
  const locals = [1, ACCUMULATORS + 2, V128];
  return moduleOf({ parameters: [I32, F32, F32], results: [F32], locals, code, memory: false });
}

/** f(to, from, bytes): copies 64 bytes a round. */
function copyModule(): Uint8Array {
  const [to, from, bytes] = [0, 1, 2];
  const one = (offset: number): Bytes => [
    ...[...get(to), ...get(from), ...simd(0), 4, ...unsigned(offset)],
    ...[...simd(11), 4, ...unsigned(offset)],
  ];
  const advance = (local: number): Bytes => [...get(local), 0x41, 0xc0, 0, 0x6a, ...set(local)];
  const code = [
    ...[0x03, 0x40],
    ...[0, 16, 32, 48].flatMap(one),
    ...advance(to),
    ...advance(from),
    ...[...get(bytes), 0x41, 0xc0, 0, 0x6b, 0x22, bytes, 0x0d, 0],
    0x0b,
  ];
  return moduleOf({ parameters: [I32, I32, I32], results: [], locals: [0], code, memory: true });
}

/** Node 20 has relaxed SIMD behind a flag; the flag is gone where the feature is standard. */
export function allowRelaxedSimd(): boolean {
  const probe = new Uint8Array(multiplyAddModule(true));
  if (WebAssembly.validate(probe)) return true;
  setFlagsFromString('--experimental-wasm-relaxed-simd');
  return WebAssembly.validate(probe);
}

type Numeric = (...values: number[]) => number;

function instantiate(bytes: Uint8Array, memory?: WebAssembly.Memory): Numeric {
  const imports = memory === undefined ? {} : { e: { m: memory } };
  const found = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)), imports)
    .exports.f;
  if (typeof found !== 'function') throw new Error('The peak module exports no function.');
  return (...values) => Number(found(...values));
}

/** Work that sets a ceiling, to be timed in the same rounds as what is compared with it. */
export interface Ceiling {
  readonly candidate: Candidate;
  /** The ceiling in its unit, from the milliseconds of one run. */
  value(milliseconds: number): number;
}

/** Rounds of the multiply-add loop in one run: about three milliseconds. */
const ROUNDS = 2_000_000;

/** What a helper does: each time the first number rises it runs the loop and counts itself in. */
const HELPER = `
const { workerData: { bytes, control, rounds } } = require('node:worker_threads');
const { f } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
for (let seen = 0; ; seen++) {
  Atomics.wait(control, 0, seen);
  f(rounds, 0.5, 0.25);
  Atomics.add(control, 1, 1);
  Atomics.notify(control, 1);
}`;

/** Starts helpers that run the loop together with this thread; the function makes them begin. */
function helpers(count: number, bytes: Uint8Array): { begin(): void; finish(): void } {
  const control = new Int32Array(new SharedArrayBuffer(8));
  for (let i = 0; i < count; i += 1) {
    const workerData = { bytes, control, rounds: ROUNDS };
    new Worker(HELPER, { eval: true, workerData }).unref();
  }
  return {
    begin() {
      Atomics.store(control, 1, 0);
      Atomics.add(control, 0, 1);
      Atomics.notify(control, 0);
    },
    finish() {
      for (let done = 0; done < count; done = Atomics.load(control, 1)) {
        Atomics.wait(control, 1, done, 1000);
      }
    },
  };
}

/** GFLOP/s of so many cores from registers alone. */
export function multiplyAddCeiling(threads = 1): Ceiling {
  const bytes = multiplyAddModule(allowRelaxedSimd());
  const loop = instantiate(bytes);
  const others = threads > 1 ? helpers(threads - 1, bytes) : undefined;
  return {
    candidate: {
      name: 'peak',
      run() {
        others?.begin();
        loop(ROUNDS, 0.5, 0.25);
        others?.finish();
      },
    },
    value: (milliseconds) => (threads * ROUNDS * ACCUMULATORS * 8) / milliseconds / 1e6,
  };
}

/** GB/s of copying 128 MB to another 128 MB, read plus written. */
export function copyCeiling(): Ceiling {
  const half = 128 * 1024 * 1024;
  const memory = new WebAssembly.Memory({ initial: (2 * half) / 65536 });
  new Uint8Array(memory.buffer).fill(1);
  const copy = instantiate(copyModule(), memory);
  return {
    candidate: { name: 'copy', run: () => void copy(half, 0, half) },
    value: (milliseconds) => (2 * half) / milliseconds / 1e6,
  };
}

/** Measures both ceilings at their best; about two seconds. */
export function measurePeak(threads = 1): Peak {
  const best = ({ candidate, value }: Ceiling): number => {
    let fastest = 0;
    const until = performance.now() + 1000;
    while (performance.now() < until) {
      const start = performance.now();
      void candidate.run();
      fastest = Math.max(fastest, value(performance.now() - start));
    }
    return fastest;
  };
  const instruction = allowRelaxedSimd() ? 'relaxed_madd' : 'mul+add';
  return { gflops: best(multiplyAddCeiling(threads)), instruction, copyGBs: best(copyCeiling()) };
}
