// Writes the bytes of ONNX models, so that ONNX Runtime can be asked for a single operator or a
// whole network. Only the few fields of the format that such models need.

const FLOAT = 1;
const INT64 = 7;
const encoder = new TextEncoder();

/** Bytes in pieces: weights are large, and copied once only. */
interface Piece {
  readonly length: number;
  readonly chunks: readonly Uint8Array[];
}

/** Protobuf wire types. */
const VARINT = 0;
const BYTES = 2;
const FIXED32 = 5;

function joined(pieces: readonly Piece[]): Piece {
  return {
    length: pieces.reduce((sum, piece) => sum + piece.length, 0),
    chunks: pieces.flatMap((piece) => piece.chunks),
  };
}

function raw(bytes: Uint8Array): Piece {
  return { length: bytes.length, chunks: [bytes] };
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

function key(field: number, wire: number): number[] {
  return varint(field * 8 + wire);
}

const integer = (field: number, value: number): Piece =>
  raw(Uint8Array.from([...key(field, VARINT), ...varint(value)]));

const message = (field: number, ...body: readonly Piece[]): Piece => {
  const inner = joined(body);
  const head = raw(Uint8Array.from([...key(field, BYTES), ...varint(inner.length)]));
  return joined([head, inner]);
};

const text = (field: number, value: string): Piece => message(field, raw(encoder.encode(value)));

const float = (field: number, value: number): Piece => {
  const bytes = new Uint8Array(Float32Array.of(value).buffer);
  return raw(Uint8Array.from([...key(field, FIXED32), ...bytes]));
};

export interface OnnxInput {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A constant: a weight in float32, or a shape in int64. */
export interface OnnxConstant extends OnnxInput {
  readonly values: Float32Array | BigInt64Array;
}

export type OnnxAttribute = number | string | readonly number[];

export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Whole numbers are INT unless named in `floats`; lists are INTS. */
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  readonly floats?: Readonly<Record<string, number>>;
}

export interface OnnxGraph {
  readonly inputs: readonly OnnxInput[];
  readonly constants: readonly OnnxConstant[];
  readonly nodes: readonly OnnxNode[];
  readonly output: OnnxInput;
}

/** ValueInfoProto: name, type { tensor_type { elem_type, shape { dim { dim_value } } } }. */
function valueInfo(field: number, { name, shape }: OnnxInput): Piece {
  const dims = shape.map((size) => message(1, integer(1, size)));
  const tensor = message(1, integer(1, FLOAT), message(2, ...dims));
  return message(field, text(1, name), message(2, tensor));
}

/** AttributeProto; field 20 says which of its fields holds the value. */
function attribute(name: string, value: OnnxAttribute): Piece {
  if (typeof value === 'number')
    return message(5, text(1, name), integer(3, value), integer(20, 2));
  if (typeof value === 'string') return message(5, text(1, name), text(4, value), integer(20, 3));
  return message(5, text(1, name), ...value.map((one) => integer(8, one)), integer(20, 7));
}

function nodeProto({ operator, inputs, output, attributes = {}, floats = {} }: OnnxNode): Piece {
  return message(
    1,
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(4, operator),
    ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    ...Object.entries(floats).map(([name, value]) =>
      message(5, text(1, name), float(2, value), integer(20, 1)),
    ),
  );
}

function tensorProto({ name, shape, values }: OnnxConstant): Piece {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return message(
    5,
    ...shape.map((size) => integer(1, size)),
    integer(2, values instanceof Float32Array ? FLOAT : INT64),
    text(8, name),
    message(9, raw(bytes)),
  );
}

/** The bytes of a model. */
export function onnxModel({ inputs, constants, nodes, output }: OnnxGraph): Uint8Array {
  const graph = message(
    7,
    ...nodes.map(nodeProto),
    text(2, 'graph'),
    ...constants.map(tensorProto),
    ...inputs.map((input) => valueInfo(11, input)),
    valueInfo(12, output),
  );
  const opset = message(8, integer(2, 20));
  const { length, chunks } = joined([integer(1, 9), opset, graph]);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
