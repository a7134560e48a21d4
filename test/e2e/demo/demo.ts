// npm run demo: starts the real app in the practice office, calls and is called, and measures what it hears.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Page } from 'playwright-core';
import type { CallView } from '#shared/calls/call.ts';
import { freePort } from '#test/support/app/free-port.ts';
import { launchCommute } from '#test/support/app/commute.ts';
import { ask, callIn, hear, registered, stateOf, waitForState } from '#test/support/app/driver.ts';

const microphoneHz = 1_000;
const callbackHz = 1_004;
const screenshots = resolve('out', 'demo');

const say = (label: string, text: string): void => void process.stdout.write(`${label.padEnd(22)} ${text}\n`);

async function main(): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  const commute = await launchCommute({ microphone: { hz: microphoneHz }, args: [`--practice-port=${await freePort()}`] });
  try {
    const page = await commute.window('ui/index.html');
    await page.getByRole('button', { name: 'Practice office' }).waitFor();
    await shoot(page, '1-sign-in');
    const started = performance.now();
    await page.getByRole('button', { name: 'Practice office' }).click();
    await registered(page);
    const { session } = await stateOf(page);
    say(
      'Registered',
      `as ${session.account?.displayName ?? ''} (${session.account?.user ?? ''}) in ${Math.round(performance.now() - started)} ms`,
    );

    await page.getByRole('combobox', { name: 'Search or dial' }).fill('echo');
    await page.keyboard.press('Enter');
    const echo = await callIn(page, 'connected');
    const heard = await hear(page, echo.id, microphoneHz);
    const measured = await facts(page, echo.id);
    say('Called', `${echo.remote.displayName} (${echo.remote.number})`);
    describe(measured, heard.frequencyHz, heard.levelDb, `${microphoneHz} Hz from the microphone, back through the echo`);
    await shoot(page, '2-in-a-call');
    await ask(page, 'call.hang-up', { call: echo.id });
    await waitForState(page, 'no call', ({ calls }) => calls.length === 0);

    await page.getByRole('combobox', { name: 'Search or dial' }).fill('82');
    await page.keyboard.press('Enter');
    const ringing = await callIn(page, 'ringing-in');
    say('Called back by', `${ringing.remote.displayName} (${ringing.remote.number})`);
    await shoot(page, '3-incoming');
    await page.getByRole('button', { name: 'Answer' }).first().click();
    const back = await callIn(page, 'connected');
    const tone = await hear(page, back.id, callbackHz);
    describe(await facts(page, back.id), tone.frequencyHz, tone.levelDb, `${callbackHz} Hz from the colleague`);
    await ask(page, 'call.hang-up', { call: back.id });
    await waitForState(page, 'no call', ({ calls }) => calls.length === 0);
    await shoot(page, '4-call-list');
    say('Screenshots', screenshots);
    say('Result', 'sound flowed both ways');
  } catch (error) {
    process.stderr.write(`${commute.output().slice(-4_000)}\n`);
    throw error;
  } finally {
    await commute.dispose();
  }
}

function facts(page: Page, id: string): Promise<CallView> {
  return waitForState(page, 'codec, way and quality of the call', ({ calls }) =>
    calls.find((call) => call.id === id && call.codec !== null && call.pair !== null && call.quality !== null),
  );
}

function describe(call: CallView, hz: number | null, levelDb: number, what: string): void {
  say('  ICE pair', call.pair === null ? 'none' : `${call.pair.local} to ${call.pair.remote} over ${call.pair.protocol.toUpperCase()}`);
  say('  Codec', call.codec ?? 'none');
  say('  Tone heard', `${hz?.toFixed(2) ?? 'none'} Hz at ${levelDb.toFixed(1)} dB (${what})`);
  say('  Quality', call.quality ?? 'unknown');
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

try {
  await main();
  process.exit(0);
} catch (error) {
  say('Result', `failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
