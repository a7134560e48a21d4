import type { CallView, Party } from '#shared/calls/call.ts';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import type { LineState } from '#shared/people/line-state.ts';
import type { Person } from '#shared/people/person.ts';
import type { Account } from '#shared/profiles/account.ts';
import { defaultSettings } from '#shared/settings/settings.ts';
import type { AppState } from '#shared/state/app-state.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Somebody who is signed in to the practice office, with everything as it should be. */
export function sampleState(changes: Partial<AppState> = {}, now = Date.now()): AppState {
  return {
    session: { stage: 'signed-in', account: sampleAccount, error: null },
    registration: {
      phase: 'registered',
      server: '127.0.0.1:8802',
      since: now - 2 * hour,
      expiresAt: now + 8 * minute,
      confirmedAt: now - 20_000,
      path: 'office',
      others: [],
    },
    connectivity: { nat: null, ice: null, doctor: null, checking: [], undecided: [] },
    calls: [],
    people: samplePeople,
    lines: sampleLines,
    parked: [],
    callbacks: [],
    messages: [],
    availability: { pending: false, error: null },
    policy: { recording: 'free' },
    settings: { ...defaultSettings, instanceId: '3f2c9a52-6c5c-4bd1-9f0b-0a1d2c3e4f50', account: sampleAccount },
    devices: {
      inputs: [{ id: 'mic-1', label: 'Jabra Evolve2 40 Mono' }],
      outputs: [
        { id: 'out-1', label: 'Jabra Evolve2 40 Mono' },
        { id: 'out-2', label: 'Built-in loudspeakers' },
      ],
    },
    media: { ready: true },
    history: { version: 1, unseenMissed: 2 },
    notices: [],
    app: { version: '0.1.0', system: 'linux x64 6.1', profile: '', theme: 'light', language: 'en', passwordKept: true },
    ...changes,
  };
}

/** Nobody is signed in yet. */
export function signedOutState(changes: Partial<AppState> = {}): AppState {
  const state = sampleState();
  return {
    ...state,
    session: { stage: 'signed-out', account: null, error: null },
    registration: { phase: 'signed-out' },
    people: [],
    settings: { ...state.settings, account: null },
    history: { version: 0, unseenMissed: 0 },
    ...changes,
  };
}

export const sampleAccount: Account = {
  id: 'practice',
  kind: 'practice-office',
  user: '200',
  authUser: null,
  displayName: 'Mara Klein',
  domain: null,
  servers: [
    {
      host: '127.0.0.1',
      port: 8802,
      transport: 'wss',
      path: '/ws',
      trust: { kind: 'pinned', fingerprint: Array.from({ length: 32 }, () => 'AB').join(':') },
    },
  ],
  registerExpires: 600,
};

function person(name: string, number: string, note: string): Person {
  return { id: number, name, numbers: [number], note, source: 'practice-office' };
}

export const samplePeople: Person[] = [
  person('Anna Weber', '201', 'Reception'),
  person('Ben Krause', '204', 'Sales, never answers'),
  person('Echo', '600', 'Says back what you say'),
  person('Jonas Meyer', '202', 'Support'),
  person('Lena Braun', '203', 'Accounts'),
  person('Sofia Torres', '205', 'Purchasing'),
  person('Österreicher, Tarek', '206', 'Head office'),
];

/** What the colleagues' lines do: one of each. */
export const sampleLines: LineState[] = [
  { number: '201', activity: 'busy', remote: null },
  { number: '202', activity: 'ringing', remote: null },
  { number: '203', activity: 'idle', remote: null },
  { number: '204', activity: 'idle', remote: null },
];

/** Somebody as the network names them. */
export function sampleParty(displayName: string, number: string): Party {
  return { displayName, number, uri: `sip:${number}@127.0.0.1` };
}

/** A call with Anna that is connected and well, unless `changes` say otherwise. */
export function sampleCall(changes: Partial<CallView> = {}, now = Date.now()): CallView {
  return {
    id: 'call-1',
    direction: 'outgoing',
    phase: 'connected',
    remote: { displayName: 'Anna Weber', number: '201', uri: 'sip:201@127.0.0.1' },
    redirectedBy: null,
    calledAs: null,
    dialled: '201',
    emergency: false,
    anonymous: false,
    autoAnswered: false,
    consultationFor: null,
    transfer: null,
    referral: null,
    inConference: false,
    silenced: false,
    roster: null,
    recordingSince: null,
    trouble: null,
    startedAt: now - 215_000,
    connectedAt: now - 207_000,
    endedAt: null,
    muted: false,
    hold: { local: false, remote: false },
    repairingSince: null,
    repair: null,
    repairs: [],
    microphoneError: null,
    endReason: null,
    codec: 'Opus',
    quality: 'good',
    pair: { local: 'host', remote: 'host', protocol: 'udp' },
    sentDigits: '',
    ...changes,
  };
}

/** An incoming call that rings. */
export function ringingCall(changes: Partial<CallView> = {}): CallView {
  return sampleCall({
    id: 'call-ringing',
    direction: 'incoming',
    phase: 'ringing-in',
    remote: { displayName: 'Jonas Meyer', number: '+49 170 5521', uri: 'sip:+491705521@127.0.0.1' },
    redirectedBy: { displayName: 'Support', number: '299', uri: 'sip:299@127.0.0.1' },
    dialled: '',
    connectedAt: null,
    codec: null,
    quality: null,
    pair: null,
    ...changes,
  });
}

function entry(id: string, at: number, changes: Partial<HistoryEntry>): HistoryEntry {
  return {
    id,
    accountId: 'practice',
    direction: 'outgoing',
    outcome: 'answered',
    name: '',
    number: '',
    via: '',
    startedAt: at,
    ringMs: 6000,
    talkMs: 0,
    endedBy: 'remote',
    errorCode: null,
    dialled: '',
    party: '',
    emergency: false,
    quality: null,
    recording: null,
    ring: null,
    unseen: false,
    ...changes,
  };
}

/** Two days of calls, newest first. */
export function sampleHistory(now = Date.now()): HistoryEntry[] {
  const missed = { direction: 'incoming', outcome: 'missed', ringMs: 12_000 } as const;
  return [
    entry('h1', now - 4 * minute, { name: 'Anna Weber', number: '201', talkMs: 207_000 }),
    entry('h2', now - 9 * minute, { ...missed, name: 'Jonas Meyer', number: '202', via: 'Support', unseen: true }),
    entry('h3', now - 12 * minute, { ...missed, number: '+49 89 123456', unseen: true }),
    entry('h4', now - 15 * minute, { name: 'Lena Braun', number: '203', talkMs: 63_000, endedBy: 'local' }),
    entry('h5', now - 24 * hour, { name: 'Ben Krause', number: '204', outcome: 'not-answered', ringMs: 30_000 }),
    entry('h6', now - 25 * hour, { name: 'Sofia Torres', number: '205', direction: 'incoming', outcome: 'answered-elsewhere' }),
    entry('h7', now - 26 * hour, { name: 'Tarek Hassan', number: '206', outcome: 'failed', errorCode: 'number-unavailable' }),
    entry('h8', now - 50 * hour, { name: 'Anna Weber', number: '201', direction: 'incoming', talkMs: 3_807_000 }),
  ];
}
