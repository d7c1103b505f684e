// Runs before each test file: whatever a test compiles is verified after every pass.
import type { Graph } from '../../src/engines/graph/graph.js';
import type { KernelGraph } from '../../src/engines/graph/kernel-graph.js';
import { onEveryPass } from '../../src/engines/graph/passes.js';
import { verifyGraph, verifyKernels } from '../../src/engines/graph/verify-graph.js';

function isKernelGraph(graph: unknown): graph is KernelGraph {
  return typeof graph === 'object' && graph !== null && 'calls' in graph;
}

function isGraph(graph: unknown): graph is Graph {
  return typeof graph === 'object' && graph !== null && 'nodes' in graph;
}

onEveryPass((pass, graph) => {
  if (isKernelGraph(graph)) verifyKernels(pass, graph);
  else if (isGraph(graph)) verifyGraph(pass, graph);
});
