// What this host offers, in words, for people who want to know why something is slow or absent.
import { canShareMemory } from './heap.js';
import { availableThreads } from './host.js';
import { enableRelaxedSimd } from './v8-flags.js';

/** One line of a report: what, how it stands, and what could be done where it is lacking. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly advice?: string;
}

/** A module with one vector instruction: () -> v128. */
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 17,
  11,
]);

function hostFact(): Fact {
  if (typeof process !== 'undefined' && process.versions.node !== undefined) {
    const { node, v8 } = process.versions;
    return { name: 'host', value: `Node ${node}, V8 ${v8}, ${process.platform} ${process.arch}` };
  }
  const agent = typeof navigator === 'undefined' ? 'unknown' : navigator.userAgent;
  return { name: 'host', value: agent };
}

function relaxedFact(): Fact {
  const name = 'relaxed SIMD';
  if (enableRelaxedSimd()) return { name, value: 'yes: multiply-adds are fused' };
  const isOff = typeof process !== 'undefined' && process.env['KERATIN_V8_FLAGS'] === 'off';
  return {
    name,
    value: 'no: products run at about half the speed',
    advice: isOff ? 'unset KERATIN_V8_FLAGS' : 'use a newer Node or browser',
  };
}

function threadsFact(): Fact {
  const name = 'threads';
  const count = availableThreads();
  if (!canShareMemory()) {
    return {
      name,
      value: `1 of ${count}: memory cannot be shared between threads`,
      advice:
        'serve the page with Cross-Origin-Opener-Policy: same-origin and ' +
        'Cross-Origin-Embedder-Policy: require-corp',
    };
  }
  if (count > 1) return { name, value: `${count}` };
  return { name, value: '1: this host runs one thread at a time' };
}

async function memoryFact(): Promise<Fact> {
  const name = 'memory';
  if (typeof process === 'undefined') return { name, value: 'up to 4 GiB for tensors' };
  const { freemem, totalmem } = await import('node:os');
  const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const value = `${gibibytes(freemem())} free of ${gibibytes(totalmem())}; up to 4 GiB for tensors`;
  return { name, value };
}

async function nativeFacts(): Promise<readonly Fact[]> {
  if (typeof process === 'undefined') return [{ name: 'native', value: 'no: browsers have none' }];
  const { describeCache, openNative } = await import('./native.js');
  const runtime = await openNative();
  const native: Fact =
    'absent' in runtime
      ? { name: 'native', value: `no: ${runtime.absent}`, advice: 'npm install koffi, and cc' }
      : { name: 'native', value: `${runtime.description}, for setDevice('native')` };
  return [native, { name: 'native cache', value: describeCache() }];
}

async function gpuFact(): Promise<Fact> {
  const name = 'WebGPU';
  const { openWebgpu } = await import('./webgpu.js');
  const device = await openWebgpu();
  if (!('absent' in device))
    return { name, value: `${device.description}, for setDevice('webgpu')` };
  return { name, value: `no: ${device.absent}` };
}

/** All facts, in the order in which they matter. */
export async function hostFacts(): Promise<readonly Fact[]> {
  return [
    hostFact(),
    { name: 'SIMD', value: WebAssembly.validate(SIMD_PROBE) ? 'yes' : 'no: Keratin needs it' },
    relaxedFact(),
    threadsFact(),
    await memoryFact(),
    ...(await nativeFacts()),
    await gpuFact(),
  ];
}
