// One program on the GPU: its pipelines, bind groups and scratch. Between emit/wgsl.ts and webgpu.ts.
import type { Executable } from '../core/device.js';
import { at } from '../core/sequence.js';
import { emitWgsl, gridOf, type WgslSource } from '../kernels/emit/wgsl.js';
import { evaluateInteger } from '../kernels/ir/evaluate-integer.js';
import { type BufferRef, storageBytes } from '../kernels/ir/expr.js';
import type { Loops } from '../kernels/ir/loops.js';
import type { GpuBlock, WebgpuDevice } from './webgpu.js';

/** Bind groups kept before the table is emptied. */
const MOST_BIND_GROUPS = 256;

/** Part of a block: from `offset` on. */
export interface GpuRange {
  readonly block: GpuBlock;
  readonly offset: number;
}

/** A program compiled for one way in which its buffers share memory. */
interface Variant {
  readonly wgsl: WgslSource;
  readonly pipelines: readonly GPUComputePipeline[];
  readonly layout: GPUBindGroupLayout;
  readonly params: GPUBindGroup | undefined;
  readonly bindGroups: Map<string, GPUBindGroup>;
}

export class WebgpuProgram implements Executable {
  readonly name: string;
  readonly #variants = new Map<string, Variant>();
  readonly #scratch: readonly BufferRef[];

  constructor(
    private readonly device: WebgpuDevice,
    private readonly program: Loops,
  ) {
    this.name = program.name;
    this.#scratch = program.buffers.filter(({ space }) => space === 'scratch');
    // Faults of the program show when it is loaded, not when it first runs.
    this.#variant([]);
  }

  /** Records the passes of the program. */
  record(buffers: readonly GpuRange[], params: readonly number[]): void {
    const scratch = this.#scratch.map(({ length, storage }) => {
      const elements = length === undefined ? 0 : evaluateInteger(length, params);
      return this.device.alloc(elements * storageBytes(storage));
    });
    const all = [...buffers, ...scratch.map((block) => ({ block, offset: 0 }))];
    const sameAs = all.map(({ block, offset }) =>
      all.findIndex((other) => other.block === block && other.offset === offset),
    );
    const variant = this.#variant(sameAs.every((first, index) => first === index) ? [] : sameAs);
    const { wgsl } = variant;
    let offset: number | undefined;
    if (wgsl.paramBytes > 0) {
      const numbers = new Int32Array(wgsl.paramBytes / 4);
      numbers.set(params.slice(0, numbers.length));
      offset = this.device.putParams(numbers);
    }
    const pass = this.device.pass();
    pass.setBindGroup(0, this.#bindGroup(variant, all));
    if (offset !== undefined && variant.params !== undefined) {
      pass.setBindGroup(1, variant.params, [offset]);
    }
    for (const [index, { groups }] of wgsl.passes.entries()) {
      const count = groups(params);
      if (count === 0) continue;
      pass.setPipeline(at(variant.pipelines, index));
      pass.dispatchWorkgroups(...gridOf(count));
    }
    // Whoever takes this memory next is recorded later, and so runs later.
    for (const block of scratch) this.device.free(block);
  }

  #variant(sameAs: readonly number[]): Variant {
    const key = sameAs.join();
    const known = this.#variants.get(key);
    if (known !== undefined) return known;
    const wgsl = emitWgsl(this.program, sameAs);
    const { gpu } = this.device;
    const layout = gpu.createBindGroupLayout({
      entries: wgsl.bindings.map((_, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: 'storage' },
      })),
    });
    const uniform = gpu.createBindGroupLayout({
      entries: [
        {
          binding: 0,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: 'uniform', hasDynamicOffset: true },
        },
      ],
    });
    const withParams = wgsl.paramBytes > 0;
    const pipelineLayout = gpu.createPipelineLayout({
      bindGroupLayouts: withParams ? [layout, uniform] : [layout],
    });
    const module = gpu.createShaderModule({ code: wgsl.source, label: this.name });
    const pipelines = wgsl.passes.map(({ entryPoint }) =>
      gpu.createComputePipeline({
        layout: pipelineLayout,
        compute: { module, entryPoint },
        label: this.name,
      }),
    );
    const resource = { buffer: this.device.params, size: wgsl.paramBytes };
    const params = withParams
      ? gpu.createBindGroup({ layout: uniform, entries: [{ binding: 0, resource }] })
      : undefined;
    const variant: Variant = { wgsl, pipelines, layout, params, bindGroups: new Map() };
    this.#variants.set(key, variant);
    return variant;
  }

  #bindGroup(variant: Variant, all: readonly GpuRange[]): GPUBindGroup {
    const bound = variant.wgsl.bindings.map((position) => at(all, position));
    const key = bound.map(({ block, offset }) => `${block.id}+${offset}`).join();
    const known = variant.bindGroups.get(key);
    if (known !== undefined) return known;
    if (variant.bindGroups.size >= MOST_BIND_GROUPS) variant.bindGroups.clear();
    const group = this.device.gpu.createBindGroup({
      layout: variant.layout,
      entries: bound.map((range, binding) => ({ binding, resource: resourceOf(range, bound) })),
    });
    variant.bindGroups.set(key, group);
    return group;
  }
}

/** Bindings of one dispatch must not overlap: each ends where the next in its block begins. */
function resourceOf({ block, offset }: GpuRange, bound: readonly GpuRange[]): GPUBufferBinding {
  const later = bound.filter((other) => other.block === block && other.offset > offset);
  const end = later.reduce((least, other) => Math.min(least, other.offset), block.bytes);
  return { buffer: block.buffer, offset, size: end - offset };
}
