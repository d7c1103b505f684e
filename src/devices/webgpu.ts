// The GPU device: WGSL programs over WebGPU, in browsers and in Node (package `webgpu`, Dawn).
// Work is recorded into one encoder and submitted when somebody reads, writes or waits.
import type { Block, DeviceMemory, Executable } from '../core/device.js';
import { KeratinError, StateError } from '../core/errors.js';
import { at } from '../core/sequence.js';
import type { Sequence, SequenceDevice, SequenceStep } from '../core/sequence-device.js';
import type { Loops } from '../kernels/ir/loops.js';
import type { Target } from '../kernels/schedule/target.js';
import { WebgpuProgram } from './webgpu-program.js';
import { WebgpuSequence } from './webgpu-sequence.js';

/** Why there is no GPU device. */
export interface WebgpuAbsent {
  readonly absent: string;
}

/** Limits that kernels can use more of than WebGPU promises everywhere. */
const WANTED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupStorageSize',
] as const;

/** Bytes of the ring that parameters of recorded programs lie in. */
const PARAM_BYTES = 1 << 16;
/** Offsets into uniform buffers must be multiples of this on every adapter. */
const PARAM_STEP = 256;

export class GpuBlock implements Block {
  constructor(
    readonly buffer: GPUBuffer,
    readonly bytes: number,
    readonly id: number,
  ) {}
}

/** Block sizes: powers of two and the steps of a quarter between, so that blocks are reused. */
function sizeClass(bytes: number): number {
  if (bytes <= 256) return 256;
  const quarter = 2 ** (Math.floor(Math.log2(bytes - 1)) - 2);
  return Math.ceil(bytes / quarter) * quarter;
}

export class WebgpuDevice implements SequenceDevice {
  readonly name = 'webgpu';
  readonly runsLoops = false;
  readonly #free = new Map<number, GpuBlock[]>();
  readonly #params: GPUBuffer;
  #paramEnd = 0;
  #encoder: GPUCommandEncoder | undefined;
  #pass: GPUComputePassEncoder | undefined;
  #fault: string | undefined;
  #nextId = 0;
  #blocks = 0;
  #bytes = 0;
  #peakBytes = 0;

  constructor(
    readonly gpu: GPUDevice,
    readonly target: Target,
    /** For people: vendor and model of the adapter. */
    readonly description: string,
  ) {
    this.#params = gpu.createBuffer({
      size: PARAM_BYTES,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    gpu.addEventListener('uncapturederror', (event) => {
      this.#fault ??= event.error.message;
    });
    void gpu.lost.then((info) => {
      this.#fault ??= `the GPU was lost (${info.reason}): ${info.message}`;
    });
  }

  alloc(bytes: number): GpuBlock {
    const size = sizeClass(bytes);
    const block = this.#free.get(size)?.pop() ?? this.#create(size);
    this.#blocks += 1;
    this.#bytes += size;
    this.#peakBytes = Math.max(this.#peakBytes, this.#bytes);
    return block;
  }

  /** Keeps the memory for the next block of its size: recorded work may still use it. */
  free(block: Block): void {
    const own = this.own(block);
    const list = this.#free.get(own.bytes);
    if (list === undefined) this.#free.set(own.bytes, [own]);
    else list.push(own);
    this.#blocks -= 1;
    this.#bytes -= own.bytes;
  }

  write(block: Block, bytes: Uint8Array): void {
    const { buffer } = this.own(block);
    this.flush();
    const whole = bytes.length & ~3;
    if (whole > 0) {
      this.gpu.queue.writeBuffer(buffer, 0, Uint8Array.from(bytes.subarray(0, whole)));
    }
    if (whole === bytes.length) return;
    const rest = new Uint8Array(4);
    rest.set(bytes.subarray(whole));
    this.gpu.queue.writeBuffer(buffer, whole, rest);
  }

  async read(block: Block, byteLength: number): Promise<Uint8Array> {
    const { buffer } = this.own(block);
    if (byteLength === 0) return new Uint8Array(0);
    const size = Math.ceil(byteLength / 4) * 4;
    const staging = this.gpu.createBuffer({
      size,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    this.#closePass().copyBufferToBuffer(buffer, 0, staging, 0, size);
    this.flush();
    await staging.mapAsync(GPUMapMode.READ);
    const result = new Uint8Array(staging.getMappedRange()).slice(0, byteLength);
    staging.destroy();
    this.#check();
    return result;
  }

  load(program: Loops): Executable {
    return new WebgpuProgram(this, program);
  }

  run(executable: Executable, buffers: readonly Block[], params: readonly number[]): void {
    if (!(executable instanceof WebgpuProgram)) throw this.#foreign('program');
    executable.record(
      buffers.map((block) => ({ block: this.own(block), offset: 0 })),
      params,
    );
  }

  loadSequence(steps: readonly SequenceStep[]): Sequence {
    return new WebgpuSequence(this, steps);
  }

  copy(from: Block, fromByte: number, to: Block, bytes: number): void {
    const [source, target] = [this.own(from).buffer, this.own(to).buffer];
    // Blocks end at whole words, so the last word of a copy always fits.
    this.#closePass().copyBufferToBuffer(source, fromByte, target, 0, Math.ceil(bytes / 4) * 4);
  }

  async sync(): Promise<void> {
    this.flush();
    await this.gpu.queue.onSubmittedWorkDone();
    this.#check();
  }

  memory(): DeviceMemory {
    return { blocks: this.#blocks, bytes: this.#bytes, peakBytes: this.#peakBytes };
  }

  /** The pass that programs record into. */
  pass(): GPUComputePassEncoder {
    this.#encoder ??= this.gpu.createCommandEncoder();
    this.#pass ??= this.#encoder.beginComputePass();
    return this.#pass;
  }

  /** Puts parameters where recorded programs find them; returns their offset. */
  putParams(params: Int32Array<ArrayBuffer>): number {
    const size = Math.ceil(params.byteLength / PARAM_STEP) * PARAM_STEP;
    if (this.#paramEnd + size > PARAM_BYTES) {
      // Later writes of the queue come after the work submitted now.
      this.flush();
      this.#paramEnd = 0;
    }
    const offset = this.#paramEnd;
    this.#paramEnd += size;
    this.gpu.queue.writeBuffer(this.#params, offset, params);
    return offset;
  }

  get params(): GPUBuffer {
    return this.#params;
  }

  /** Submits what was recorded. */
  flush(): void {
    if (this.#encoder === undefined) return;
    const encoder = this.#closePass();
    this.#encoder = undefined;
    this.gpu.queue.submit([encoder.finish()]);
  }

  /** Gives everything back; the device cannot be used afterwards. */
  destroy(): void {
    this.gpu.destroy();
  }

  #closePass(): GPUCommandEncoder {
    this.#pass?.end();
    this.#pass = undefined;
    this.#encoder ??= this.gpu.createCommandEncoder();
    return this.#encoder;
  }

  #create(size: number): GpuBlock {
    const { COPY_DST, COPY_SRC, STORAGE } = GPUBufferUsage;
    const buffer = this.gpu.createBuffer({ size, usage: STORAGE | COPY_DST | COPY_SRC });
    return new GpuBlock(buffer, size, this.#nextId++);
  }

  #check(): void {
    if (this.#fault === undefined) return;
    throw new StateError({
      where: 'device webgpu',
      what: 'the GPU reported a fault',
      received: this.#fault.slice(0, 2000),
      fix: "run the same code on the CPU with setDevice('cpu'), and report the message",
    });
  }

  /** The block as this device's own; throws for others. */
  own(block: Block): GpuBlock {
    if (!(block instanceof GpuBlock)) throw this.#foreign('block');
    return block;
  }

  #foreign(what: string): KeratinError {
    return new KeratinError({ where: 'device webgpu', what: `a ${what} of another device` });
  }
}

/** Held for the life of the process: Dawn's devices outlive this object only on paper. */
let dawnInstance: GPU | undefined;

/** The browser's WebGPU, or that of the optional package `webgpu`. */
async function findGpu(): Promise<GPU | WebgpuAbsent> {
  if (typeof navigator !== 'undefined' && 'gpu' in navigator) return navigator.gpu;
  try {
    const dawn = await import('webgpu');
    Object.assign(globalThis, dawn.globals);
    dawnInstance ??= dawn.create([]);
    return dawnInstance;
  } catch {
    return { absent: 'there is no navigator.gpu, and the package webgpu is not installed' };
  }
}

async function open(): Promise<WebgpuDevice | WebgpuAbsent> {
  const gpu = await findGpu();
  if ('absent' in gpu) return gpu;
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) return { absent: 'WebGPU finds no adapter (no GPU, or no driver for it)' };
  const requiredLimits: Record<string, number> = {};
  for (const limit of WANTED_LIMITS) requiredLimits[limit] = adapter.limits[limit];
  const device = await adapter.requestDevice({ requiredLimits });
  const invocations = at([device.limits.maxComputeInvocationsPerWorkgroup], 0);
  const target: Target = {
    name: 'webgpu',
    kind: 'gpu',
    lanes: 1,
    fusedMultiplyAdd: true,
    tiles: [{ rows: 4, vectors: 4, rate: 1 }],
    threads: 1,
    cacheBytes: device.limits.maxComputeWorkgroupStorageSize,
    workgroupSize: Math.min(256, invocations),
  };
  const { vendor, architecture, device: model, description } = adapter.info;
  const words = [vendor, architecture, model, description].filter((word) => word !== '');
  return new WebgpuDevice(device, target, words.join(' '));
}

/** The GPU device of this host, or why there is none; never throws. */
export function openWebgpu(): Promise<WebgpuDevice | WebgpuAbsent> {
  return open().catch((error: unknown) => ({ absent: String(error) }));
}
