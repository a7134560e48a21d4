import type { DeviceList } from '#shared/media/media.ts';
import type { RingingEvidence } from '#shared/network/doctor/evidence.ts';
import type { Settings } from '#shared/settings/settings.ts';

/** Whether a call would be heard: by the settings, and by the devices that are there. */
export function lookAtRinging({ audio, availability }: Pick<Settings, 'audio' | 'availability'>, { outputs }: DeviceList): RingingEvidence {
  const { ringer, ringVolume } = audio;
  const { always, doNotDisturb } = availability;
  return {
    volume: ringVolume,
    ringer: ringer?.label ?? '',
    ringerPresent: ringer === null || outputs.some(({ id, label }) => id === ringer.id || label === ringer.label),
    doNotDisturb,
    forwardedTo: always.on ? always.target : null,
  };
}
