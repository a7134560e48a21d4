import type { AvailabilitySettings } from '#shared/settings/call-settings.ts';
import type { Send } from './call-commands.ts';

/** What a person can do to reach somebody without a call, now or later. */
export interface ReachCommands {
  /** Tells when `number` is free again, or lets the server call back. */
  requestCallback(number: string, name: string): void;
  cancelCallback(id: string): void;
  dismissMessage(id: string): void;
  /** Rules for calls that come in, and do not disturb. */
  changeAvailability(changes: Partial<AvailabilitySettings>): void;
}

export function createReachCommands(send: Send): ReachCommands {
  return {
    requestCallback: (number, name) => send('callback.request', { number, name }),
    cancelCallback: (id) => send('callback.cancel', { id }),
    dismissMessage: (id) => send('message.dismiss', { id }),
    changeAvailability: (changes) => send('availability.update', changes),
  };
}
