import { describe, expect, it } from 'vitest';
import { chooseDevice, findChosen, realDevices } from '#shared/media/device-choice.ts';

const device = (deviceId: string, label: string, groupId = deviceId) => ({ deviceId, label, groupId });
const listed = [
  device('default', 'Default - Desk', 'desk'),
  device('communications', 'Desk'),
  device('1', 'Desk', 'desk'),
  device('2', 'Headset'),
];

describe('chooseDevice', () => {
  it('finds a device by its id, then by its label, then takes the default', () => {
    expect(chooseDevice(listed, { id: '2', label: 'old name' })?.id).toBe('2');
    expect(chooseDevice(listed, { id: 'from another port', label: 'Headset' })?.id).toBe('2');
    expect(chooseDevice(listed, { id: 'gone', label: 'gone' })?.id).toBe('default');
    expect(chooseDevice(listed, null)?.id).toBe('default');
  });

  it('does not mistake unnamed devices for each other', () => {
    expect(chooseDevice([device('default', ''), device('1', '')], { id: 'gone', label: '' })?.id).toBe('default');
  });

  it('takes the first real device where there is no default, and nothing where there is none', () => {
    expect(chooseDevice([device('7', 'Only')], null)?.id).toBe('7');
    expect(chooseDevice([], null)).toBeUndefined();
  });

  it('tells when other hardware became the default', () => {
    const before = chooseDevice(listed, null);
    const after = chooseDevice([device('default', 'Default - Headset', '2'), ...listed.slice(1)], null);
    expect(after?.id).toBe(before?.id);
    expect(after?.identity).not.toBe(before?.identity);
  });
});

it('finds what was chosen, or says that it is not there', () => {
  const devices = realDevices(listed);
  expect(findChosen(devices, { id: 'from another port', label: 'Headset' })?.id).toBe('2');
  expect(findChosen(devices, { id: 'gone', label: 'gone' })).toBeUndefined();
  expect(findChosen(devices, null)).toBeUndefined();
});

it('people choose from real devices', () => {
  expect(realDevices(listed)).toEqual([
    { id: '1', label: 'Desk' },
    { id: '2', label: 'Headset' },
  ]);
});
