import type { ErrorReport } from '#shared/errors/app-error.ts';
import { doctorSteps, type DoctorStepId } from '#shared/network/doctor/names.ts';
import type { DoctorRun } from '#shared/network/doctor/run.ts';
import { serverName } from '#shared/profiles/server-address.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';

/** What becomes of one address of the account. `at`: wall time in ms when the doctor saw it fail; null when the line did. */
export type AddressState = { readonly kind: 'in-use' | 'trying' | 'ready' } | { readonly kind: 'failed'; readonly at: number | null };

/** Steps on the way to a server after which nothing of it works. */
const onTheWay: readonly DoctorStepId[] = doctorSteps.slice(doctorSteps.indexOf('dns'), doctorSteps.indexOf('register') + 1);

/** @param name `host:port`, as `serverName` writes it */
export function addressState(name: string, registration: RegistrationStatus, doctor: DoctorRun | null): AddressState {
  if ('server' in registration && registration.server === name) {
    switch (registration.phase) {
      case 'registered':
      case 'standing-by':
        return { kind: 'in-use' };
      case 'waiting':
      case 'refused':
        return { kind: 'failed', at: null };
      case 'connecting':
      case 'registering':
      case 'unregistering':
        return { kind: 'trying' };
    }
  }
  if ('error' in registration && isAbout(registration.error, name)) return { kind: 'failed', at: null };
  const failed = doctor?.lines.some(({ server, step, state }) => server === name && state === 'broken' && onTheWay.includes(step));
  return failed === true ? { kind: 'failed', at: doctor?.finishedAt ?? doctor?.startedAt ?? null } : { kind: 'ready' };
}

function isAbout({ details }: ErrorReport, name: string): boolean {
  const { host, port } = details;
  return typeof host === 'string' && typeof port === 'number' && serverName({ host, port }) === name;
}

/** Whether another device has the line, which is told in one sentence and is no fault. */
export function isTakenOver(registration: RegistrationStatus): boolean {
  return registration.phase === 'refused' && registration.error.code === 'taken-over';
}

/** The error that keeps the line from its server; null when there is none. */
export function errorToMend(registration: RegistrationStatus): ErrorReport | null {
  return 'error' in registration && !isTakenOver(registration) ? registration.error : null;
}
