import { z } from 'zod';
import { callIdSchema, callViewSchema } from '../calls/call.ts';
import { defineContract, request } from './contract.ts';

const nothing = z.object({});
const onCall = z.object({ call: callIdSchema });

export const toastViewSchema = z.object({
  /** The ringing call to show; null when the card is about to close. */
  call: callViewSchema.nullable(),
  theme: z.enum(['light', 'dark']),
  language: z.enum(['en', 'de']),
  /** Texts offered under "Reply by message"; empty: those of the language. */
  replies: z.array(z.string().max(256)).max(8),
});
export type ToastView = z.infer<typeof toastViewSchema>;

/** What the incoming-call card may ask for: to deal with a ringing call, and to open the main window. */
export const toastContract = defineContract({
  requests: {
    'toast.get': request(nothing, toastViewSchema),
    'call.answer': request(onCall, nothing),
    'call.decline': request(onCall, nothing),
    /** Declines and sends the text to the caller. */
    'call.reply': request(onCall.extend({ text: z.string().trim().min(1).max(1024) }), nothing),
    /** Opens the main window where it asks whom the call is sent on to: the card itself is too small for a list of people. */
    'toast.send-to': request(onCall, nothing),
    'toast.open-main': request(nothing, nothing),
  },
  events: { 'toast.view': toastViewSchema },
});
export type ToastContract = typeof toastContract;
