// Optional devices open, or say in words what is missing and what to do.
import { expect, it } from 'vitest';
import { StateError } from '../../src/core/errors.js';
import { openDevice } from '../../src/devices/optional.js';

it('opens native code, or says what is missing', async () => {
  const opened = await openDevice('native', 1).catch((error: unknown) => error);
  if (!(opened instanceof StateError)) expect(opened).toHaveProperty('name', 'native');
  else expect(opened.message).toMatch(/there is no native device here: .*\n.*To fix: install a C/);
});

it.skipIf(process.platform !== 'linux')('says what is missing where no driver is', async () => {
  // A driver file that does not exist hides every GPU from Dawn.
  process.env.VK_DRIVER_FILES = '/nowhere.json';
  const opened = openDevice('webgpu');
  await expect(opened).rejects.toThrow(/there is no webgpu device here: [\s\S]*setDevice\('cpu'\)/);
});
