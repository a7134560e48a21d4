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
});
export type ToastView = z.infer<typeof toastViewSchema>;

/** What the incoming-call card may ask for: nothing but to answer, decline, or open the main window. */
export const toastContract = defineContract({
  requests: {
    'toast.get': request(nothing, toastViewSchema),
    'call.answer': request(onCall, nothing),
    'call.decline': request(onCall, nothing),
    'toast.open-main': request(nothing, nothing),
  },
  events: { 'toast.view': toastViewSchema },
});
export type ToastContract = typeof toastContract;
