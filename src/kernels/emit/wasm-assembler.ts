// Bytes of a WebAssembly module: numbers, sections, function bodies. Knows nothing of kernels.
// Format: WebAssembly core specification, section 5 (binary format).

/** WebAssembly value types. */
export const valueTypes = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = keyof typeof valueTypes;

/** Numbers on their way to bytes. */
const numbers = new DataView(new ArrayBuffer(8));
const fourBytes = new Uint8Array(numbers.buffer, 0, 4);
const eightBytes = new Uint8Array(numbers.buffer);

/** A growing list of bytes. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  byte(value: number): this {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  #grow(more: number): void {
    const next = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    next.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = next;
  }

  bytes(values: ArrayLike<number>): this {
    if (this.#length + values.length > this.#bytes.length) this.#grow(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
    return this;
  }

  /** LEB128, unsigned. */
  unsigned(value: number): this {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return this.byte(rest);
  }

  /** LEB128, signed 32 bits. */
  signed(value: number): this {
    let rest = value | 0;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) {
        return this.byte(low);
      }
      this.byte(low | 0x80);
    }
  }

  f32(value: number): this {
    numbers.setFloat32(0, value, true);
    return this.bytes(fourBytes);
  }

  f64(value: number): this {
    numbers.setFloat64(0, value, true);
    return this.bytes(eightBytes);
  }

  text(value: string): this {
    const encoded = new TextEncoder().encode(value);
    return this.unsigned(encoded.length).bytes(encoded);
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}

/** A function's signature. */
export interface Signature {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** A function imported from the host. */
export interface ImportedFunction {
  readonly module: string;
  readonly name: string;
  readonly signature: Signature;
}

/** A function of the module: its locals beyond the parameters, and its code without the end. */
export interface FunctionBody {
  readonly signature: Signature;
  readonly locals: readonly ValueType[];
  readonly code: Uint8Array;
}

/** What a module is made of. The memory is always imported as `env.memory`. */
export interface ModuleParts {
  readonly memory: { readonly shared: boolean; readonly maximumPages: number };
  readonly imports: readonly ImportedFunction[];
  readonly functions: readonly FunctionBody[];
  /** Number of mutable i32 globals. */
  readonly globals: number;
  /** Exported functions: name and position among `functions`. */
  readonly exports: readonly { readonly name: string; readonly index: number }[];
}

function section(into: ByteWriter, id: number, content: ByteWriter): void {
  if (content.length === 0) return;
  into.byte(id).unsigned(content.length).bytes(content.finish());
}

function signatureKey(signature: Signature): string {
  return `${signature.params.join()}:${signature.results.join()}`;
}

function writeTypes(list: readonly ValueType[], into: ByteWriter): void {
  into.unsigned(list.length);
  for (const type of list) into.byte(valueTypes[type]);
}

function bodyBytes(body: FunctionBody): Uint8Array {
  const out = new ByteWriter();
  const runs: { type: ValueType; count: number }[] = [];
  for (const type of body.locals) {
    const last = runs.at(-1);
    if (last !== undefined && last.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  out.unsigned(runs.length);
  for (const run of runs) out.unsigned(run.count).byte(valueTypes[run.type]);
  return out.bytes(body.code).byte(0x0b).finish();
}

/** The bytes of a module. */
export function assemble(parts: ModuleParts): Uint8Array<ArrayBuffer> {
  const signatures = new Map<string, { readonly index: number; readonly of: Signature }>();
  const typeIndex = (of: Signature): number => {
    const key = signatureKey(of);
    const known = signatures.get(key);
    if (known !== undefined) return known.index;
    signatures.set(key, { index: signatures.size, of });
    return signatures.size - 1;
  };
  const imports = new ByteWriter().unsigned(parts.imports.length + 1);
  imports.text('env').text('memory').byte(2);
  // Limits: bit 0 says a maximum follows, bit 1 that the memory is shared.
  imports
    .byte(parts.memory.shared ? 3 : 1)
    .unsigned(0)
    .unsigned(parts.memory.maximumPages);
  for (const { module, name, signature } of parts.imports) {
    imports.text(module).text(name).byte(0).unsigned(typeIndex(signature));
  }
  const functions = new ByteWriter().unsigned(parts.functions.length);
  for (const { signature } of parts.functions) functions.unsigned(typeIndex(signature));
  const types = new ByteWriter().unsigned(signatures.size);
  for (const { of } of signatures.values()) {
    types.byte(0x60);
    writeTypes(of.params, types);
    writeTypes(of.results, types);
  }
  const globals = new ByteWriter();
  if (parts.globals > 0) {
    globals.unsigned(parts.globals);
    for (let index = 0; index < parts.globals; index++) {
      globals.byte(valueTypes.i32).byte(1).byte(0x41).signed(0).byte(0x0b);
    }
  }
  const exports = new ByteWriter().unsigned(parts.exports.length);
  for (const { name, index } of parts.exports) {
    exports
      .text(name)
      .byte(0)
      .unsigned(parts.imports.length + index);
  }
  const code = new ByteWriter().unsigned(parts.functions.length);
  for (const body of parts.functions) {
    const bytes = bodyBytes(body);
    code.unsigned(bytes.length).bytes(bytes);
  }
  const module = new ByteWriter().bytes([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
  section(module, 1, types);
  section(module, 2, imports);
  section(module, 3, functions);
  section(module, 6, globals);
  section(module, 7, exports);
  section(module, 10, code);
  return module.finish();
}
