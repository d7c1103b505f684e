// Models cut out of the middle of other models: inputs that are results of layers become input
// layers, and the calls after them are noted again with the new tensors, as Keras does.
import { flattenTree, mapTree } from '../core/tree.js';
import type { CallOptions } from '../layers/call-context.js';
import { InputLayer } from '../layers/input-layer.js';
import { CallNode, isSymbolic, SymbolicTensor, type SymbolicTree } from '../layers/symbolic.js';
import { substitute } from '../layers/symbolic-call.js';

interface Ends {
  readonly inputs: SymbolicTree;
  readonly outputs: SymbolicTree;
}

function isInput(symbol: SymbolicTensor): boolean {
  return symbol.history.node.layer instanceof InputLayer;
}

/** The same inputs and outputs, with every input made by an input layer. */
export function reroot(inputs: SymbolicTree, outputs: SymbolicTree): Ends {
  if (flattenTree(inputs, isSymbolic).every(isInput)) return { inputs, outputs };
  const copies = new Map<SymbolicTensor, SymbolicTensor>();
  const newInputs = mapTree(inputs, isSymbolic, (symbol) => {
    if (isInput(symbol)) return symbol;
    const copy = new InputLayer({ batchShape: symbol.shape, dtype: symbol.dtype }).output;
    copies.set(symbol, copy);
    return copy;
  });
  const copyNode = (node: CallNode): void => {
    for (const parent of node.parents) copyOf(parent);
    const replace = (symbol: SymbolicTensor): SymbolicTensor => copies.get(symbol) ?? symbol;
    if (node.parents.every((parent) => replace(parent) === parent)) return;
    const copy = new CallNode(
      node.layer,
      node.layer.inboundNodes.length,
      // Symbols become symbols and all else stays, so both keep their structure.
      substitute(node.inputs, replace) as SymbolicTree,
      substitute(node.options, replace) as CallOptions,
      node.parents.map(replace),
    );
    copy.finish(
      mapTree(node.outputs, isSymbolic, (old) => {
        const { tensorIndex } = old.history;
        const made = new SymbolicTensor(old, old.name, { node: copy, tensorIndex }, old.mask);
        copies.set(old, made);
        return made;
      }),
    );
    node.layer.addNode(copy);
  };
  const visited = new Set<CallNode>();
  const copyOf = (symbol: SymbolicTensor): SymbolicTensor => {
    const { node } = symbol.history;
    if (!copies.has(symbol) && !visited.has(node)) {
      visited.add(node);
      copyNode(node);
    }
    return copies.get(symbol) ?? symbol;
  };
  return { inputs: newInputs, outputs: mapTree(outputs, isSymbolic, copyOf) };
}
