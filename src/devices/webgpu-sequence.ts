// Whole steps on the GPU: the dispatches of all kernels, recorded one after another.
import type { Block } from '../core/device.js';
import { at } from '../core/sequence.js';
import {
  type BufferPlace,
  kernelsOf,
  type Sequence,
  type SequenceStep,
} from '../core/sequence-device.js';
import { structuralHash } from '../kernels/ir/hash.js';
import type { WebgpuDevice } from './webgpu.js';
import { type GpuRange, WebgpuProgram } from './webgpu-program.js';

interface Call {
  readonly program: WebgpuProgram;
  readonly places: readonly BufferPlace[];
}

export class WebgpuSequence implements Sequence {
  readonly #calls: readonly Call[];

  constructor(
    private readonly device: WebgpuDevice,
    steps: readonly SequenceStep[],
  ) {
    const programs = new Map<string, WebgpuProgram>();
    this.#calls = kernelsOf(steps).map(({ program, places }) => {
      const key = structuralHash(program);
      const ready = programs.get(key) ?? new WebgpuProgram(device, program);
      programs.set(key, ready);
      return { program: ready, places };
    });
  }

  run(bound: readonly Block[]): void {
    const blocks = bound.map((block) => this.device.own(block));
    for (const { program, places } of this.#calls) {
      const ranges = places.map((place): GpuRange => {
        const { byteOffset: offset } = place;
        if (place.kind === 'bound') return { block: at(blocks, place.slot), offset };
        return { block: this.device.own(place.block), offset };
      });
      program.record(ranges, []);
    }
  }

  dispose(): void {
    // Pipelines and bind groups go with the last reference to them.
  }
}
