import { describe, expect, it } from 'vitest';
import { defaultCallSettings, type AvailabilitySettings } from '#shared/settings/call-settings.ts';
import { featureCodePresets, noFeatureCodes } from '#shared/settings/feature-presets.ts';
import { allOff, availabilityOf, doneBy, forwardRules, isAnythingOn } from '#renderer/ui/store/availability.ts';

const none = defaultCallSettings.availability;
const to = (target: string) => ({ on: true, target });

describe('my availability', () => {
  it('is what a caller meets: do not disturb before a forwarding, and rules for some calls do not count', () => {
    expect(availabilityOf(none)).toEqual({ kind: 'available' });
    expect(availabilityOf({ ...none, busy: to('203'), noAnswer: to('204') })).toEqual({ kind: 'available' });
    expect(availabilityOf({ ...none, always: to('203') })).toEqual({ kind: 'forwarded', target: '203' });
    expect(availabilityOf({ ...none, always: to('203'), doNotDisturb: true })).toEqual({ kind: 'do-not-disturb' });
  });

  it('is done by the server where a code is known, else by this computer, and nobody stands in while it is off', () => {
    expect(doneBy('always', featureCodePresets.asterisk.codes)).toBe('server');
    expect(doneBy('busy', featureCodePresets.openscape.codes)).toBe('computer');
    expect(doneBy('doNotDisturb', noFeatureCodes)).toBe('computer');
    expect(doneBy('unregistered', noFeatureCodes)).toBe('nobody');
    expect(doneBy('unregistered', { ...noFeatureCodes, 'forward-unregistered-on': '*44{number}' })).toBe('server');
  });

  it('is free again after everything was switched off, with the numbers kept', () => {
    const busy: AvailabilitySettings = {
      ...none,
      doNotDisturb: true,
      always: to('1'),
      busy: to('2'),
      noAnswer: to('3'),
      unregistered: to('4'),
    };
    expect(isAnythingOn(busy)).toBe(true);
    const after = { ...busy, ...allOff(busy) };
    expect(isAnythingOn(after)).toBe(false);
    expect(forwardRules.map((rule) => after[rule].target)).toEqual(['1', '2', '3', '4']);
  });
});
