// Every row as one compiled program: values against the reference, gradients against eager ones.

import { createGraphEngine } from '../../src/engines/graph/engine.js';
import { createCpuDevice, createEagerEngine, setEngine } from '../../src/index.js';
import { checkCompiled, checkCompiledGradient } from '../harness/op-checks.js';
import { isDifferentiable, suite } from '../harness/op-suite.js';

setEngine(createGraphEngine(createEagerEngine(createCpuDevice())));

suite({
  name: 'values of compiled calls',
  applies: (one) => one.fails === undefined,
  run: (one) => checkCompiled(one, 'float32'),
});

suite({
  name: 'gradients of compiled calls',
  applies: isDifferentiable,
  run: checkCompiledGradient,
});
