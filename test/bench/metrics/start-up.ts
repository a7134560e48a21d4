import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { createTempFolder } from '#test/support/app/temp-folder.ts';
import { AppProcess, debuggingPortFile } from '../app-process.ts';
import { type BenchRoom, counted } from '../bench-room.ts';
import { DevTools } from '../devtools.ts';
import type { Figure } from '../figure.ts';
import { MeasuringServer } from '../measuring-server.ts';
import { treeMemory, type TreeMemory } from '../process-tree.ts';
import { createSignedInProfile, type SignedInProfile } from '../profile.ts';
import { median, ratios } from '../statistics.ts';

/** So long after the first frame, or after the REGISTER, an app counts as idle: Chromium ends helpers that nobody uses after 5 s. */
const settleMs = 10_000;
const lookAgainMs = 5;

interface Idle {
  readonly startMs: number;
  readonly memory: TreeMemory;
}

/** The empty app, Commute, and Commute with a key pressed in it, in turn, each alone on its runtime. */
export async function startUpFigures(room: BenchRoom): Promise<Figure[]> {
  const emptyFolder = await room.baseline('empty');
  const server = await MeasuringServer.start(room.certificate);
  const emptyProfile = await createTempFolder('bench-empty-profile');
  const profile = await createSignedInProfile(server.address);
  try {
    const rounds = await counted(room.runs, async (index) => {
      const empty = await startEmpty(emptyFolder, emptyProfile.path);
      const commute = await startCommute(room.commute, profile, server);
      const usableMs = await timeToKey(room.commute, profile);
      room.say(
        `start ${index}: empty shown ${Math.round(empty.startMs)} ms, REGISTER ${Math.round(commute.startMs)} ms, key taken ${Math.round(usableMs)} ms, memory ${Math.round(empty.memory.pssMb)} and ${Math.round(commute.memory.pssMb)} MB`,
      );
      return { empty, commute, usableMs };
    });
    const shown = rounds.map(({ empty }) => empty.startMs);
    const registered = rounds.map(({ commute }) => commute.startMs);
    const usable = rounds.map(({ usableMs }) => usableMs);
    const over = (pick: (idle: Idle) => number): number[] => rounds.map(({ empty, commute }) => pick(commute) - pick(empty));
    room.say(`memory of the empty app by process, MB: ${describe(rounds.map(({ empty }) => empty.memory))}`);
    room.say(`memory of Commute by process, MB: ${describe(rounds.map(({ commute }) => commute.memory))}`);
    return [
      { metric: 'empty Electron app: start to ready-to-show', unit: 'ms', samples: shown },
      { metric: 'start to REGISTER on the wire', unit: 'ms', samples: registered },
      {
        metric: 'start to REGISTER, of empty ready-to-show',
        unit: 'x',
        samples: ratios(registered, shown),
        goal: { bound: 'at most', value: 0.6 },
      },
      { metric: 'start to usable window', unit: 'ms', samples: usable },
      {
        metric: 'start to usable window, of empty ready-to-show',
        unit: 'x',
        samples: ratios(usable, shown),
        goal: { bound: 'at most', value: 1.25 },
      },
      { metric: 'idle memory of the empty app (PSS)', unit: 'MB', samples: rounds.map(({ empty }) => empty.memory.pssMb) },
      {
        metric: 'idle memory over the empty app (PSS)',
        unit: 'MB',
        samples: over(({ memory }) => memory.pssMb),
        goal: { bound: 'at most', value: 40 },
      },
      { metric: 'idle memory over the empty app (private dirty)', unit: 'MB', samples: over(({ memory }) => memory.privateDirtyMb) },
    ];
  } finally {
    await server.dispose();
    await profile.dispose();
    await emptyProfile.dispose();
  }
}

async function startEmpty(appFolder: string, profileFolder: string): Promise<Idle> {
  const app = await AppProcess.start({ appFolder, profileFolder });
  try {
    const startMs = (await app.told('ready-to-show')) - app.startedAt;
    return await idle(app, startMs);
  } finally {
    await app.dispose();
  }
}

async function startCommute(appFolder: string, profile: SignedInProfile, server: MeasuringServer): Promise<Idle> {
  const registered = server.next('REGISTER');
  const app = await AppProcess.start({ appFolder, profileFolder: profile.path, args: profile.args });
  try {
    const startMs = (await registered) - app.startedAt;
    return await idle(app, startMs);
  } catch (error) {
    throw new Error(`Commute did not register:\n${app.output.slice(-2_000)}`, { cause: error });
  } finally {
    await app.dispose();
  }
}

async function idle(app: AppProcess, startMs: number): Promise<Idle> {
  await delay(settleMs);
  return { startMs, memory: treeMemory(app.pid) };
}

/** From the start until the first frame is painted and the dial field has taken a key, whichever is later. */
async function timeToKey(appFolder: string, profile: SignedInProfile): Promise<number> {
  await rm(debuggingPortFile(profile.path), { force: true });
  const app = await AppProcess.start({
    appFolder,
    profileFolder: profile.path,
    args: [...profile.args, '--remote-debugging-port=0'],
  });
  const devTools = await DevTools.connect(profile.path);
  try {
    const page = await devTools.page('ui/index.html');
    while (!(await devTools.holds(page, prepareDialField))) await delay(lookAgainMs);
    await devTools.press(page, '5');
    return (await devTools.evaluate(page, keyTakenAt)) - app.startedAt;
  } finally {
    devTools.dispose();
    await app.dispose();
  }
}

/** Puts the caret into the dial field, as a click would, and listens there; comes to 1 once that is done. */
const prepareDialField = `(() => {
  const field = document.querySelector('input[role=combobox]');
  if (field === null || field.disabled) return 0;
  field.focus();
  if (document.activeElement !== field) return 0;
  window.benchKeyTaken = new Promise((resolve) => field.addEventListener('input', () => {
    if (field.value === '5') resolve(performance.now());
  }));
  return 1;
})()`;

const keyTakenAt = `Promise.all([
  window.benchKeyTaken,
  new Promise((resolve) => new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') resolve(startTime);
  }).observe({ type: 'paint', buffered: true })),
]).then((times) => performance.timeOrigin + Math.max(...times))`;

function describe(readings: readonly TreeMemory[]): string {
  const kinds = new Set(readings.flatMap(({ parts }) => parts.map(({ kind }) => kind)));
  return [...kinds]
    .map((kind) => {
      const each = readings.map(({ parts }) => parts.filter((part) => part.kind === kind));
      const total = median(each.map((parts) => parts.reduce((sum, { pssMb }) => sum + pssMb, 0)));
      return `${kind} ${Math.round(total)} (${median(each.map(({ length }) => length))})`;
    })
    .join(', ');
}
