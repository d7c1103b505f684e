// Devices that a host may lack: machine code needs a C compiler and koffi, the GPU a driver.
// Loaded only when asked for, so that browsers never meet Node's modules.
import type { Device } from '../core/device.js';
import { StateError } from '../core/errors.js';

/** Devices that must be opened before they can be chosen. */
export type OptionalDeviceName = 'native' | 'webgpu';

async function openNativeDevice(threads: number): Promise<Device | { readonly absent: string }> {
  const { openNative } = await import('./native.js');
  const runtime = await openNative();
  if ('absent' in runtime) return runtime;
  const { NativeDevice } = await import('./native-device.js');
  return new NativeDevice(runtime, { threads });
}

async function openWebgpuDevice(): Promise<Device | { readonly absent: string }> {
  const { openWebgpu } = await import('./webgpu.js');
  return openWebgpu();
}

const FIXES: Readonly<Record<OptionalDeviceName, string>> = {
  native: "install a C compiler and the package koffi, or stay with setDevice('cpu')",
  webgpu: "install the package webgpu and a GPU driver, or stay with setDevice('cpu')",
};

/** Opens a device; throws a StateError that says what is missing. */
export async function openDevice(name: OptionalDeviceName, threads = 1): Promise<Device> {
  const opened = await (name === 'native' ? openNativeDevice(threads) : openWebgpuDevice());
  if (!('absent' in opened)) return opened;
  throw new StateError({
    where: 'openDevice',
    what: `there is no ${name} device here: ${opened.absent}`,
    fix: FIXES[name],
  });
}
