import { findHeader } from '#shared/sip/find-header.ts';
import { readReplaces } from '#shared/sip/dialog-name.ts';
import type { HeaderField, SipRequest, SipResponse } from '#shared/sip/message.ts';
import type { Person } from '#shared/people/person.ts';
import { concerns, type DialogTable } from '../events/dialog-table.ts';
import type { AddressBook } from '../events/event-package.ts';
import type { AvailabilityBook } from '../features/availability.ts';
import { readFeatureCode } from '../features/feature-code.ts';
import type { FeatureDesk, FeatureOutcome } from '../features/feature-desk.ts';
import { type Destination, type DiversionReason, followForwarding, forwardedFrom } from '../features/forwarding.ts';
import { attendantNumber, membersOf, parkNumber } from '../features/number-plan.ts';
import { groupHeaders, redirectionHeaders } from '../features/redirection-headers.ts';
import { type Caller, userOf } from './caller-identity.ts';
import type { Flow } from './flow.ts';
import { addressList, header, quoted } from './header-edits.ts';
import type { LocationService } from './location-service.ts';
import { lastStage, type Refusal, type Stage, type Target } from './stage.ts';

interface CallRouterOptions {
  readonly location: LocationService;
  readonly dialogs: DialogTable;
  readonly availability: AvailabilityBook;
  readonly desk: FeatureDesk;
  readonly addresses: AddressBook;
  readonly directory: ReadonlyMap<string, Person>;
  /** Token of the robot with this number; undefined for people. */
  readonly robotToken: (number: string) => string | undefined;
}

export const localHosts: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);
const noAnswerAfterMs = 8000;
const autoAnswer = [
  header('Call-Info', '<sip:127.0.0.1>;answer-after=0'),
  header('Alert-Info', '<http://127.0.0.1>;info=alert-autoanswer;delay=0'),
];

/** Who sends a request, and on which flow. */
interface Origin {
  readonly caller: Caller;
  readonly flow: Flow;
}

/** Says where a request outside of dialogs goes. */
export class CallRouter {
  readonly #options: CallRouterOptions;

  constructor(options: CallRouterOptions) {
    this.#options = options;
  }

  route(request: SipRequest, caller: Caller, flow: Flow): Stage | Refusal {
    const { location, desk } = this.#options;
    const { uri } = request;
    if (!['sip', 'sips', 'tel'].includes(uri.scheme)) return { status: 416 };
    if (uri.scheme !== 'tel' && !localHosts.has(uri.host)) {
      const device = location.byContactUri(uri.text);
      return device === undefined ? { status: 404 } : lastStage([this.#target(device.user, device)]);
    }
    const number = userOf(uri);
    const origin = { caller, flow };
    if (request.method !== 'INVITE') return this.#reach(number, origin);
    const replaces = findHeader(request.headers, 'Replaces');
    if (replaces !== undefined) return this.#takeOver(number, replaces, origin);
    const feature = readFeatureCode(number);
    const outcome =
      feature === undefined
        ? desk.park(number, findHeader(request.headers, 'Referred-By') !== undefined)
        : desk.perform(feature, caller.user);
    return outcome === undefined ? this.#call(number, origin) : this.#carryOut(outcome, number, origin);
  }

  #carryOut(outcome: FeatureOutcome, dialled: string, origin: Origin): Stage | Refusal {
    switch (outcome.kind) {
      case 'call':
        return outcome.intercom ? this.#intercom(outcome.number, origin) : this.#call(outcome.number, origin);
      case 'confirm':
        return this.#robot(attendantNumber, dialled, outcome.text);
      case 'park':
        return this.#robot(parkNumber, outcome.place, this.#options.addresses.nameOf(outcome.place));
      case 'redirect':
        return { status: 302, headers: [header('Contact', outcome.contact)] };
      case 'refuse': {
        const { status, reason } = outcome;
        return { status, reason, headers: [header('Reason', `SIP;cause=${status};text=${quoted(reason)}`)] };
      }
    }
  }

  /** All devices of a number, whatever its owner has ordered. */
  #reach(number: string, origin: Origin): Stage | Refusal {
    if (!this.#options.directory.has(number)) return { status: 404 };
    const targets = (membersOf(number) ?? [number]).flatMap((member) => this.#devices(member, origin));
    return targets.length === 0 ? { status: 480 } : lastStage(targets);
  }

  /**
   * INVITE with Replaces is no new call, so nothing applies that is meant for those (RFC 3891). It goes to the one device that has
   * the dialog, whichever of its ends was named; if the office does not know the dialog, to all devices, of which one may.
   */
  #takeOver(number: string, value: string, origin: Origin): Stage | Refusal {
    const { dialogs, location, addresses } = this.#options;
    const name = readReplaces(value);
    if (name === undefined) return { status: 400 };
    const dialog = dialogs.find(name.callId, [name.toTag, name.fromTag]);
    const end = dialog?.callerTag === name.toTag ? dialog.caller : dialog?.callee;
    const isMeant = dialog !== undefined && (number === dialog.id || number === parkNumber || concerns(dialog, number));
    if (end === undefined || !isMeant) return this.#reach(number, origin);
    const contactUri = location.byToken(end.token)?.contactUri ?? addresses.uriOf(end.number);
    const target = this.#target(end.number, { contactUri, token: end.token });
    return lastStage([end.hidden ? { ...target, identity: () => [] } : target]);
  }

  #intercom(number: string, origin: Origin): Stage | Refusal {
    const closed = this.#options.availability.of(number).doNotDisturb;
    const stage = closed ? doNotDisturb : this.#reach(number, origin);
    return 'status' in stage ? stage : lastStage(stage.targets.map((target) => ({ ...target, headers: autoAnswer })));
  }

  #call(number: string, origin: Origin): Stage | Refusal {
    return this.#ring(followForwarding(number, [], this.#rules(origin)), origin);
  }

  #ring(destination: Destination, origin: Origin): Stage | Refusal {
    const { number, left, closed } = destination;
    if (!this.#options.directory.has(number)) return { status: 404 };
    if (closed) return doNotDisturb;
    const targets = this.#targetsOf(destination, origin);
    const afterSilence = this.#forward(destination, 'no-answer', origin);
    if (targets.length === 0) return afterSilence ?? { status: 480 };
    return {
      targets,
      announcement: left.length === 0 ? [] : this.#announcement(destination),
      noAnswerAfterMs: afterSilence === undefined ? undefined : noAnswerAfterMs,
      next: (outcome) => this.#after(destination, outcome, origin),
    };
  }

  /** An answer with a tag founds an early dialog, and that needs a Contact (RFC 3261 section 12.1.1). */
  #announcement({ number, left }: Destination): HeaderField[] {
    const contact = header('Contact', `<${this.#options.addresses.uriOf(number)}>`);
    return [contact, ...redirectionHeaders(left, number, this.#addressOf), this.#asserted(number)];
  }

  /** Robots, groups and people; what was redirected says so. */
  #targetsOf({ number, left }: Destination, origin: Origin): Target[] {
    const members = membersOf(number);
    if (members === undefined) {
      const headers = redirectionHeaders(left, number, this.#addressOf);
      return this.#devices(number, origin).map((target) => ({ ...target, headers }));
    }
    const willing = members.filter((member) => member !== origin.caller.user && !this.#options.availability.of(member).doNotDisturb);
    return willing.flatMap((member) => {
      const headers = groupHeaders(number, left, member, this.#addressOf);
      const identity = (status: number): HeaderField[] => [this.#asserted(status < 200 ? number : member)];
      return this.#devices(member, origin).map((target) => ({ ...target, group: number, headers, identity }));
    });
  }

  #after(destination: Destination, outcome: SipResponse | 'no-answer', origin: Origin): Stage | undefined {
    if (outcome === 'no-answer') return this.#forward(destination, 'no-answer', origin);
    const { status } = outcome;
    if (status === 486 || status === 600) return this.#forward(destination, 'user-busy', origin);
    if (status === 408 || status === 480) return this.#forward(destination, 'no-answer', origin);
    return status >= 300 && status < 400 ? this.#followRedirection(destination, outcome, origin) : undefined;
  }

  /**
   * A callee's 3xx to a number of the office is followed here (RFC 3261 section 16.7 step 4): the office answers for it, and knows
   * better than the caller how to name who sent the call on. Everything else goes back to the caller.
   */
  #followRedirection(destination: Destination, { headers, contacts }: SipResponse, origin: Origin): Stage | undefined {
    const numbers = contacts.flatMap(({ uri }) => (localHosts.has(uri.host) && uri.headers.size === 0 ? [userOf(uri)] : []));
    const to = numbers.find((number) => this.#options.directory.has(number));
    const said = addressList(headers, 'Diversion')[0]?.parameters.get('reason');
    const reason = callersReasons.find((candidate) => candidate === said) ?? 'deflection';
    return this.#sendOn(forwardedFrom(destination, reason, to, this.#rules(origin)), origin);
  }

  #forward(destination: Destination, reason: 'user-busy' | 'no-answer', origin: Origin): Stage | undefined {
    const { forward } = this.#options.availability.of(destination.number);
    const to = reason === 'user-busy' ? forward.busy : forward['no-answer'];
    return this.#sendOn(forwardedFrom(destination, reason, to, this.#rules(origin)), origin);
  }

  /** A place where nobody can be reached is none. */
  #sendOn(destination: Destination | undefined, origin: Origin): Stage | undefined {
    const stage = destination === undefined ? undefined : this.#ring(destination, origin);
    return stage === undefined || 'status' in stage ? undefined : stage;
  }

  #rules({ caller }: Origin): { caller: string; availabilityOf: AvailabilityBook['of'] } {
    return { caller: caller.user, availabilityOf: (number) => this.#options.availability.of(number) };
  }

  #robot(robot: string, number: string, name: string): Stage | Refusal {
    const { robotToken, addresses } = this.#options;
    const token = robotToken(robot);
    if (token === undefined) return { status: 404 };
    const identity = header('P-Asserted-Identity', `${quoted(name)} <${addresses.uriOf(number)}>`);
    return lastStage([{ ...this.#target(number, { contactUri: addresses.uriOf(number), token }), identity: () => [identity] }]);
  }

  /** A person is not called on the flow that the call comes from. */
  #devices(number: string, { flow }: Origin): Target[] {
    const { robotToken, addresses, location } = this.#options;
    const token = robotToken(number);
    if (token !== undefined) return [this.#target(number, { contactUri: addresses.uriOf(number), token })];
    const devices = location.bindingsOf(number).filter((device) => device.flow !== flow);
    return devices.map((device) => this.#target(number, device));
  }

  #target(number: string, { contactUri, token }: { readonly contactUri: string; readonly token: string }): Target {
    return { uri: contactUri, token, number, group: undefined, headers: [], identity: () => [this.#asserted(number)] };
  }

  #asserted(number: string): HeaderField {
    return header('P-Asserted-Identity', this.#addressOf(number));
  }

  readonly #addressOf = (number: string): string => {
    const { addresses } = this.#options;
    const name = addresses.nameOf(number);
    return name === '' ? `<${addresses.uriOf(number)}>` : `${quoted(name)} <${addresses.uriOf(number)}>`;
  };
}

/** Reasons that a callee may give for a redirection of theirs. */
const callersReasons: readonly DiversionReason[] = ['unconditional', 'user-busy', 'no-answer', 'do-not-disturb'];

const doNotDisturb: Refusal = {
  status: 486,
  reason: 'Do Not Disturb',
  headers: [header('Reason', 'SIP;cause=486;text="Do not disturb"')],
};
