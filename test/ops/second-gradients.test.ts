// The gradient of every gradient against central differences in float64.
import '../../src/index.js';
import { checkSecondGradient } from '../harness/op-checks.js';
import { isDifferentiable, suite } from '../harness/op-suite.js';

suite({
  name: 'second gradients agree with differences',
  applies: (one, op) => isDifferentiable(one, op) && one.noSecondGradient === undefined,
  run: checkSecondGradient,
});
