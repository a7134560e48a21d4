import { describe, expect, it } from 'vitest';
import { admitIncoming, type AdmissionRules, type Caller, mayAnswerByItself } from '#shared/calls/admission.ts';
import { callLimit } from '#shared/calls/call-policy.ts';
import type { Call } from '#shared/calls/call-state.ts';
import { defaultCallSettings } from '#shared/settings/call-settings.ts';
import { featureCodePresets } from '#shared/settings/feature-presets.ts';
import { dialled, received, talking } from '#test/support/calls/machine-run.ts';

const caller: Caller = { number: '0891234567', autoAnswer: null, fromEmergencyCentre: false };
const to = { on: true, target: '0891111' };
const someCall = talking().call;

function rules(over: Partial<AdmissionRules['availability']> = {}, more: Partial<AdmissionRules> = {}): AdmissionRules {
  return {
    availability: { ...defaultCallSettings.availability, ...over },
    calls: defaultCallSettings.calls,
    codes: featureCodePresets.none.codes,
    dialled: (typed) => (/^\d+$/.test(typed) ? `0${typed}` : null),
    ...more,
  };
}

const noWaiting = { calls: { ...defaultCallSettings.calls, callWaiting: false } };

describe('a call that comes', () => {
  it('rings; with another tone while somebody is talking', () => {
    expect(admitIncoming([], caller, rules())).toEqual({ kind: 'ring', tone: 'ring', autoAnswer: null, noAnswer: null });
    expect(admitIncoming([someCall], caller, rules())).toMatchObject({ kind: 'ring', tone: 'call-waiting' });
    expect(admitIncoming([received().call], caller, rules())).toMatchObject({ kind: 'ring', tone: 'ring' });
  });

  it('hears busy when there are too many, or when the person wants no second call', () => {
    const many = Array.from({ length: callLimit }, (): Call => received().call);
    expect(admitIncoming(many, caller, rules())).toEqual({ kind: 'busy' });
    expect(admitIncoming([dialled().call], caller, rules({}, noWaiting))).toEqual({ kind: 'busy' });
    expect(admitIncoming([], caller, rules({}, noWaiting))).toMatchObject({ kind: 'ring' });
  });

  it('is sent on as the person wants, with the number that is dialled', () => {
    expect(admitIncoming([], caller, rules({ always: to }))).toEqual({ kind: 'forwarded', to: '00891111', why: 'always' });
    expect(admitIncoming([someCall], caller, rules({ busy: to }, noWaiting))).toEqual({ kind: 'forwarded', to: '00891111', why: 'busy' });
    expect(admitIncoming([], caller, rules({ noAnswer: to, noAnswerAfterSeconds: 15 }))).toMatchObject({
      noAnswer: { target: '00891111', afterMs: 15_000 },
    });
  });

  it('rings when the rule leads nowhere', () => {
    expect(admitIncoming([], caller, rules({ always: { on: true, target: 'Anna' } }))).toMatchObject({ kind: 'ring' });
    expect(admitIncoming([], caller, rules({ always: { on: false, target: '202' } }))).toMatchObject({ kind: 'ring' });
  });

  it('is refused when nobody is to be disturbed; a forwarding of all calls is still done', () => {
    expect(admitIncoming([], caller, rules({ doNotDisturb: true }))).toEqual({ kind: 'not-disturbed' });
    expect(admitIncoming([], caller, rules({ doNotDisturb: true, always: to }))).toMatchObject({ kind: 'forwarded' });
  });

  it('is left to the server where that does the same', () => {
    const { codes } = featureCodePresets.asterisk;
    const all = { doNotDisturb: true, always: to, busy: to, noAnswer: to };
    expect(admitIncoming([], caller, rules(all, { codes }))).toEqual({ kind: 'ring', tone: 'ring', autoAnswer: null, noAnswer: null });
    expect(admitIncoming([someCall], caller, rules(all, { codes, ...noWaiting }))).toEqual({ kind: 'busy' });
  });

  it('hears busy during an emergency call, or is sent on where a rule says so', () => {
    const help = talking([], dialled({ emergency: true })).call;
    expect(admitIncoming([help], caller, rules())).toEqual({ kind: 'busy' });
    expect(admitIncoming([help], caller, rules({ busy: to }))).toMatchObject({ kind: 'forwarded', why: 'busy' });
    expect(admitIncoming([dialled({ emergency: true }).call], caller, rules())).toEqual({ kind: 'busy' });
    expect(admitIncoming([received({ emergency: true }).call], caller, rules())).toMatchObject({ kind: 'ring' });
  });

  it('always rings when an emergency centre calls back', () => {
    const centre: Caller = { ...caller, number: '112', fromEmergencyCentre: true };
    const strict = rules({ doNotDisturb: true, always: to, noAnswer: to }, noWaiting);
    expect(admitIncoming([someCall], centre, strict)).toEqual({ kind: 'ring', tone: 'call-waiting', autoAnswer: null, noAnswer: null });
  });
});

describe('a call that wants to be taken by itself', () => {
  const wish: Caller = { ...caller, autoAnswer: { afterSeconds: 2 } };
  const allowed = { ...defaultCallSettings.calls, autoAnswer: { on: true, allowed: ['+49 89 1234567'], microphone: 'open' as const } };

  it('is, for a caller who may', () => {
    expect(admitIncoming([], wish, rules({}, { calls: allowed }))).toMatchObject({ autoAnswer: { afterMs: 2_000, muted: false } });
  });

  it.each([
    ['who is not on the list', { ...wish, number: '0897654321' }, allowed, []],
    ['who did not ask for it', caller, allowed, []],
    ['when it is switched off', wish, { ...allowed, autoAnswer: { ...allowed.autoAnswer, on: false } }, []],
    ['during another call', wish, allowed, [someCall]],
  ] as const)('is not for a caller %s', (_who, from, calls, others) => {
    expect(admitIncoming(others, from, rules({}, { calls }))).toMatchObject({ kind: 'ring', autoAnswer: null });
  });

  it('is not any more when the person has taken or dialled another meanwhile', () => {
    const ringing = received().call;
    expect(mayAnswerByItself([ringing], ringing)).toBe(true);
    expect(mayAnswerByItself([ringing, { ...dialled().call, id: 'b' }], ringing)).toBe(false);
  });
});
