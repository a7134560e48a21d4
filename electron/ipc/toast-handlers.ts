import type { CallView } from '#shared/calls/call.ts';
import type { ToastContract, ToastView } from '#shared/ipc/toast-contract.ts';
import type { Handlers } from './ipc-door.ts';

export interface ToastServices {
  readonly view: () => ToastView;
  readonly answer: (call: CallView['id']) => void;
  readonly decline: (call: CallView['id']) => void;
  readonly reply: (call: CallView['id'], text: string) => void;
  readonly sendTo: (call: CallView['id']) => void;
  readonly openMain: () => void;
}

/** What the incoming-call card's requests do: the same methods that the main window's buttons call. */
export function toastHandlers({ view, answer, decline, reply, sendTo, openMain }: ToastServices): Handlers<ToastContract> {
  return {
    'toast.get': () => view(),
    'call.answer': ({ call }) => {
      answer(call);
      return {};
    },
    'call.decline': ({ call }) => {
      decline(call);
      return {};
    },
    'call.reply': ({ call, text }) => {
      reply(call, text);
      return {};
    },
    'toast.send-to': ({ call }) => {
      sendTo(call);
      return {};
    },
    'toast.open-main': () => {
      openMain();
      return {};
    },
  };
}
