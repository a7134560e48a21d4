import type { ConferenceMember } from '../ipc/media-contract.ts';

/** What the mixing must know of one call. */
export interface CallSound {
  readonly held: boolean;
  /** What it sends is music on hold: for the person, not for a conference. */
  readonly heldByFarEnd: boolean;
}

export interface RecordingOrder {
  readonly peer: string;
  /** Both sides are reminded of the recording by a beep. */
  readonly tone: boolean;
}

export interface MixingInput {
  /** Every call that is there, by its peer. */
  readonly calls: ReadonlyMap<string, CallSound>;
  /** As declared; some may not be there (any more). */
  readonly members: readonly ConferenceMember[];
  readonly recordings: ReadonlyMap<string, RecordingOrder>;
}

/** The sounds that flow together; nothing at all is silence. */
export interface Feed {
  /** Our microphone as it is for one call: each has its own mute. */
  readonly microphoneOf: string | null;
  /** Calls whose far ends are heard. */
  readonly from: readonly string[];
  /** The sign of a recording. */
  readonly sign: boolean;
}

export interface MixingPlan {
  /** By peer: calls that are sent a mixture in place of the bare microphone. */
  readonly sent: ReadonlyMap<string, Feed>;
  /** By recording. */
  readonly recorded: ReadonlyMap<string, Feed>;
  /** Whether the person hears the sign of a recording. */
  readonly sign: boolean;
}

const silence: Feed = { microphoneOf: null, from: [], sign: false };

/**
 * Who hears whom. A member of a conference (two calls or more) is sent the microphone and all other members; a call that is
 * recorded with a sign is sent the sign, and so is everybody in a conference with it. Nobody is ever sent what came from him.
 */
export function planMixing({ calls, members, recordings }: MixingInput): MixingPlan {
  const conference = conferenceOf(members, calls);
  const heard = conference.filter(({ peer, silenced }) => !silenced && isHeard(calls.get(peer))).map(({ peer }) => peer);
  const joined = new Set(conference.map(({ peer }) => peer));
  const signed = signedCalls([...recordings.values()], calls, joined);
  const isSilent = (peer: string): boolean => calls.get(peer)?.held ?? true;

  const feedTo = (peer: string): Feed =>
    isSilent(peer)
      ? silence
      : { microphoneOf: peer, from: joined.has(peer) ? heard.filter((other) => other !== peer) : [], sign: signed.has(peer) };
  // a recording outlives the peer that it began with: the call is being repaired
  const feedOf = (peer: string): Feed => (isSilent(peer) ? silence : { ...feedTo(peer), from: [...feedTo(peer).from, peer] });

  const sent = new Map([...new Set([...joined, ...signed])].map((peer) => [peer, feedTo(peer)]));
  return {
    sent,
    recorded: new Map([...recordings].map(([recording, { peer }]) => [recording, feedOf(peer)])),
    sign: [...sent.values()].some(({ sign }) => sign),
  };
}

/** The members that are there, each once; fewer than two are no conference. */
function conferenceOf(members: readonly ConferenceMember[], calls: ReadonlyMap<string, CallSound>): ConferenceMember[] {
  const present = new Map(members.filter(({ peer }) => calls.has(peer)).map((member) => [member.peer, member]));
  return present.size < 2 ? [] : [...present.values()];
}

function signedCalls(
  orders: readonly RecordingOrder[],
  calls: ReadonlyMap<string, CallSound>,
  conference: ReadonlySet<string>,
): ReadonlySet<string> {
  return new Set(
    orders.filter(({ peer, tone }) => tone && calls.has(peer)).flatMap(({ peer }) => (conference.has(peer) ? [...conference] : [peer])),
  );
}

function isHeard(call: CallSound | undefined): boolean {
  return call !== undefined && !call.held && !call.heldByFarEnd;
}
