// Buffers in WGSL: bindings, workgroup arrays, and how narrow elements share 32-bit words.
// A store to a narrow buffer clears and sets its own bits atomically: neighbours are untouched
// whichever invocation writes them, and no order is needed since no two write the same element.
import { KeratinError } from '../../core/errors.js';
import { knownInteger } from '../ir/build.js';
import { type BufferRef, registerOf, type Storage, type Type, typeOf } from '../ir/expr.js';
import { type WgslFunctions, wgslType } from './wgsl-functions.js';

interface Place {
  readonly name: string;
  readonly buffer: BufferRef;
  /** The binding, or undefined for workgroup arrays. */
  readonly binding: number | undefined;
  /** Whether the program stores to it. */
  written: boolean;
}

/** Elements of a narrow storage that share one word; 1 for 32-bit ones. */
function elementsPerWord(storage: Storage): number {
  if (storage === 'u16') return 2;
  return storage === 'u8' || storage === 'bool8' ? 4 : 1;
}

/** The arrays of one program and the functions that read and write them. */
export class WgslBuffers {
  readonly #places = new Map<string, Place>();
  /** The position, among the buffers that are no workgroup arrays, of each binding. */
  readonly bindings: number[] = [];

  /** @param written keys (see `keyOf`) of the buffers that the program stores to */
  constructor(
    buffers: readonly BufferRef[],
    written: ReadonlySet<string>,
    sameAs: readonly number[],
    private readonly functions: WgslFunctions,
  ) {
    const bound: Place[] = [];
    for (const buffer of buffers) {
      const key = keyOf(buffer);
      if (buffer.perThread === true) throw cpuOnly();
      const twin = buffer.space === 'workgroup' ? undefined : bound[sameAs[bound.length] ?? -1];
      const place = twin ?? this.#newPlace(buffer, bound.length);
      if (place.buffer.storage !== buffer.storage) throw sharedFault();
      if (written.has(key)) place.written = true;
      this.#places.set(key, place);
      if (buffer.space !== 'workgroup') bound.push(place);
    }
  }

  #newPlace(buffer: BufferRef, position: number): Place {
    const name = `b${this.#places.size}`;
    if (buffer.space === 'workgroup') return { name, buffer, binding: undefined, written: true };
    const binding = this.bindings.push(position) - 1;
    return { name, buffer, binding, written: false };
  }

  declarations(): string {
    return [...new Set(this.#places.values())].map((place) => this.#declaration(place)).join('\n');
  }

  load(buffer: BufferRef, index: string, type: Type): string {
    const place = this.#place(buffer);
    const { name } = place;
    const narrow = this.#isPacked(buffer);
    if (type.lanes === 1 && !narrow) {
      const value = `${name}[${index}]`;
      return buffer.storage === 'bool8' ? `(${value} != 0u)` : value;
    }
    const result = wgslType(type);
    if (type.lanes === 1) {
      const body = this.#unpack(place);
      return `${this.functions.make(`load_${name}`, `(i: i32) -> ${result}`, body)}(${index})`;
    }
    const element = typeOf(type.scalar);
    const lanes = Array.from({ length: type.lanes }, (_, lane) =>
      this.load(buffer, lane === 0 ? 'i' : `i + ${lane}i`, element),
    );
    const signature = `(i: i32) -> ${result}`;
    const body = `return ${result}(${lanes.join(', ')});`;
    return `${this.functions.make(`load${type.lanes}_${name}`, signature, body)}(${index})`;
  }

  /** The statement that stores a value of this type. */
  store(buffer: BufferRef, index: string, value: string, type: Type): string {
    const { name } = this.#place(buffer);
    const T = wgslType(type);
    if (type.lanes > 1) {
      const element = typeOf(type.scalar);
      const lines = Array.from({ length: type.lanes }, (_, lane) =>
        this.store(buffer, lane === 0 ? 'i' : `i + ${lane}i`, `v[${lane}]`, element),
      );
      const signature = `(i: i32, v: ${T})`;
      const fn = this.functions.make(`store${type.lanes}_${name}`, signature, lines.join(' '));
      return `${fn}(${index}, ${value});`;
    }
    if (!this.#isPacked(buffer)) {
      const stored = buffer.storage === 'bool8' ? `u32(${value})` : value;
      return `${name}[${index}] = ${stored};`;
    }
    const count = elementsPerWord(buffer.storage);
    const mask = count === 2 ? '0xffffu' : '0xffu';
    const body =
      `let w = u32(i) / ${count}u; let s = (u32(i) % ${count}u) * ${32 / count}u; ` +
      `atomicAnd(&${name}[w], ~(${mask} << s)); atomicOr(&${name}[w], (u32(v) & ${mask}) << s);`;
    return `${this.functions.make(`store_${name}`, `(i: i32, v: ${T})`, body)}(${index}, ${value});`;
  }

  #place(buffer: BufferRef): Place {
    const place = this.#places.get(keyOf(buffer));
    if (place !== undefined) return place;
    throw new KeratinError({
      where: 'WGSL emitter',
      what: `${buffer.space} buffer ${buffer.slot} is not among the program's buffers`,
    });
  }

  /** Workgroup arrays give every element a word of its own. */
  #isPacked(buffer: BufferRef): boolean {
    return buffer.space !== 'workgroup' && elementsPerWord(buffer.storage) > 1;
  }

  #unpack({ buffer, name, written }: Place): string {
    const count = elementsPerWord(buffer.storage);
    const place = `${name}[u32(i) / ${count}u]`;
    const word = written ? `atomicLoad(&${place})` : place;
    const shifted = `(${word} >> ((u32(i) % ${count}u) * ${32 / count}u))`;
    const bits = `(${shifted} & ${count === 2 ? '0xffffu' : '0xffu'})`;
    const register = registerOf(buffer.storage);
    if (register === 'bool') return `return ${bits} != 0u;`;
    return `return ${register}(${bits});`;
  }

  #declaration(place: Place): string {
    const { buffer, name, binding } = place;
    const { storage } = buffer;
    if (binding === undefined) {
      const length = buffer.length === undefined ? undefined : knownInteger(buffer.length);
      if (length === undefined) {
        throw new KeratinError({
          where: 'WGSL emitter',
          what: 'the length of a workgroup buffer is not a constant',
        });
      }
      const register = registerOf(storage);
      const element = register === 'bool' ? 'u32' : wgslType(typeOf(register));
      return `var<workgroup> ${name}: array<${element}, ${length}>;`;
    }
    const atomic = this.#isPacked(buffer) && place.written;
    const word = this.#isPacked(buffer) ? 'u32' : wgslType(typeOf(registerOf(storage)));
    const element = atomic ? 'atomic<u32>' : word;
    return `@group(0) @binding(${binding}) var<storage, read_write> ${name}: array<${element}>;`;
  }
}

function cpuOnly(): KeratinError {
  return new KeratinError({
    where: 'WGSL emitter',
    what: 'a program for a CPU came in: its scratch memory has a copy for each thread',
    fix: 'schedule the kernel for a GPU target',
  });
}

function sharedFault(): KeratinError {
  return new KeratinError({
    where: 'WGSL emitter',
    what: 'one piece of memory is bound twice with different element types',
  });
}

export function keyOf(buffer: BufferRef): string {
  return `${buffer.space}${buffer.slot}`;
}
