import type { DeviceChoice } from '../settings/settings.ts';
import type { AudioDevice } from './media.ts';

/** A device as Chromium lists it; the same hardware has the same group. */
export interface ListedDevice {
  readonly deviceId: string;
  readonly label: string;
  readonly groupId: string;
}

/** Entries that stand for whatever the system uses at the moment. */
const pseudoDevices = new Set(['default', 'communications', '']);

/** The device to open: `id` for Chromium, and `identity`, which changes when other hardware stands behind the same id. */
export interface ChosenDevice {
  readonly id: string;
  readonly identity: string;
}

/** What people choose from: real devices only, the system's default is offered apart. */
export function realDevices(listed: readonly ListedDevice[]): AudioDevice[] {
  return listed.filter(({ deviceId }) => !pseudoDevices.has(deviceId)).map(({ deviceId, label }) => ({ id: deviceId, label }));
}

/** The chosen device by its id, else by its label: ids change with the profile or the port. Undefined when it is not there, or none was chosen. */
export function findChosen(devices: readonly AudioDevice[], choice: DeviceChoice): AudioDevice | undefined {
  if (choice === null) return undefined;
  return devices.find(({ id }) => id === choice.id) ?? devices.find(({ label }) => label !== '' && label === choice.label);
}

/**
 * The chosen device, else the system's default. A chosen device that comes back is taken again. Undefined when there is no device at
 * all.
 */
export function chooseDevice(listed: readonly ListedDevice[], choice: DeviceChoice): ChosenDevice | undefined {
  const real = listed.filter(({ deviceId }) => !pseudoDevices.has(deviceId));
  const chosen = findChosen(realDevices(listed), choice);
  const wanted = chosen === undefined ? undefined : real.find(({ deviceId }) => deviceId === chosen.id);
  const device = wanted ?? listed.find(({ deviceId }) => deviceId === 'default') ?? real[0];
  return device === undefined ? undefined : { id: device.deviceId, identity: `${device.deviceId} ${device.groupId} ${device.label}` };
}
