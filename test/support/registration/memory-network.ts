import {
  TransportCore,
  type TransportListener,
  type Wire,
  type WireListener,
  type WirePath,
} from '#electron/sip/transports/transport-core.ts';
import { SipStack, type SipStackOptions } from '#electron/sip/user-agent.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { Server } from '#shared/profiles/account.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import type { SipRequest } from '#shared/sip/message.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';
import { encodeUtf8 } from '#shared/sip/text-codec.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { SeededRandom } from '#test/support/seeded-random.ts';
import { answerTo } from '#test/support/sip/scripted-server.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import type { MemoryRegistrar } from './memory-registrar.ts';

/** What happens to what is sent to an address. */
export type AddressState = 'up' | 'refuses' | 'silent';

const tripMs = 10;

/** A network in memory and in virtual time: addresses that lead to one registrar, and connections that can fall silent. */
export class MemoryNetwork {
  readonly clock = new VirtualClock();
  readonly registrar: MemoryRegistrar;
  /** By the index of the address. */
  readonly addresses: AddressState[];
  /** Our own address, which new connections have. */
  localAddress = '192.168.1.20';
  readonly wires: MemoryWire[] = [];

  constructor(registrar: MemoryRegistrar, addressCount = 1) {
    this.registrar = registrar;
    this.addresses = Array.from({ length: addressCount }, () => 'up');
  }

  get openWires(): MemoryWire[] {
    return this.wires.filter(({ state }) => state === 'open');
  }

  /** Every connection that stands falls silent: nobody is told. */
  halfOpen(): void {
    for (const wire of this.openWires) wire.isSilent = true;
  }

  /** The server goes, with a word to everybody. */
  cutAll(): void {
    for (const wire of this.openWires) wire.cut();
  }

  open(index: number, listener: TransportListener, isBusy?: () => boolean): TransportCore {
    const wire = new MemoryWire(this, index, this.wires.length, this.localAddress);
    this.wires.push(wire);
    const core = new TransportCore({ wire, clock: this.clock, listener, isBusy, target: { host: `address${index}.test`, port: 443 } });
    core.connect();
    return core;
  }

  answer(request: SipRequest, wire: MemoryWire): Uint8Array | undefined {
    if (request.method !== 'REGISTER') return undefined;
    const { status, headers } = this.registrar.register(request, wire.number, this.clock.monotonicMs());
    return answerTo(request, status, headers);
  }
}

class MemoryWire implements Wire {
  readonly path: WirePath;
  readonly number: number;
  isSilent = false;
  state: 'connecting' | 'open' | 'closed' = 'connecting';
  /** The server was told nothing of its end. */
  readonly #network: MemoryNetwork;
  readonly #index: number;
  #listener: WireListener | undefined;

  constructor(network: MemoryNetwork, index: number, number: number, localAddress: string) {
    this.#network = network;
    this.#index = index;
    this.number = number;
    this.path = { localAddress, remoteAddress: '192.168.1.2' };
  }

  open(listener: WireListener): void {
    this.#listener = listener;
    this.#network.clock.schedule(tripMs, () => {
      const address = this.#network.addresses[this.#index];
      if (this.state !== 'connecting' || address === 'silent') return;
      this.state = address === 'up' ? 'open' : 'closed';
      if (address === 'up') listener.opened();
      else listener.closed(new AppError('connection-refused'));
    });
  }

  write(bytes: Uint8Array | string): void {
    const result = parseMessage(typeof bytes === 'string' ? encodeUtf8(bytes) : bytes);
    this.#later(() => {
      if (!result.ok || result.message.kind !== 'request') return;
      const answer = this.#network.answer(result.message, this);
      if (answer !== undefined) this.#later(() => this.#listener?.received(answer));
    });
  }

  ping(): void {
    this.#later(() => this.#later(() => this.#listener?.received(undefined)));
  }

  terminate(): void {
    if (this.state === 'open' && !this.isSilent) this.#network.registrar.closed(this.number);
    this.state = 'closed';
  }

  cut(): void {
    this.state = 'closed';
    this.#network.registrar.closed(this.number);
    this.#listener?.closed(new AppError('connection-lost'));
  }

  #later(action: () => void): void {
    this.#network.clock.schedule(tripMs, () => {
      if (this.state === 'open' && !this.isSilent) action();
    });
  }
}

/** A whole registration, from the machine to the bytes, on a network in memory. */
export class MemoryLine {
  readonly stack: SipStack;
  readonly statuses: RegistrationStatus[] = [];
  readonly flows: ('lost' | 'ready')[] = [];
  calls = 0;
  localAddresses: readonly string[] = ['192.168.1.20', '192.168.1.21', '10.8.0.2'];

  constructor(
    network: MemoryNetwork,
    wishes: Partial<Pick<SipStackOptions, 'instanceId' | 'computerName'>> & { readonly seed?: number } = {},
  ) {
    const servers = network.addresses.map((_, index): Server => ({
      host: `address${index}.test`,
      port: 443,
      transport: 'wss',
      path: '/ws',
      trust: { kind: 'system' },
    }));
    this.stack = new SipStack({
      account: { id: 'a', kind: 'server', user: '201', authUser: null, displayName: '', domain: 'lab.test', servers, registerExpires: 600 },
      password: () => 'secret',
      instanceId: wishes.instanceId ?? '0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d',
      computerName: wishes.computerName ?? 'desk',
      clock: network.clock,
      random: new SeededRandom(wishes.seed ?? 1),
      logger: silentLogger,
      userAgentName: 'Commute/test',
      delegate: {},
      flows: network,
      calls: { any: () => this.calls > 0, anyUnanswered: () => false },
      localAddresses: () => this.localAddresses.map((address) => ({ interfaceName: 'eth0', address, internal: false })),
    });
    this.stack.onRegistrationChanged((status) => this.statuses.push(status));
    this.stack.onFlowLost(() => this.flows.push('lost'));
    this.stack.onFlowReady(() => this.flows.push('ready'));
  }

  get phase(): RegistrationStatus['phase'] {
    return this.stack.registration.phase;
  }
}
