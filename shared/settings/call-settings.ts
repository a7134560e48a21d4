import { z } from 'zod';
import { areaCodeForm, emergencyNumberForm, outsidePrefixForm } from './text-forms.ts';

/** What a person may type into a number field of the settings: to be read by the dial plan like any typed number. */
const typedNumber = z.string().trim().max(128);

const emergencyNumber = z.string().regex(emergencyNumberForm.pattern);

/** How numbers become what is dialled, and what the far end sees of us. */
export const diallingSettingsSchema = z.object({
  /** ISO 3166-1 alpha-2 of the country that national numbers belong to; empty: not known, numbers are dialled as typed. */
  country: z.string().regex(/^([A-Z]{2})?$/),
  /** Area code without its trunk zero; empty: none is put before local numbers. */
  areaCode: z.string().regex(areaCodeForm.pattern),
  /** What gets an outside line; empty: none. */
  outsidePrefix: z.string().regex(outsidePrefixForm.pattern),
  /** Numbers of up to so many digits are extensions and dialled as they are; 0: not known. */
  internalLength: z.number().int().min(0).max(8),
  /** How digits travel in a call: as telephone events (RFC 4733) or in SIP INFO. */
  dtmf: z.enum(['rtp', 'info']),
  /** Never show our number to the far end unless a single call asks for it. */
  hideNumber: z.boolean(),
  /** Numbers that the server lets us show instead of our own. */
  shownNumbers: z.array(z.object({ label: z.string().trim().max(64), number: typedNumber.min(1) })).max(16),
  /** One of `shownNumbers`; null: the line's own. */
  shownNumber: z.string().max(128).nullable(),
  /** Changes to the built-in list of emergency numbers: the server's list wins over it. */
  emergency: z.object({ added: z.array(emergencyNumber).max(32), removed: z.array(emergencyNumber).max(32) }),
});
export type DiallingSettings = z.infer<typeof diallingSettingsSchema>;

export const forwardRuleSchema = z.object({ on: z.boolean(), target: typedNumber });
export type ForwardRule = z.infer<typeof forwardRuleSchema>;

export const forwardReasons = ['always', 'busy', 'noAnswer', 'unregistered'] as const;
export type ForwardReason = (typeof forwardReasons)[number];

export const availabilitySettingsSchema = z.object({
  doNotDisturb: z.boolean(),
  always: forwardRuleSchema,
  busy: forwardRuleSchema,
  noAnswer: forwardRuleSchema,
  /** Only the server can do this one. */
  unregistered: forwardRuleSchema,
  noAnswerAfterSeconds: z.number().int().min(5).max(120),
});
export type AvailabilitySettings = z.infer<typeof availabilitySettingsSchema>;

export const callSettingsSchema = z.object({
  /** Off: who calls during a call hears busy. */
  callWaiting: z.boolean(),
  autoAnswer: z.object({
    on: z.boolean(),
    /** Who may: only their calls that ask for it are taken. */
    allowed: z.array(typedNumber.min(1)).max(100),
    microphone: z.enum(['open', 'muted']),
  }),
  /** Texts offered under "Reply by message"; empty: those of the language. */
  replies: z.array(z.string().trim().min(1).max(256)).max(8),
});
export type CallSettings = z.infer<typeof callSettingsSchema>;

export const recordingSettingsSchema = z.object({
  /** Whether calls offer to be recorded at all. */
  offered: z.boolean(),
  /** Absolute path; null until the person has chosen one. */
  folder: z.string().max(4096).nullable(),
  /** A beep that both sides hear while it records. */
  tone: z.boolean(),
});
export type RecordingSettings = z.infer<typeof recordingSettingsSchema>;

const off = { on: false, target: '' } as const;

export const defaultCallSettings = {
  dialling: {
    country: '',
    areaCode: '',
    outsidePrefix: '',
    internalLength: 0,
    dtmf: 'rtp',
    hideNumber: false,
    shownNumbers: [],
    shownNumber: null,
    emergency: { added: [], removed: [] },
  } satisfies DiallingSettings as DiallingSettings,
  availability: {
    doNotDisturb: false,
    always: off,
    busy: off,
    noAnswer: off,
    unregistered: off,
    noAnswerAfterSeconds: 20,
  } satisfies AvailabilitySettings as AvailabilitySettings,
  calls: {
    callWaiting: true,
    autoAnswer: { on: false, allowed: [], microphone: 'muted' },
    replies: [],
  } satisfies CallSettings as CallSettings,
  recording: { offered: false, folder: null, tone: true } satisfies RecordingSettings as RecordingSettings,
};
