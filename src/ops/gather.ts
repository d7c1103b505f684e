// Elements picked by position, and the sums that undo it: gather with scatter along one axis, and
// takeAlongAxis with its opposite. Each is the other's gradient.
import { checkOptions, type OptionNames } from '../core/arguments.js';
import { type DType, isInteger } from '../core/dtype.js';
import { DTypeError, ShapeError } from '../core/errors.js';
import { defineOp, type Op } from '../core/op.js';
import { at, product } from '../core/sequence.js';
import {
  broadcastShapes,
  formatShape,
  normalizeAxis,
  type Shape,
  type Spec,
  spec,
} from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import * as k from '../kernels/ir/build.js';
import {
  denseElementOf,
  elementOf,
  inputBuffer,
  mapKernel,
  outputBuffer,
  read,
} from '../kernels/ir/define.js';
import { type BufferRef, type Expr, registerOf } from '../kernels/ir/expr.js';
import type { Kernel, View } from '../kernels/ir/kernel.js';
import type { Stmt } from '../kernels/ir/loops.js';
import { applyOne, asTensor, type TensorLike } from './convert.js';
import { indexOf, parallelOver, serialOver } from './loop-nests.js';
import { broadcastTo, cast, reshape } from './shaping.js';

/** A position as i32, counted from the end where it is negative. */
function fromEnd(index: Expr, extent: number): Expr {
  const place = k.cast(index, 'i32');
  return k.select(k.lt(place, k.i32(0)), k.add(place, k.size(extent)), place);
}

/** Whether a position lies inside an axis; nothing else may be read or written. */
function isInside(place: Expr, extent: number): Expr {
  return k.and(k.ge(place, k.i32(0)), k.lt(place, k.size(extent)));
}

/** The element of `x` at `index`, or 0 where the position along `axis` lies outside. */
function readInside(x: View, index: readonly Expr[], axis: number): Expr {
  const value = read(x, index);
  const test = isInside(at(index, axis), at(x.shape, axis));
  return k.select(test, value, k.constant(value.type.scalar, 0));
}

function requireIndices(where: string, indices: Tensor): Tensor {
  if (isInteger(indices.dtype)) return indices;
  throw new DTypeError({
    where,
    what: 'positions are whole numbers',
    expected: 'int32, uint32 or uint8 indices',
    received: indices.dtype,
    fix: "cast the indices first: cast(indices, 'int32')",
  });
}

/** Indices given as plain arrays are int32. */
export function indexTensor(where: string, indices: TensorLike): Tensor {
  return requireIndices(where, asTensor(indices, 'int32'));
}

interface AxisAttrs {
  readonly axis: number;
}

/** Inputs: the tensor, and indices of any rank that take the place of `axis`. */
export const gatherOp: Op<AxisAttrs> = defineOp<AxisAttrs>({
  name: 'gather',
  infer: (inputs, { axis }) => {
    const [x, indices] = [at(inputs, 0), at(inputs, 1)];
    if (x.shape[axis] === 0 && product(indices.shape) > 0) {
      throw new ShapeError({
        where: 'gather',
        what: 'there is nothing to pick from',
        received: `${formatShape(x.shape)} along axis ${axis}`,
        fix: 'check that the tensor is not empty',
      });
    }
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    return [spec(shape, x.dtype)];
  },
  lower: ({ inputs, outputs, attrs: { axis } }) => {
    const [x, indices] = [at(inputs, 0), at(inputs, 1)];
    const rank = indices.shape.length;
    return [
      mapKernel(inputs, at(outputs, 0), (index) => {
        const place = read(indices, index.slice(axis, axis + rank));
        const source = [
          ...index.slice(0, axis),
          fromEnd(place, at(x.shape, axis)),
          ...index.slice(axis + rank),
        ];
        return readInside(x, source, axis);
      }),
    ];
  },
  grad: ({ inputs, attrs, dy }) => {
    const [x, indices] = [at(inputs, 0), at(inputs, 1)];
    return [addAlong(indices, dy, attrs.axis, at(x.shape, attrs.axis))];
  },
});

interface AddAlongAttrs extends AxisAttrs {
  /** The size of the axis that the indices point into. */
  readonly size: number;
}

/** Elements that one thread adds side by side: a cache line of float32. */
const COLUMNS = 16;

/** The buffers of updates put at indices; programs know buffers by their objects. */
interface UpdateBuffers {
  readonly indices: BufferRef;
  readonly updates: BufferRef;
  readonly target: BufferRef;
}

function updateLoops(
  name: string,
  [indices, updates]: readonly [View, View],
  output: Spec,
  body: (buffers: UpdateBuffers) => Stmt,
): Kernel {
  const buffers = {
    indices: inputBuffer(indices),
    updates: inputBuffer(updates),
    target: outputBuffer(output),
  };
  const list = [buffers.indices, buffers.updates, buffers.target];
  return { kind: 'loops', name, buffers: list, procedures: [], body: [body(buffers)] };
}

/** The statements of `addAlong`: zeros first, then every update in order, so sums never vary. */
function additions(
  [indices, updates]: readonly [View, View],
  axis: number,
  output: Shape,
  buffers: UpdateBuffers,
): Stmt {
  const { target } = buffers;
  const picks = indices.shape.length;
  const outer = updates.shape.slice(0, axis);
  const inner = updates.shape.slice(axis + picks);
  const width = product(inner);
  const extent = at(output, axis);
  const flatShape = [product(outer), extent, width];
  const zero = k.constant(registerOf(target.storage), 0);
  return parallelOver([product(outer), Math.ceil(width / COLUMNS)], ([row, block]) => {
    const rowIndex = row ?? k.i32(0);
    const from = k.mul(block ?? k.i32(0), k.size(COLUMNS));
    const to = k.min(k.add(from, k.size(COLUMNS)), k.size(width));
    const columns = (body: (column: Expr) => readonly Stmt[]): Stmt => {
      const column = k.newVar('column');
      return k.loop(column, { from, to }, body(k.valueOf(column)));
    };
    const clear = serialOver(extent, 'place', (place) => [
      columns((column) => [
        k.store(target, denseElementOf(flatShape, [rowIndex, place, column]), zero),
      ]),
    ]);
    const accumulate = serialOver(product(indices.shape), 'update', (number) => {
      const pick = indexOf(number, indices.shape);
      const place = k.newVar('place');
      const raw = k.load(buffers.indices, elementOf(indices.layout, pick));
      const add = columns((column) => {
        const element = denseElementOf(flatShape, [rowIndex, k.valueOf(place), column]);
        const source = [...indexOf(rowIndex, outer), ...pick, ...indexOf(column, inner)];
        const update = k.load(buffers.updates, elementOf(updates.layout, source));
        return [k.store(target, element, k.add(k.load(target, element), update))];
      });
      return [
        k.declare(place, fromEnd(raw, extent)),
        k.when(isInside(k.valueOf(place), extent), [add]),
      ];
    });
    return [clear, accumulate];
  });
}

/**
 * Inputs: indices, and updates whose axes from `axis` on replace those of the indices.
 * Each update is added at its index along an axis of zeros; indices outside it are left out.
 */
export const addAlongOp: Op<AddAlongAttrs> = defineOp<AddAlongAttrs>({
  name: 'addAlong',
  infer: (inputs, { axis, size }) => {
    const [indices, updates] = [at(inputs, 0), at(inputs, 1)];
    const { shape, dtype } = updates;
    const picks = indices.shape.length;
    return [spec([...shape.slice(0, axis), size, ...shape.slice(axis + picks)], dtype)];
  },
  lower: ({ inputs, outputs, attrs }) => {
    const [indices, updates] = [at(inputs, 0), at(inputs, 1)];
    const output = at(outputs, 0);
    const views = [indices, updates] as const;
    return [
      updateLoops('addAlong', views, output, (buffers) =>
        additions(views, attrs.axis, output.shape, buffers),
      ),
    ];
  },
  grad: ({ inputs, attrs, dy }) => [
    undefined,
    applyOne(gatherOp, [dy, at(inputs, 0)], { axis: attrs.axis }),
  ],
});

/** Loops add in the registers' own types: half types and bools are widened around them. */
function widened(x: Tensor, body: (wide: Tensor) => Tensor): Tensor {
  const WIDE: Partial<Record<DType, DType>> = {
    float16: 'float32',
    bfloat16: 'float32',
    bool: 'int32',
  };
  const wide = WIDE[x.dtype];
  return wide === undefined ? body(x) : cast(body(cast(x, wide)), x.dtype);
}

/** Zeros along `axis` with every update added at its index. */
export function addAlong(indices: Tensor, updates: Tensor, axis: number, size: number): Tensor {
  return widened(updates, (wide) => applyOne(addAlongOp, [indices, wide], { axis, size }));
}

/** Which axis positions count along. */
export interface GatherOptions {
  readonly axis?: number | undefined;
}

const GATHER_OPTIONS: OptionNames<GatherOptions> = { axis: true };

/**
 * The slices of x at `indices` along `axis` (the first by default). Negative indices count from
 * the end; an index outside the axis gives 0.
 *
 * @example
 * ```ts
 * import { gather } from 'keratin';
 * console.log(await gather([[1, 2], [3, 4]], [1, 0]).array()); // [ [ 3, 4 ], [ 1, 2 ] ]
 * ```
 */
export function gather(x: TensorLike, indices: TensorLike, options: GatherOptions = {}): Tensor {
  checkOptions('gather', options, GATHER_OPTIONS);
  const input = asTensor(x);
  const axis = normalizeAxis('gather', options.axis ?? 0, input.rank);
  return applyOne(gatherOp, [input, indexTensor('gather', indices)], { axis });
}

/**
 * NumPy's and Keras's name of `gather`; without an axis it picks from the flattened tensor.
 *
 * @example
 * ```ts
 * import { take } from 'keratin';
 * console.log(await take([[1, 2], [3, 4]], [3, 0]).array()); // [ 4, 1 ]
 * ```
 */
export function take(x: TensorLike, indices: TensorLike, options: GatherOptions = {}): Tensor {
  checkOptions('take', options, GATHER_OPTIONS);
  const input = asTensor(x);
  return gather(options.axis === undefined ? reshape(input, [-1]) : input, indices, options);
}

export const takeAlongAxisOp: Op<AxisAttrs> = defineOp<AxisAttrs>({
  name: 'takeAlongAxis',
  infer: (inputs) => [spec(at(inputs, 1).shape, at(inputs, 0).dtype)],
  lower: ({ inputs, outputs, attrs: { axis } }) => {
    const [x, indices] = [at(inputs, 0), at(inputs, 1)];
    return [
      mapKernel(inputs, at(outputs, 0), (index) => {
        const place = fromEnd(read(indices, index), at(x.shape, axis));
        const source = index.map((position, other) => (other === axis ? place : position));
        return readInside(x, source, axis);
      }),
    ];
  },
  grad: ({ inputs, attrs: { axis }, dy }) => {
    const [x, indices] = [at(inputs, 0), at(inputs, 1)];
    return [putAlongAxis(indices, dy, { axis, size: at(x.shape, axis) })];
  },
});

/** The statements of putAlongAxis: each row is cleared and filled by one thread. */
function additionsAlong(
  [indices, updates]: readonly [View, View],
  { axis, size }: AddAlongAttrs,
  output: Shape,
  buffers: UpdateBuffers,
): Stmt {
  const { target } = buffers;
  const rows = output.map((extent, index) => (index === axis ? 1 : extent));
  return parallelOver(rows, (row) => {
    const along = (place: Expr): Expr[] =>
      row.map((position, index) => (index === axis ? place : position));
    const clear = serialOver(size, 'place', (place) => [
      k.store(
        target,
        denseElementOf(output, along(place)),
        k.constant(registerOf(target.storage), 0),
      ),
    ]);
    const accumulate = serialOver(at(updates.shape, axis), 'update', (number) => {
      const place = k.newVar('place');
      const source = along(number);
      const raw = k.load(buffers.indices, elementOf(indices.layout, source));
      const update = k.load(buffers.updates, elementOf(updates.layout, source));
      const element = denseElementOf(output, along(k.valueOf(place)));
      const add = k.store(target, element, k.add(k.load(target, element), update));
      return [
        k.declare(place, fromEnd(raw, size)),
        k.when(isInside(k.valueOf(place), size), [add]),
      ];
    });
    return [clear, accumulate];
  });
}

/** Inputs: indices, and updates of the same shape: the opposite of takeAlongAxis. */
export const putAlongAxisOp: Op<AddAlongAttrs> = defineOp<AddAlongAttrs>({
  name: 'putAlongAxis',
  infer: (inputs, { axis, size }) => {
    const { shape, dtype } = at(inputs, 1);
    return [
      spec(
        shape.map((extent, index) => (index === axis ? size : extent)),
        dtype,
      ),
    ];
  },
  lower: ({ inputs, outputs, attrs }) => {
    const views = [at(inputs, 0), at(inputs, 1)] as const;
    const output = at(outputs, 0);
    return [
      updateLoops('putAlongAxis', views, output, (buffers) =>
        additionsAlong(views, attrs, output.shape, buffers),
      ),
    ];
  },
  grad: ({ inputs, attrs: { axis }, dy }) => [
    undefined,
    applyOne(takeAlongAxisOp, [dy, at(inputs, 0)], { axis }),
  ],
});

/** Zeros along `axis` with each update added at its own index. */
export function putAlongAxis(indices: Tensor, updates: Tensor, attrs: AddAlongAttrs): Tensor {
  return widened(updates, (wide) => applyOne(putAlongAxisOp, [indices, wide], attrs));
}

/**
 * For each position of `indices` the element of x at that index along `axis` (the last by
 * default); the other axes broadcast.
 *
 * @example
 * ```ts
 * import { takeAlongAxis } from 'keratin';
 * console.log(await takeAlongAxis([[1, 2], [3, 4]], [[1], [0]]).array()); // [ [ 2 ], [ 3 ] ]
 * ```
 */
export function takeAlongAxis(
  x: TensorLike,
  indices: TensorLike,
  options: GatherOptions = {},
): Tensor {
  checkOptions('takeAlongAxis', options, GATHER_OPTIONS);
  const input = asTensor(x);
  const places = indexTensor('takeAlongAxis', indices);
  const axis = normalizeAxis('takeAlongAxis', options.axis ?? -1, input.rank);
  if (places.rank !== input.rank) {
    throw new ShapeError({
      where: 'takeAlongAxis',
      what: 'the indices have another number of axes',
      expected: `${input.rank} axes`,
      received: formatShape(places.shape),
      fix: 'add axes of size 1 with expandDims',
    });
  }
  const others = (shape: Shape): number[] =>
    shape.map((size, index) => (index === axis ? 1 : size));
  const common = broadcastShapes('takeAlongAxis', others(input.shape), others(places.shape));
  const along = (size: number): number[] =>
    common.map((extent, index) => (index === axis ? size : extent));
  return applyOne(
    takeAlongAxisOp,
    [
      broadcastTo(input, along(at(input.shape, axis))),
      broadcastTo(places, along(at(places.shape, axis))),
    ],
    { axis },
  );
}
