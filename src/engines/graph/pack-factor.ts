// A product whose right factor stays the same for many products: packed once, by a kernel of its own.
// For the passes that know what stays: pack-for-loops.ts and steady-first.ts.
import { at } from '../../core/sequence.js';
import { packColumns } from '../../kernels/schedule/packed-columns.js';
import type { Target } from '../../kernels/schedule/target.js';
import { type KernelCall, newFloats, type Value } from './kernel-graph.js';
import { withoutUnusedInputs } from './unused-inputs.js';

/** What packs a factor, and the product that reads it so. */
export interface PackedCall {
  readonly packing: KernelCall;
  readonly product: KernelCall;
}

/** The two calls, if `call` is a product whose factor stays; `id` is the number of the new value. */
export function packFactor(
  call: KernelCall,
  target: Target,
  id: number,
  stays: (value: Value) => boolean,
): PackedCall | undefined {
  const { kernel, inputs, names } = call;
  const found = kernel.kind === 'compute' ? packColumns(kernel, target) : undefined;
  if (found === undefined || !found.inputs.every((input) => stays(at(inputs, input)))) {
    return undefined;
  }
  const packed = newFloats(id, found.elements);
  return {
    packing: withoutUnusedInputs({
      kernel: found.packing,
      inputs,
      outputs: [packed],
      names: ['pack'],
    }),
    // The product needs what was packed no more, unless it reads it for something else.
    product: withoutUnusedInputs({
      kernel: found.product,
      inputs: [...inputs, packed],
      outputs: call.outputs,
      names,
    }),
  };
}
