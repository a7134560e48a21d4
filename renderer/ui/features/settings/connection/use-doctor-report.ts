import { doctorReport } from '#shared/network/doctor/report.ts';
import { useTexts } from '../../../i18n/texts-context.tsx';
import { useUi } from '../../../store/ui-context.tsx';

/** The last run as text for whoever mends it, redacted, in the language of this window; empty when there was none. */
export function useDoctorReport(): () => string {
  const { textAt } = useTexts();
  const { replica } = useUi();
  return () => {
    const state = replica.store.getState().app;
    const run = state?.connectivity.doctor ?? null;
    if (state === null || run === null) return '';
    const { app, registration, session } = state;
    const path = 'path' in registration ? registration.path : null;
    const { version, system } = app;
    return doctorReport({ run, translate: textAt, version, system, account: session.account, path });
  };
}
