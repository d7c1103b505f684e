// What travels along with a call of a layer: training or not, masks, and further arguments.

import { Tensor } from '../core/tensor.js';
import { isRecord, type Tree } from '../core/tree.js';
import type { SymbolicTensor } from './symbolic.js';

/** Masks in the structure of the tensors they belong to; null where there is none. */
export type MaskTree = Tree<Tensor | null>;

/** Options of `layer.apply`; a layer may take more than these. */
export interface CallOptions {
  /**
   * Default: what the calls around were told, else false, so `fit` need not be passed on. Two things are
   * as in Keras. What a layer inside a call is told counts for the layers that are called after it too,
   * until the outermost call ends: after `base.apply(x, { training: false })` pass `training` on to the
   * next. And layers that augment images train where nobody says anything, and so do those after them.
   * (On JAX, Keras's `fit` tells only the model: there a layer inside a subclassed model trains only
   * where `call` passes `training` on. On other backends it is as here.)
   */
  readonly training?: boolean | undefined;
  /** Default: the masks that the inputs carry. */
  readonly mask?: MaskTree | SymbolicTensor | null | undefined;
  readonly [argument: string]: unknown;
}

/** What `call` is given besides the inputs. */
export interface CallContext {
  readonly training: boolean;
  readonly mask: MaskTree | undefined;
  readonly [argument: string]: unknown;
}

/** What all calls inside one outermost call share. */
interface Shared {
  /** What the call was told that began last; undefined where nobody said anything yet. */
  training: boolean | undefined;
}

interface CallFrame {
  readonly shared: Shared;
  /** The layer that is called, and the call around it. */
  readonly owner: object;
  readonly outer: CallFrame | undefined;
}

let current: CallFrame | undefined;

/** Whether a call of a layer is going on. */
export function isInsideCall(): boolean {
  return current !== undefined;
}

/** `training` for a call: what it was told, else what was told last inside the outermost call, else `fallback`. */
export function resolveTraining(
  explicit: boolean | undefined,
  fallback: boolean | undefined,
): boolean | undefined {
  return explicit ?? toldTraining() ?? fallback;
}

/** What the call that goes on was told of `training`, or the last inside of it; undefined for nothing. */
export function toldTraining(): boolean | undefined {
  return current?.shared.training;
}

/** The layers that are being called now, from the innermost outwards. */
export function callers(): readonly object[] {
  const found: object[] = [];
  for (let frame = current; frame !== undefined; frame = frame.outer) found.push(frame.owner);
  return found;
}

/** Runs `body` as the inside of a call of `owner`, which was told `training`. */
export function insideCall<T>(training: boolean | undefined, owner: object, body: () => T): T {
  const before = current;
  const shared = before?.shared ?? { training };
  shared.training = training;
  current = { shared, owner, outer: before };
  try {
    return body();
  } finally {
    current = before;
  }
}

/** Runs calls that only find out about shapes: what they are told is forgotten afterwards. */
export function besideCalls<T>(body: () => T): T {
  const before = current;
  if (before !== undefined) current = { ...before, shared: { ...before.shared } };
  try {
    return body();
  } finally {
    current = before;
  }
}

const masks = new WeakMap<Tensor, Tensor>();
/** The same, without what multi-head attention takes off. */
const graphMasks = new WeakMap<Tensor, Tensor>();

/** The mask a tensor carries: bool, false where a time step is padding. */
export function maskOf(tensor: Tensor): Tensor | undefined {
  return masks.get(tensor);
}

/**
 * The mask that a functional model hands to a layer: in Keras masks are part of its graph, where no
 * layer takes them off a tensor that others are given too.
 */
export function graphMaskOf(tensor: Tensor): Tensor | undefined {
  return graphMasks.get(tensor);
}

/** Makes `tensor` carry a mask. */
export function setMask(tensor: Tensor, mask: Tensor): void {
  masks.set(tensor, mask);
  graphMasks.set(tensor, mask);
}

/** Makes `tensor` carry a mask in the graph of a functional model alone. */
export function setGraphMask(tensor: Tensor, mask: Tensor): void {
  graphMasks.set(tensor, mask);
}

/** Takes the mask off a tensor, though not in the graph of a functional model. */
export function clearMask(tensor: Tensor): void {
  masks.delete(tensor);
}

let nodeIsNext = false;

/** Calls a layer as a node of a functional model. */
export function callAsNode<T>(call: () => T): T {
  nodeIsNext = true;
  try {
    return call();
  } finally {
    nodeIsNext = false;
  }
}

/** Whether the call that begins is that of a node; what is called inside of it is not. */
export function takeIsNode(): boolean {
  const isNode = nodeIsNext;
  nodeIsNext = false;
  return isNode;
}

/** The mask for a layer with one input. */
export function singleMask(mask: MaskTree | undefined): Tensor | undefined {
  if (mask instanceof Tensor) return mask;
  if (Array.isArray(mask) && mask.length === 1) return singleMask(mask[0]);
  return undefined;
}

/** The masks as a flat list; null where there is none. */
export function flatMasks(mask: MaskTree | undefined): (Tensor | null)[] {
  if (mask === undefined) return [];
  if (mask === null || mask instanceof Tensor) return [mask];
  const list: unknown = mask;
  if (Array.isArray(list)) return list.flatMap((item: MaskTree) => flatMasks(item));
  if (!isRecord(list)) return [];
  const record = mask as { readonly [key: string]: MaskTree };
  return Object.keys(record)
    .sort()
    .flatMap((key) => flatMasks(record[key]));
}
