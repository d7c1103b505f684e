// Runs before each test file of the project "op by op" (vitest.config.ts): steps then run op by op
// instead of compiled, unless a test chooses otherwise.
import { setEngine } from '../../src/index.js';

setEngine('eager');
