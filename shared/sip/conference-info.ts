import type { Participant, Roster } from '../calls/call.ts';
import { versionOf } from './dialog-info.ts';
import { partyOf, safeText } from './identity.ts';
import { parseUri, percentDecode } from './parse-uri.ts';
import { childOf, childrenOf, readXml, type XmlElement } from './xml-reader.ts';

type ElementState = 'full' | 'partial' | 'deleted';

/** One document of the conference event package (RFC 4575). */
export interface ConferenceInfo {
  readonly version: number;
  readonly state: ElementState;
  /** Null: the document says nothing about it. */
  readonly subject: string | null;
  /** `usersState` `full`: `users` is all of them, even where the document is partial. */
  readonly usersState: 'full' | 'partial';
  readonly users: readonly UserPart[];
}

interface UserPart {
  readonly entity: string;
  readonly state: ElementState;
  readonly displayName: string | null;
  readonly endpoints: readonly EndpointPart[];
}

interface EndpointPart {
  readonly entity: string;
  readonly state: ElementState;
  readonly status: Participant['status'] | null;
  readonly muted: boolean | null;
}

/** What is known of a conference after some documents of one subscription. */
export interface ConferenceState {
  readonly version: number;
  readonly subject: string;
  readonly users: ReadonlyMap<string, ConferenceUser>;
}

interface ConferenceUser {
  readonly displayName: string;
  readonly endpoints: ReadonlyMap<string, { readonly status: Participant['status']; readonly muted: boolean | null }>;
}

const namespace = 'urn:ietf:params:xml:ns:conference-info';
const maxParticipants = 500;
const maxEndpoints = 16;

/** Endpoint status (RFC 4575 section 5.7.3) in the words of the roster. */
const statusWords: Readonly<Record<string, Participant['status']>> = {
  pending: 'dialling',
  'dialing-out': 'dialling',
  'dialing-in': 'dialling',
  alerting: 'ringing',
  connected: 'connected',
  'muted-via-focus': 'connected',
  'on-hold': 'on-hold',
  disconnecting: 'left',
  disconnected: 'left',
};

/** With several endpoints, somebody is as present as the best of them. */
const presence: readonly Participant['status'][] = ['left', 'dialling', 'ringing', 'on-hold', 'connected'];

/**
 * Reads an `application/conference-info+xml` body.
 * @returns undefined when it is no such document
 */
export function parseConferenceInfo(xml: string): ConferenceInfo | undefined {
  const root = readXml(xml);
  if (root?.name !== 'conference-info' || (root.namespace !== namespace && root.namespace !== '')) return undefined;
  const users = childOf(root, 'users');
  const description = childOf(root, 'conference-description');
  const subject = description && (childOf(description, 'subject') ?? childOf(description, 'display-text'));
  return {
    version: versionOf(root),
    state: stateOf(root),
    subject: subject === undefined ? null : safeText(subject.text),
    usersState: users !== undefined && stateOf(users) === 'full' ? 'full' : 'partial',
    users: users === undefined ? [] : childrenOf(users, 'user').flatMap(userPart),
  };
}

/**
 * Lays a document over what is known (RFC 4575 section 4.6). A full one replaces it whatever its version; a partial one that is old or
 * skips a version changes nothing.
 * @param before undefined at the beginning of a subscription
 * @returns `gap`: something was missed; the subscription must be refreshed to get a full document
 */
export function mergeConferenceInfo(
  before: ConferenceState | undefined,
  info: ConferenceInfo,
): { readonly now: ConferenceState | undefined; readonly gap: boolean } {
  const { version } = info;
  if (info.state === 'deleted') return { now: { version, subject: before?.subject ?? '', users: new Map() }, gap: false };
  if (info.state === 'full') return { now: { version, subject: info.subject ?? '', users: withUsers(new Map(), info.users) }, gap: false };
  if (before === undefined || version > before.version + 1) return { now: before, gap: true };
  if (version <= before.version) return { now: before, gap: false };
  const users = withUsers(info.usersState === 'full' ? new Map() : before.users, info.users);
  return { now: { version, subject: info.subject ?? before.subject, users }, gap: false };
}

/**
 * The participants as a window shows them, without those who left.
 * @param selfUri our own address as the server knows it; where no host agrees, the only one with our user part is us
 */
export function rosterOf({ subject, users }: ConferenceState, selfUri: string): Roster {
  const all = [...users].map(([entity, user]) => participantOf(entity, user)).filter(({ status }) => status !== 'left');
  const self = selfOf(all, selfUri);
  return { subject, participants: all.slice(0, maxParticipants).map((one) => (one === self ? { ...one, isSelf: true } : one)) };
}

function withUsers(before: ReadonlyMap<string, ConferenceUser>, parts: readonly UserPart[]): Map<string, ConferenceUser> {
  const users = new Map(before);
  for (const part of parts) {
    const known = part.state === 'partial' ? users.get(part.entity) : undefined;
    if (part.state === 'deleted') users.delete(part.entity);
    else if (known !== undefined || users.size < maxParticipants) {
      const endpoints = withEndpoints(known?.endpoints ?? new Map(), part.endpoints);
      users.set(part.entity, { displayName: part.displayName ?? known?.displayName ?? '', endpoints });
    }
  }
  return users;
}

function withEndpoints(before: ConferenceUser['endpoints'], parts: readonly EndpointPart[]): ConferenceUser['endpoints'] {
  const endpoints = new Map(before);
  for (const { entity, state, status, muted } of parts) {
    const known = state === 'partial' ? endpoints.get(entity) : undefined;
    if (state === 'deleted') endpoints.delete(entity);
    else if (known !== undefined || endpoints.size < maxEndpoints) {
      endpoints.set(entity, { status: status ?? known?.status ?? 'connected', muted: muted ?? known?.muted ?? null });
    }
  }
  return endpoints;
}

function participantOf(entity: string, { displayName, endpoints }: ConferenceUser): Participant {
  const uri = parseUri(entity);
  const party = uri === undefined ? undefined : partyOf({ displayName, uri, parameters: uri.parameters });
  const present = [...endpoints.values()].sort((a, b) => presence.indexOf(b.status) - presence.indexOf(a.status))[0];
  return {
    id: entity,
    displayName: party?.displayName ?? displayName,
    number: party?.number ?? '',
    // somebody without endpoints is listed because they take part
    status: present?.status ?? 'connected',
    muted: present?.muted ?? null,
    isSelf: false,
  };
}

function selfOf(participants: readonly Participant[], selfUri: string): Participant | undefined {
  const self = parseUri(selfUri);
  if (self?.user === undefined) return undefined;
  const user = percentDecode(self.user);
  const sameUser = participants.filter(({ id }) => percentDecode(parseUri(id)?.user ?? '') === user);
  const sameHost = sameUser.find(({ id }) => parseUri(id)?.host === self.host);
  return sameHost ?? (sameUser.length === 1 ? sameUser[0] : undefined);
}

function userPart(element: XmlElement): UserPart[] {
  const entity = element.attributes.get('entity')?.trim() ?? '';
  if (entity === '' || entity.length > 1024) return [];
  const displayText = childOf(element, 'display-text')?.text;
  return [
    {
      entity,
      state: stateOf(element),
      displayName: displayText === undefined ? null : safeText(displayText),
      endpoints: childrenOf(element, 'endpoint').map(endpointPart),
    },
  ];
}

function endpointPart(element: XmlElement): EndpointPart {
  const word = childOf(element, 'status')?.text.toLowerCase() ?? '';
  const status = Object.hasOwn(statusWords, word) ? (statusWords[word] ?? null) : null;
  return {
    entity: (element.attributes.get('entity') ?? '').slice(0, 1024),
    state: stateOf(element),
    status,
    muted: word === 'muted-via-focus' ? true : mutedOf(element),
  };
}

/** Whether audio comes from the endpoint: `media/status` is told from its point of view (RFC 4575 section 5.8.5). */
function mutedOf(endpoint: XmlElement): boolean | null {
  const media = childrenOf(endpoint, 'media').find((one) => (childOf(one, 'type')?.text ?? 'audio').toLowerCase() === 'audio');
  const status = media && childOf(media, 'status')?.text.toLowerCase();
  if (status === 'sendrecv' || status === 'sendonly') return false;
  return status === 'recvonly' || status === 'inactive' ? true : null;
}

function stateOf({ attributes }: XmlElement): ElementState {
  const state = attributes.get('state')?.trim().toLowerCase();
  return state === 'partial' || state === 'deleted' ? state : 'full';
}
