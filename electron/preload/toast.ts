import type { ToastContract } from '#shared/ipc/toast-contract.ts';
import { exposeBridge } from './expose-bridge.ts';

exposeBridge<ToastContract>({
  requests: {
    'toast.get': true,
    'call.answer': true,
    'call.decline': true,
    'call.reply': true,
    'toast.send-to': true,
    'toast.open-main': true,
  },
  events: { 'toast.view': true },
});
