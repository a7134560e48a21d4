import type { ErrorReport } from '#shared/errors/app-error.ts';
import { displayText } from '#shared/people/display-text.ts';
import type { OtherContact } from '#shared/registration/other-contact.ts';
import type { Texts } from './text.ts';

/** What to call another device of the number; never empty. */
export function deviceName({ t }: Texts, device: Pick<OtherContact, 'name' | 'host'>): string {
  return displayText(device.name) || displayText(device.host) || t('device.unknown');
}

/** What it is, and since when it is signed in, where it says so. */
export function deviceFacts({ t, formats }: Texts, device: OtherContact, now: number): string {
  const since = device.since === null ? '' : t('device.since', { time: formats.moment(device.since, now) });
  return [t(device.isCommute ? 'device.commute' : 'device.other'), since].filter(Boolean).join(', ');
}

/** That the number is signed in elsewhere, too: with the name of a single device, else with their count. */
export function alsoAtText(texts: Texts, devices: readonly OtherContact[], now: number): string {
  const [first] = devices;
  if (first === undefined || devices.length > 1) return texts.count('device.alsoAtSeveral', devices.length);
  const name = deviceName(texts, first);
  if (first.since === null) return texts.t('device.alsoAt', { name });
  return texts.t('device.alsoAtSince', { name, time: texts.formats.moment(first.since, now) });
}

/** Where calls ring while this computer stands by. */
export function ringsElsewhereText(texts: Texts, devices: readonly OtherContact[]): string {
  const [first] = devices;
  if (first === undefined) return texts.t('device.ringsNotHere');
  return devices.length > 1
    ? texts.count('device.ringsOnSeveral', devices.length)
    : texts.t('device.ringsOn', { name: deviceName(texts, first) });
}

/** Who took the line, and when, from an error `taken-over`. */
export function takenOverText({ t, formats }: Texts, { details }: ErrorReport, now: number): string {
  const name = displayText(String(details['name'] ?? '')) || t('device.unknown');
  const at = details['at'];
  return typeof at === 'number' ? t('device.tookAt', { name, time: formats.moment(at, now) }) : t('device.took', { name });
}
