// Writes the bytes of a one-node ONNX model, so that ONNX Runtime can be asked for a single operator.
// Only the few fields of the format that such a model needs (protobuf wire types 0 and 2).

const FLOAT = 1;

export interface OnnxNode {
  readonly operator: string;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly output: readonly number[];
  readonly integers?: Readonly<Record<string, readonly number[]>>;
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

const int = (field: number, value: number): number[] => [...varint(field * 8), ...varint(value)];
const message = (field: number, body: readonly number[]): number[] => [
  ...varint(field * 8 + 2),
  ...varint(body.length),
  ...body,
];
const text = (field: number, value: string): number[] =>
  message(field, [...new TextEncoder().encode(value)]);

/** ValueInfoProto: name, type { tensor_type { elem_type, shape { dim { dim_value } } } }. */
function valueInfo(name: string, shape: readonly number[]): number[] {
  const dims = shape.flatMap((size) => message(1, int(1, size)));
  const tensor = [...int(1, FLOAT), ...message(2, dims)];
  return [...text(1, name), ...message(2, message(1, tensor))];
}

/** AttributeProto of type INTS. */
function integersAttribute(name: string, values: readonly number[]): number[] {
  return [...text(1, name), ...values.flatMap((value) => int(8, value)), ...int(20, 7)];
}

/** A model of one node, whose inputs are all fed at run time and whose output is called `y`. */
export function onnxModel(node: OnnxNode): Uint8Array {
  const names = Object.keys(node.inputs);
  const nodeBytes = [
    ...names.flatMap((name) => text(1, name)),
    ...text(2, 'y'),
    ...text(4, node.operator),
    ...Object.entries(node.integers ?? {}).flatMap(([name, values]) =>
      message(5, integersAttribute(name, values)),
    ),
  ];
  const graph = [
    ...message(1, nodeBytes),
    ...text(2, 'one_node'),
    ...Object.entries(node.inputs).flatMap(([name, shape]) => message(11, valueInfo(name, shape))),
    ...message(12, valueInfo('y', node.output)),
  ];
  const opset = message(8, int(2, 17));
  return Uint8Array.from([...int(1, 8), ...opset, ...message(7, graph)]);
}
