import { onTestFinished } from 'vitest';
import { ask, registered, unprocessedMicrophone } from './driver.ts';
import { freePort } from './free-port.ts';
import { createTempFolder } from './temp-folder.ts';
import { type OpenCommute, openCommute } from './use-commute.ts';

/** Somebody of the practice office, and the tone that the microphone hears. */
export interface OfficeSeat {
  readonly user: string;
  readonly hz: number;
}

/** Several Commutes in one practice office, each signed in as somebody else. */
export async function openOffice(seats: readonly OfficeSeat[]): Promise<OpenCommute[]> {
  const folder = await createTempFolder('office');
  onTestFinished(() => folder.dispose());
  const port = `--practice-port=${await freePort()}`;
  const opened: OpenCommute[] = [];
  // one after the other: the first opens the office, the others find it
  for (const { user, hz } of seats) {
    const commute = await openCommute({ profileFolder: folder.path, args: [port, `--profile=p${user}`], microphone: { hz } });
    await ask(commute.page, 'session.sign-in-practice-office', { user });
    await registered(commute.page);
    await unprocessedMicrophone(commute.page);
    opened.push(commute);
  }
  return opened;
}
