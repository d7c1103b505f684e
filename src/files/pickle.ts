// Python's pickle of plain data: numbers, texts, bytes, lists, dictionaries and NumPy arrays. A pickle is
// a program; this reader knows no instruction that could do anything but build such values.
// Format: Python's pickletools, protocols 2 to 4.
import type { TypedArray } from '../core/dtype.js';
import { FormatError } from '../core/errors.js';
import { valuesOf } from './numpy-values.js';

/** An array in a pickle; elements of dtype `O` are values of their own. */
export interface PickledArray {
  readonly shape: readonly number[];
  readonly values: TypedArray | readonly unknown[];
}

/** The names that may be called, each for what it builds. */
const KNOWN: Readonly<Record<string, 'array' | 'type' | 'dtype' | 'scalar' | 'bytes'>> = {
  'numpy.core.multiarray _reconstruct': 'array',
  'numpy._core.multiarray _reconstruct': 'array',
  'numpy.core.multiarray scalar': 'scalar',
  'numpy._core.multiarray scalar': 'scalar',
  'numpy ndarray': 'type',
  'numpy dtype': 'dtype',
  '_codecs encode': 'bytes',
};

class Name {
  readonly kind: string;
  constructor(kind: string) {
    this.kind = kind;
  }
}

/** An array or dtype before its state is known. */
class Building {
  /** The code of a dtype; undefined for an array. */
  readonly code: string | undefined;
  order = '<';
  array: PickledArray | undefined;
  constructor(code?: string) {
    this.code = code;
  }
}

const MARK = Symbol('mark');

function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Text or bytes as bytes. */
function asBytes(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  return typeof value === 'string' ? latin1Bytes(value) : undefined;
}

/** Runs one pickle. */
class Unpickler {
  readonly #where: string;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #stack: unknown[] = [];
  readonly #memo = new Map<number, unknown>();
  #at = 0;

  constructor(where: string, bytes: Uint8Array) {
    this.#where = where;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #refuse(what: string, received?: string): FormatError {
    return new FormatError({
      where: this.#where,
      what,
      ...(received === undefined ? {} : { received }),
      expected: 'a pickle of numbers, texts, lists, dictionaries and NumPy arrays',
      fix: 'do not use this file unless you trust who made it',
    });
  }

  #take(count: number): Uint8Array {
    const part = this.#bytes.subarray(this.#at, this.#at + count);
    if (part.length < count) throw this.#refuse('the pickle ends too early');
    this.#at += count;
    return part;
  }

  #number(count: 1 | 2 | 4 | 8): number {
    this.#take(count);
    const at = this.#at - count;
    if (count === 1) return this.#view.getUint8(at);
    if (count === 2) return this.#view.getUint16(at, true);
    if (count === 4) return this.#view.getUint32(at, true);
    return Number(this.#view.getBigUint64(at, true));
  }

  #line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) throw this.#refuse('the pickle ends too early');
    const text = new TextDecoder().decode(this.#take(end - this.#at));
    this.#at += 1;
    return text;
  }

  #pop(): unknown {
    if (this.#stack.length === 0) throw this.#refuse('the pickle takes what it never gave');
    return this.#stack.pop();
  }

  /** What lies above the last mark, which goes too. */
  #aboveMark(): unknown[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw this.#refuse('the pickle takes what it never gave');
    return this.#stack.splice(mark).slice(1);
  }

  #long(count: number): number {
    const bytes = this.#take(count);
    let value = 0n;
    for (const [at, byte] of bytes.entries()) value += BigInt(byte) << BigInt(8 * at);
    return Number(BigInt.asIntN(8 * count, value));
  }

  #name(module: string, name: string): Name {
    const kind = Object.hasOwn(KNOWN, `${module} ${name}`) ? KNOWN[`${module} ${name}`] : undefined;
    if (kind !== undefined) return new Name(kind);
    throw this.#refuse('the pickle wants to run code', `${module}.${name}`.slice(0, 100));
  }

  #call(target: unknown, inputs: unknown): unknown {
    const list: readonly unknown[] = Array.isArray(inputs) ? inputs : [];
    if (target instanceof Name && target.kind === 'array') return new Building();
    if (target instanceof Name && target.kind === 'dtype') return new Building(String(list[0]));
    if (target instanceof Name && target.kind === 'bytes' && typeof list[0] === 'string') {
      return latin1Bytes(list[0]);
    }
    const [type, content] = list;
    const bytes = asBytes(content);
    if (target instanceof Name && target.kind === 'scalar' && type instanceof Building && bytes) {
      return this.#values(type, bytes, 1)[0];
    }
    throw this.#refuse('the pickle calls something');
  }

  #values(type: Building, bytes: Uint8Array, count: number): TypedArray {
    const code = `${type.order}${type.code ?? ''}`;
    return valuesOf(this.#where, code, bytes, count);
  }

  #build(target: unknown, state: unknown): void {
    if (!(target instanceof Building) || !Array.isArray(state)) {
      throw this.#refuse('the pickle sets the state of something');
    }
    if (target.code !== undefined) {
      target.order = typeof state[1] === 'string' ? state[1] : new TextDecoder().decode(state[1]);
      return;
    }
    const [, shape, type, isFortran, content] = state;
    const isShape =
      Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size >= 0);
    if (!isShape || !(type instanceof Building) || (isFortran === true && shape.length > 1)) {
      throw this.#refuse('an array is of a kind that is not read');
    }
    const sizes: readonly number[] = shape;
    const count = sizes.reduce((product, size) => product * size, 1);
    const bytes = asBytes(content);
    if (bytes !== undefined) {
      target.array = { shape: sizes, values: this.#values(type, bytes, count) };
    } else if (Array.isArray(content) && content.length === count) {
      target.array = { shape: sizes, values: content };
    } else throw this.#refuse('an array does not fill its shape');
  }

  /** Pushes a value that the instruction holds; false for instructions of another kind. */
  #pushed(code: number): boolean {
    const push = (value: unknown): true => {
      this.#stack.push(value);
      return true;
    };
    const text = (bytes: Uint8Array): true => push(new TextDecoder().decode(bytes));
    const latin1 = (bytes: Uint8Array): true => push(new TextDecoder('latin1').decode(bytes));
    switch (String.fromCharCode(code)) {
      case 'N':
        return push(null);
      case '\x88':
        return push(true);
      case '\x89':
        return push(false);
      case 'K':
        return push(this.#number(1));
      case 'M':
        return push(this.#number(2));
      case 'J':
        return push(this.#number(4) | 0);
      case '\x8a':
        return push(this.#long(this.#number(1)));
      case 'G':
        this.#take(8);
        return push(this.#view.getFloat64(this.#at - 8));
      case 'U':
        return latin1(this.#take(this.#number(1)));
      case 'T':
        return push(this.#take(this.#number(4)));
      case 'X':
        return text(this.#take(this.#number(4)));
      case '\x8c':
        return text(this.#take(this.#number(1)));
      case 'C':
        return push(this.#take(this.#number(1)));
      case 'B':
        return push(this.#take(this.#number(4)));
      case '\x8e':
        return push(this.#take(this.#number(8)));
      case '(':
        return push(MARK);
      case ')':
      case ']':
        return push([]);
      case '}':
        return push(new Map());
      default:
        return false;
    }
  }

  /** Puts what lies above into a list or a dictionary, or makes a tuple of it. */
  #collected(code: number): boolean {
    const last = (): unknown => this.#stack.at(-1);
    const append = (items: readonly unknown[]): void => {
      const list = last();
      if (!Array.isArray(list)) throw this.#refuse('the pickle appends to what is no list');
      for (const item of items) list.push(item);
    };
    const set = (items: readonly unknown[]): void => {
      const map = last();
      if (!(map instanceof Map)) throw this.#refuse('the pickle sets keys of what has none');
      for (let at = 0; at + 1 < items.length; at += 2) map.set(items[at], items[at + 1]);
    };
    const several = (count: number) => Array.from({ length: count }, () => this.#pop()).reverse();
    switch (String.fromCharCode(code)) {
      case 'a':
        append(several(1));
        return true;
      case 'e':
        append(this.#aboveMark());
        return true;
      case 's':
        set(several(2));
        return true;
      case 'u':
        set(this.#aboveMark());
        return true;
      case 't':
        this.#stack.push(this.#aboveMark());
        return true;
      case '\x85':
      case '\x86':
      case '\x87':
        this.#stack.push(several(code - 0x84));
        return true;
      default:
        return false;
    }
  }

  /** Instructions that keep values for later, or build arrays. */
  #step(code: number): void {
    switch (String.fromCharCode(code)) {
      case 'q':
        this.#memo.set(this.#number(1), this.#stack.at(-1));
        return;
      case 'r':
        this.#memo.set(this.#number(4), this.#stack.at(-1));
        return;
      case '\x94':
        this.#memo.set(this.#memo.size, this.#stack.at(-1));
        return;
      case 'h':
        this.#stack.push(this.#memo.get(this.#number(1)));
        return;
      case 'j':
        this.#stack.push(this.#memo.get(this.#number(4)));
        return;
      case 'c':
        this.#stack.push(this.#name(this.#line(), this.#line()));
        return;
      case '\x93': {
        const name = String(this.#pop());
        this.#stack.push(this.#name(String(this.#pop()), name));
        return;
      }
      case 'R': {
        const inputs = this.#pop();
        this.#stack.push(this.#call(this.#pop(), inputs));
        return;
      }
      case 'b': {
        const state = this.#pop();
        this.#build(this.#stack.at(-1), state);
        return;
      }
      default:
        throw this.#refuse('the pickle holds an unknown instruction', `0x${code.toString(16)}`);
    }
  }

  run(): unknown {
    if (this.#number(1) !== 0x80 || this.#number(1) > 4) {
      throw this.#refuse('this is no pickle of protocol 2 to 4');
    }
    for (;;) {
      const code = this.#number(1);
      if (code === 0x2e) return finished(this.#pop());
      if (code === 0x95) this.#take(8);
      else if (!this.#pushed(code) && !this.#collected(code)) this.#step(code);
    }
  }
}

/** Arrays that are built, in place of what built them. Only the outermost values can be arrays. */
function finished(value: unknown): unknown {
  if (value instanceof Building) return value.array;
  if (!(value instanceof Map)) return value;
  return new Map(
    [...value].map(([key, item]) => [key, item instanceof Building ? item.array : item]),
  );
}

/** The value in a pickle: dictionaries are Maps, tuples lists, bytes of Python 2's `str` Latin-1 texts. */
export function readPickle(where: string, bytes: Uint8Array): unknown {
  return new Unpickler(where, bytes).run();
}
