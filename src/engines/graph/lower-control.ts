// Lowering of loops and branches to regions. Slices and stacked outputs are places in larger
// values that move as the loop turns, so that nothing is copied; carries alternate between two
// places, or leave a trail where every one of them is wanted afterwards.
import { isDense, type Layout, layoutOf } from '../../core/layout.js';
import type { Body, BranchControl, Control, LoopControl } from '../../core/op.js';
import { at } from '../../core/sequence.js';
import { sizeOf } from '../../core/shape.js';
import type { GraphNode, GraphTensor } from './graph.js';
import { argumentsOf, nodesOf, resultsOf } from './graph.js';
import type { KernelCall, KernelGraph, Ref, Value } from './kernel-graph.js';
import type { Lowering } from './lower.js';
import { regionCall } from './regions.js';

const elementsIn = (value: Value): number => sizeOf(value.spec.shape);

/** A layout with a new first axis. */
function stacked(layout: Layout, length: number, stride: number, offset: number): Layout {
  const shape = [length, ...layout.shape];
  return layoutOf(layout.dtype, shape, [stride, ...layout.strides], layout.offset + offset);
}

function listOf(calls: readonly KernelCall[], kept: readonly Value[] = []): KernelGraph {
  const results = kept.map((value) => ({
    value,
    layout: layoutOf(value.spec.dtype, value.spec.shape),
  }));
  return { calls, results, assignments: new Map() };
}

/** A carry of a loop: the value it has in a turn, the one it gets, and the memory of both. */
interface Carry {
  readonly start: Ref;
  readonly now: Value;
  next: Value;
  /** Whether every one is wanted afterwards. */
  trail: boolean;
}

/** A value that a body makes and that may be given a place elsewhere; a copy where it may not. */
function claim(lowering: Lowering, ref: Ref, claimed: Set<Value>): Value {
  const { value, layout } = ref;
  const whole =
    isDense(layout) && layout.offset === 0 && sizeOf(layout.shape) === elementsIn(value);
  const free = lowering.makes(value) && value.home === undefined && !claimed.has(value);
  const own = whole && free ? value : lowering.copy(ref, lowering.newValue(layout)).value;
  claimed.add(own);
  return own;
}

function lowerBody(lowering: Lowering, body: Body): void {
  for (const node of nodesOf(body)) lowering.node(node);
}

/** Lowering of one loop. */
class LoopLowering {
  readonly counter: number;
  readonly #inputs: readonly Ref[];
  readonly #arguments: readonly GraphTensor[];
  readonly #results: readonly GraphTensor[];
  /** Undefined for carries that never change. */
  readonly #carries: (Carry | undefined)[];
  /** What is handed over in slices, by the value that a slice is. */
  readonly #slices = new Map<Value, Ref>();
  readonly #claimed = new Set<Value>();
  readonly #stacks = new Map<Value, Value>();

  constructor(
    private readonly lowering: Lowering,
    private readonly node: GraphNode,
    private readonly control: LoopControl,
  ) {
    this.counter = lowering.newCounter();
    this.#inputs = node.inputs.map((input) => lowering.ref(input));
    this.#arguments = argumentsOf(control.body);
    this.#results = resultsOf(control.body);
    this.#carries = this.#arguments.slice(0, control.carries).map((argument, index) => {
      if (this.#results[index] === argument) return undefined;
      const now = lowering.newValue(argument, { kind: 'part' });
      return { start: at(this.#inputs, index), now, next: now, trail: false };
    });
  }

  get #length(): number {
    return this.control.turns.kind === 'counted' ? this.control.turns.length : 0;
  }

  get #reverse(): boolean {
    return this.control.turns.kind === 'counted' && this.control.turns.reverse;
  }

  /** What a body's argument is in each turn. */
  #bind(body: Body): void {
    argumentsOf(body).forEach((argument, index) => {
      const carry = this.#carries[index];
      if (carry !== undefined) {
        const layout = layoutOf(argument.dtype, argument.shape);
        this.lowering.bind(argument, { value: carry.now, layout });
      } else if (index < this.control.carries + this.control.slices) {
        const whole = at(this.#inputs, index);
        this.lowering.bind(argument, index < this.control.carries ? whole : this.#slice(whole));
      } else this.lowering.bind(argument, at(this.#inputs, index));
    });
  }

  #slice({ value, layout }: Ref): Ref {
    const [stride = 0, ...strides] = layout.strides;
    const inner = layoutOf(layout.dtype, layout.shape.slice(1), strides, layout.offset);
    const reach = inner.shape.reduce(
      (sum, extent, axis) => sum + (extent - 1) * Math.max(0, at(strides, axis)),
      layout.offset + 1,
    );
    const slice = this.lowering.newValue({ shape: [reach], dtype: layout.dtype }, { kind: 'part' });
    slice.home = this.#turning(value, stride);
    this.#slices.set(slice, { value, layout });
    return { value: slice, layout: inner };
  }

  /** The piece of `of` that belongs to the present turn, where pieces are `stride` apart. */
  #turning(of: Value, stride: number): NonNullable<Value['home']> {
    const { counter } = this;
    const first = this.#reverse ? (this.#length - 1) * stride : 0;
    return {
      of,
      elements: first,
      terms: [{ counter, elements: this.#reverse ? -stride : stride }],
    };
  }

  #carryOf(value: Value): Carry | undefined {
    return this.#carries.find((carry) => carry?.now === value || carry?.next === value);
  }

  /** Claims a value of the body for the output where it is stacked; gives what can be seen of it. */
  #stack(result: GraphTensor): () => Ref {
    const { lowering } = this;
    const ref = lowering.ref(result);
    const { layout } = ref;
    const length = this.#length;
    const slice = this.#slices.get(ref.value);
    if (slice !== undefined) {
      const stride = at(slice.layout.strides, 0);
      return () => ({ value: slice.value, layout: stacked(layout, length, stride, 0) });
    }
    const carry = this.#carryOf(ref.value);
    if (carry !== undefined) {
      carry.trail = true;
      const size = elementsIn(carry.now);
      const later = (ref.value === carry.next) !== this.#reverse ? size : 0;
      return () => ({
        value: this.#ringOf(carry),
        layout: stacked(layout, length, size, later),
      });
    }
    if (!lowering.makes(ref.value)) {
      return () => ({ value: ref.value, layout: stacked(layout, length, 0, 0) });
    }
    const partial = lowering.isRing(ref.value);
    const known = this.#stacks.get(ref.value);
    const value = known !== undefined || !partial ? ref.value : claim(lowering, ref, this.#claimed);
    const inner = partial && known === undefined ? layoutOf(layout.dtype, layout.shape) : layout;
    const size = elementsIn(value);
    this.#stacks.set(value, known ?? value);
    return () => ({ value: this.#stackOf(value), layout: stacked(inner, length, size, 0) });
  }

  /** The value that holds what `value` is in every turn. */
  #stackOf(value: Value): Value {
    const known = value.home?.of;
    if (known !== undefined) return known;
    const size = elementsIn(value);
    const { dtype } = value.spec;
    const stack = this.lowering.newValue({ shape: [this.#length * size], dtype });
    value.home = this.#turning(stack, size);
    return stack;
  }

  /** The memory of a carry, made outside of the body; writes the first value into it. */
  #ringOf(carry: Carry): Value {
    const known = carry.now.home?.of;
    if (known !== undefined) return known;
    const { lowering, counter } = this;
    const size = elementsIn(carry.now);
    const { dtype } = carry.now.spec;
    const length = this.#length;
    const slots = carry.trail ? length + 1 : 2;
    const ring = lowering.newRing({ shape: [slots * size], dtype });
    if (!carry.trail) {
      carry.now.home = { of: ring, elements: 0, terms: [{ counter, elements: size, modulo: 2 }] };
      carry.next.home = {
        of: ring,
        elements: size,
        terms: [{ counter, elements: -size, modulo: 2 }],
      };
    } else {
      const [first, step] = this.#reverse ? [length, -size] : [0, size];
      const terms = [{ counter, elements: step }];
      carry.now.home = { of: ring, elements: first * size, terms };
      carry.next.home = { of: ring, elements: first * size + step, terms };
    }
    return ring;
  }

  /** Writes the first value of a carry where the first turn reads it. */
  #begin(carry: Carry): Value {
    const start = this.lowering.newValue(carry.now.spec);
    const ring = this.#ringOf(carry);
    start.home = { of: ring, elements: carry.now.home?.elements ?? 0, terms: [] };
    this.lowering.copy(carry.start, start);
    return start;
  }

  /** Where the last value of a carry lies. */
  #lastOf(carry: Carry): Ref {
    const { shape, dtype } = carry.now.spec;
    const size = elementsIn(carry.now);
    const slot = carry.trail ? (this.#reverse ? 0 : this.#length) : this.#length % 2;
    return { value: this.#ringOf(carry), layout: layoutOf(dtype, shape, undefined, slot * size) };
  }

  #changing(): Carry[] {
    return this.#carries.filter((carry) => carry !== undefined);
  }

  #claimCarries(): void {
    this.#carries.forEach((carry, index) => {
      if (carry === undefined) return;
      carry.next = claim(this.lowering, this.lowering.ref(at(this.#results, index)), this.#claimed);
    });
  }

  #bindOutputs(refs: readonly Ref[]): void {
    refs.forEach((ref, index) => {
      this.lowering.bind(at(this.node.outputs, index), ref);
    });
  }

  counted(): void {
    const { lowering, control, node, counter } = this;
    const { calls, value: outputs } = lowering.list(() => {
      this.#bind(control.body);
      lowerBody(lowering, control.body);
      this.#claimCarries();
      return this.#results.slice(control.carries).map((result) => this.#stack(result));
    });
    const starts = this.#changing().map((carry) => this.#begin(carry));
    const stackedRefs = outputs.map((output) => output());
    const kept = [...this.#changing().map(({ next }) => next), ...this.#stacks.keys()];
    const last = this.#carries.map((carry, index) =>
      carry === undefined ? at(this.#inputs, index) : this.#lastOf(carry),
    );
    this.#bindOutputs([...last, ...stackedRefs]);
    const region = {
      kind: 'loop',
      counter,
      turns: { kind: 'counted', length: this.#length },
      body: listOf(calls, kept),
      after: listOf([]),
      starts,
    } as const;
    const memory = new Set(kept.flatMap(({ home }) => home?.of ?? []));
    lowering.push(regionCall(region, { outputs: [...memory], names: [node.op.name] }));
  }

  tested(test: Body, most: number | undefined): void {
    const { lowering, control, node, counter } = this;
    const tested = lowering.list(() => {
      this.#bind(test);
      lowerBody(lowering, test);
      return claim(lowering, lowering.ref(at(resultsOf(test), 0)), this.#claimed);
    });
    const flag = tested.value;
    const { calls } = lowering.list(() => {
      this.#bind(control.body);
      lowerBody(lowering, control.body);
      this.#claimCarries();
    });
    const starts = this.#changing().map((carry) => this.#begin(carry));
    const last = this.#carries.map((carry, index) => {
      if (carry === undefined) return { ref: at(this.#inputs, index) };
      const layout = layoutOf(carry.now.spec.dtype, carry.now.spec.shape);
      const end = lowering.newValue(carry.now.spec);
      return { from: { value: carry.now, layout }, end, ref: { value: end, layout } };
    });
    const after = lowering.list(() => {
      for (const { from, end } of last) {
        if (from !== undefined && end !== undefined) lowering.copy(from, end);
      }
    });
    this.#bindOutputs(last.map(({ ref }) => ref));
    const ends = last.flatMap(({ end }) => end ?? []);
    const nexts = this.#changing().map(({ next }) => next);
    const region = {
      kind: 'loop',
      counter,
      turns: { kind: 'while', test: listOf(tested.calls, [flag]), flag, most },
      body: listOf(calls, nexts),
      after: listOf(after.calls, ends),
      starts,
    } as const;
    const rings = nexts.flatMap(({ home }) => home?.of ?? []);
    lowering.push(regionCall(region, { outputs: [...rings, ...ends], names: [node.op.name] }));
  }
}

function lowerBranch(lowering: Lowering, node: GraphNode, control: BranchControl): void {
  const [test, ...inputs] = node.inputs.map((input) => lowering.ref(input));
  if (test === undefined) return;
  const flag = lowering.delivered(at(node.inputs, 0), false).value;
  const outputs = node.outputs.map((output) => lowering.newValue(output));
  const branch = (body: Body): KernelGraph => {
    const { calls, value: kept } = lowering.list(() => {
      argumentsOf(body).forEach((argument, index) => {
        lowering.bind(argument, at(inputs, index));
      });
      lowerBody(lowering, body);
      const claimed = new Set<Value>();
      return resultsOf(body).map((result, index) => {
        const value = claim(lowering, lowering.ref(result), claimed);
        value.home = { of: at(outputs, index), elements: 0, terms: [] };
        return value;
      });
    });
    return listOf(calls, kept);
  };
  const region = {
    kind: 'branch',
    flag,
    whenTrue: branch(control.whenTrue),
    whenFalse: branch(control.whenFalse),
  } as const;
  lowering.push(regionCall(region, { outputs, names: [node.op.name] }));
  node.outputs.forEach((output, index) => {
    const layout = layoutOf(output.dtype, output.shape);
    lowering.bind(output, { value: at(outputs, index), layout });
  });
}

/** Lowers an op that holds bodies. */
export function lowerControl(lowering: Lowering, node: GraphNode, control: Control): void {
  if (control.kind === 'branch') {
    lowerBranch(lowering, node, control);
    return;
  }
  const loop = new LoopLowering(lowering, node, control);
  if (control.turns.kind === 'counted') loop.counted();
  else loop.tested(control.turns.test, control.turns.most);
}
