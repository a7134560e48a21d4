import { z } from 'zod';
import { longestIceUri, parseIceUri } from '../network/ice/uri.ts';
import { accountSchema } from '../profiles/account.ts';
import {
  availabilitySettingsSchema,
  callSettingsSchema,
  defaultCallSettings,
  diallingSettingsSchema,
  recordingSettingsSchema,
} from './call-settings.ts';
import { noFeatureCodes } from './feature-presets.ts';
import { serverFeatureSettingsSchema } from './feature-codes.ts';

/** Stored as `version` in the settings file; raise it together with an upgrade step in `upgrades.ts`. */
export const settingsVersion = 3;

/** A device as Chromium names it: the id is stable per origin, the label finds it again when the id changed. Null: the system's default. */
export const deviceChoiceSchema = z.object({ id: z.string().max(512), label: z.string().max(512) }).nullable();
export type DeviceChoice = z.infer<typeof deviceChoiceSchema>;

export const audioSettingsSchema = z.object({
  microphone: deviceChoiceSchema,
  speaker: deviceChoiceSchema,
  ringer: deviceChoiceSchema,
  /** 0 to 1. */
  ringVolume: z.number().min(0).max(1),
  echoCancellation: z.boolean(),
  noiseSuppression: z.boolean(),
  /** Off by default: Chromium's version moves the system's microphone level. */
  autoGainControl: z.boolean(),
});
export type AudioSettings = z.infer<typeof audioSettingsSchema>;

export const iceUriSchema = z
  .string()
  .max(longestIceUri)
  .refine((text) => parseIceUri(text) !== undefined);

export const iceServerSchema = z.object({
  id: z.string().min(1).max(64),
  uri: iceUriSchema,
  /** TURN user name; the password is in the secret store under the server's id. Empty for STUN. */
  username: z.string().max(256),
});
export type IceServerSetting = z.infer<typeof iceServerSchema>;

export const iceSettingsSchema = z.object({
  servers: z.array(iceServerSchema).max(16),
  /** Send media through TURN only, so that no address of this computer is told to the far end. */
  relayOnly: z.boolean(),
});
export type IceSettings = z.infer<typeof iceSettingsSchema>;

export const networkSettingsSchema = z.object({
  /** User name at the system's proxy; its password is in the secret store. Empty: the proxy asks for none. */
  proxyUser: z.string().max(256),
  /** What the doctor may dial to hear itself (an echo application of the server); empty: no echo call. */
  echoNumber: z.string().trim().max(64),
  /** Other devices of this number that may stay signed in (keys of `OtherContact`). */
  keptDevices: z.array(z.string().max(256)).max(32),
});
export type NetworkSettings = z.infer<typeof networkSettingsSchema>;

export const appearanceSettingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['system', 'en', 'de']),
});
export type AppearanceSettings = z.infer<typeof appearanceSettingsSchema>;

export const notificationSettingsSchema = z.object({
  /** Show the always-on-top card for incoming calls. */
  incomingToast: z.boolean(),
});
export type NotificationSettings = z.infer<typeof notificationSettingsSchema>;

export const settingsSchema = z.object({
  version: z.literal(settingsVersion),
  /** Stable `+sip.instance` of this installation (RFC 5626): a UUID without `urn:uuid:`. Empty until first start. */
  instanceId: z.string().regex(/^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/),
  account: accountSchema.nullable(),
  audio: audioSettingsSchema,
  ice: iceSettingsSchema,
  network: networkSettingsSchema,
  appearance: appearanceSettingsSchema,
  notifications: notificationSettingsSchema,
  dialling: diallingSettingsSchema,
  serverFeatures: serverFeatureSettingsSchema,
  availability: availabilitySettingsSchema,
  calls: callSettingsSchema,
  recording: recordingSettingsSchema,
});
export type Settings = z.infer<typeof settingsSchema>;

/** The sections a person changes on the settings page; `account` and `instanceId` have their own requests. */
export const settingsPatchSchema = z
  .object({
    audio: audioSettingsSchema.partial(),
    ice: iceSettingsSchema.partial(),
    network: networkSettingsSchema.partial(),
    appearance: appearanceSettingsSchema.partial(),
    notifications: notificationSettingsSchema.partial(),
    dialling: diallingSettingsSchema.partial(),
    serverFeatures: serverFeatureSettingsSchema.partial(),
    availability: availabilitySettingsSchema.partial(),
    calls: callSettingsSchema.partial(),
    recording: recordingSettingsSchema.partial(),
  })
  .partial();
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;

export const defaultSettings: Settings = {
  version: settingsVersion,
  instanceId: '',
  account: null,
  audio: {
    microphone: null,
    speaker: null,
    ringer: null,
    ringVolume: 0.8,
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: false,
  },
  ice: { servers: [], relayOnly: false },
  network: { proxyUser: '', echoNumber: '', keptDevices: [] },
  appearance: { theme: 'system', language: 'system' },
  notifications: { incomingToast: true },
  serverFeatures: { preset: 'none', codes: noFeatureCodes, parkSlots: '' },
  ...defaultCallSettings,
};
