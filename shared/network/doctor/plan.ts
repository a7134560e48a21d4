import type { Account } from '../../profiles/account.ts';
import { serverName } from '../../profiles/server-address.ts';
import type { Settings } from '../../settings/settings.ts';
import { doctorSteps, type DoctorStepId } from './names.ts';
import type { SaidBy } from './said.ts';

/** One line of a run, before it is one. */
export interface PlannedStep {
  readonly id: string;
  readonly step: DoctorStepId;
  /** What it looks at: the whole, an address of the account by its place, or a STUN or TURN server by its id. */
  readonly subject:
    { readonly kind: 'whole' } | { readonly kind: 'server'; readonly index: number } | { readonly kind: 'ice'; readonly id: string };
  /** Shown beside its title: `host:port` of the address or server; null for the whole. */
  readonly server: string | null;
  /** Steps that must let pass before this one has a meaning. */
  readonly needs: readonly string[];
  /** Steps of which at least one must let pass; empty: none is asked for. */
  readonly needsOne: readonly string[];
  /** Steps that must have come to an end, in whatever way. */
  readonly after: readonly string[];
  /** After so long it is ended, in ms. */
  readonly deadlineMs: number;
  /** It has no meaning here: what its line says instead. */
  readonly skip: string | null;
}

export interface DoctorWishes {
  readonly account: Account | null;
  readonly settings: Pick<Settings, 'ice' | 'network'>;
  /** Dial the echo number, too. */
  readonly echo: boolean;
  /** A trial tone would be heard by the other side. */
  readonly inCall: boolean;
}

/** The whole run without its echo call is ended after so long, in ms. */
export const runDeadlineMs = 9_500;

/**
 * How long each kind of step may take, in ms. Servers' steps stand behind each other and still fit into the run where one of them is
 * dead: it takes its whole time, those after it none.
 */
const deadlines: Readonly<Record<DoctorStepId, number>> = {
  interfaces: 1_000,
  route: 1_000,
  'captive-portal': 3_000,
  proxy: 3_000,
  dns: 2_500,
  tcp: 3_000,
  tls: 3_000,
  upgrade: 2_000,
  register: 3_000,
  clock: 2_000,
  'double-registration': 500,
  'sip-alg': 500,
  mtu: 500,
  stun: 3_000,
  nat: 3_500,
  turn: 6_000,
  ice: 6_000,
  microphone: 5_000,
  speaker: 500,
  ringing: 1_000,
  'echo-call': 8_000,
};

/** The steps for an account and its settings, in the order of their lines. */
export function planDoctor({ account, settings, echo, inCall }: DoctorWishes): PlannedStep[] {
  const servers = account?.servers ?? [];
  const { servers: iceServers } = settings.ice;
  const ids = (step: DoctorStepId): string[] => servers.map((_, index) => `${step}:${index}`);
  const whole = (step: DoctorStepId, wishes: Partial<PlannedStep> = {}): PlannedStep => ({ ...plain(step), ...wishes });
  const soundSkip = inCall ? ({ skip: 'in-call' } satisfies { skip: SaidBy<'microphone' | 'speaker'> }) : {};
  const anyStun = iceServers.some(({ uri }) => uri.startsWith('stun'));
  const steps: PlannedStep[] = [
    whole('interfaces'),
    whole('route'),
    whole('captive-portal'),
    ...servers.flatMap((server, index) => serverSteps(index, serverName(server), server.transport === 'ws')),
    whole('clock', { after: [...ids('tls'), ...ids('register')] }),
    whole('double-registration', { after: ids('register'), needsOne: ids('register') }),
    whole('sip-alg', { after: ids('register'), needsOne: ids('tcp') }),
    whole('mtu', { after: ids('upgrade'), needsOne: ids('tcp') }),
    ...iceSteps('stun', iceServers),
    whole('nat', anyStun ? {} : { skip: 'none' satisfies SaidBy<'nat'> }),
    ...iceSteps('turn', iceServers),
    whole('ice', { after: ['nat'] }),
    whole('microphone', soundSkip),
    whole('speaker', { after: ['microphone'], ...soundSkip }),
    whole('ringing'),
  ];
  const withAccount = servers.length > 0 ? steps : steps.filter(({ step }) => !aboutServers.has(step));
  return inOrder([...withAccount, ...(servers.length > 0 ? [echoStep(echo, settings.network.echoNumber, ids('register'), steps)] : [])]);
}

const aboutServers: ReadonlySet<DoctorStepId> = new Set(['captive-portal', 'clock', 'double-registration', 'sip-alg', 'mtu']);

function plain(step: DoctorStepId): PlannedStep {
  const nothing = { needs: [], needsOne: [], after: [], skip: null };
  return { id: step, step, subject: { kind: 'whole' }, server: null, deadlineMs: deadlines[step], ...nothing };
}

function serverSteps(index: number, server: string, open: boolean): PlannedStep[] {
  const make = (step: DoctorStepId, wishes: Partial<PlannedStep> = {}): PlannedStep => ({
    ...plain(step),
    id: `${step}:${index}`,
    subject: { kind: 'server', index },
    server,
    ...wishes,
  });
  // what a connection failed on is judged with the interfaces in view
  const on = (...steps: DoctorStepId[]): string[] => steps.map((step) => `${step}:${index}`);
  return [
    make('proxy'),
    make('dns', { needs: on('proxy') }),
    make('tcp', { needs: on('proxy', 'dns'), after: ['interfaces'] }),
    make('tls', { needs: on('tcp'), ...(open ? { skip: 'plain' satisfies SaidBy<'tls'> } : {}) }),
    make('upgrade', { needs: on('tcp', 'tls') }),
    // one after the other: some registrars keep one binding a number
    make('register', { needs: on('upgrade'), after: index === 0 ? [] : [`register:${index - 1}`] }),
  ];
}

function iceSteps(step: 'stun' | 'turn', servers: Settings['ice']['servers']): PlannedStep[] {
  const own = servers.filter(({ uri }) => uri.startsWith(step));
  if (own.length === 0) return [{ ...plain(step), skip: 'none' satisfies SaidBy<'stun' | 'turn'> }];
  return own.map(({ id, uri }) => ({
    ...plain(step),
    id: `${step}:${id}`,
    subject: { kind: 'ice', id },
    server: uri.replace(/^\w+:/, ''),
  }));
}

/** Last of all, so that nothing else runs beside the sound. */
function echoStep(echo: boolean, number: string, registers: readonly string[], others: readonly PlannedStep[]): PlannedStep {
  const skip: SaidBy<'echo-call'> | null = !echo ? 'not-asked' : number === '' ? 'no-number' : null;
  return { ...plain('echo-call'), needsOne: registers, after: others.map(({ id }) => id), skip };
}

/** Lines stand by kind, addresses of a kind in the account's order. */
function inOrder(steps: readonly PlannedStep[]): PlannedStep[] {
  return [...steps].sort((one, other) => doctorSteps.indexOf(one.step) - doctorSteps.indexOf(other.step));
}
