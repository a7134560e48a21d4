/** Sections of the settings page, in the order in which they stand there. */
export const settingsSections = [
  'account',
  'connection',
  'audio',
  'dialling',
  'calls',
  'forwarding',
  'server',
  'recording',
  'notifications',
  'shortcuts',
  'appearance',
  'network',
  'about',
] as const;

export type SettingsSectionId = (typeof settingsSections)[number];
