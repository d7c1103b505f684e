// Runs before each test file of the project "native" (vitest.config.ts), which exists where
// KERATIN_NATIVE is set: models then run as machine code, unless a test chooses otherwise.
import { setDevice } from '../../src/index.js';

await setDevice('native');
