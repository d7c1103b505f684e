// The GPU device for tests. Where there is no GPU, a software driver serves: Debian's package
// chromium carries one, and libvulkan1 loads it.
import { existsSync } from 'node:fs';
import { openWebgpu, type WebgpuAbsent, type WebgpuDevice } from '../../src/devices/webgpu.js';

const SOFTWARE_DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';

export function openTestGpu(): Promise<WebgpuDevice | WebgpuAbsent> {
  // Set KERATIN_GPU to test on real hardware.
  if (process.env.KERATIN_GPU === undefined && process.env.VK_DRIVER_FILES === undefined) {
    if (!existsSync(SOFTWARE_DRIVER)) {
      return Promise.resolve({
        absent: 'no software driver: install the packages chromium and libvulkan1',
      });
    }
    process.env.VK_DRIVER_FILES = SOFTWARE_DRIVER;
  }
  return openWebgpu();
}
