// Every differentiable row's gradient against central differences in float64.
import '../../src/index.js';
import { checkFirstGradient } from '../harness/op-checks.js';
import { isDifferentiable, suite } from '../harness/op-suite.js';

suite({
  name: 'gradients agree with differences',
  applies: isDifferentiable,
  run: checkFirstGradient,
});
