import type { IceConfiguration, IceTrial } from '#shared/ipc/media-contract.ts';
import { departureMs, wantedKinds } from '#shared/media/gathering.ts';
import { connectionSettings } from './peer.ts';
import { StatsReader } from './stats.ts';

declare global {
  // of webrtc-pc; the DOM library does not know them yet
  interface RTCIceCandidate {
    readonly relayProtocol: 'udp' | 'tcp' | 'tls' | null;
    readonly url: string | null;
  }
}

type Found = IceTrial['candidates'][number];

/** As the contract caps them; a computer with a dozen adapters and as many servers stays below. */
const mostCandidates = 200;
const mostFailures = 64;

const nobody: IceConfiguration = { servers: [], relayOnly: false };

/** Trials of ICE, each under the id that main gave it. They use connections of their own and no sound. */
export class IceTrials {
  readonly #running = new Map<string, Trial>();

  /** Connections that are open. */
  get count(): number {
    return this.#running.size * 2;
  }

  /** See `check-ice` in the contract. */
  async run(check: string, ice: IceConfiguration): Promise<IceTrial> {
    const trial = new Trial(ice);
    this.#running.set(check, trial);
    try {
      return await trial.run();
    } finally {
      trial.dispose();
      this.#running.delete(check);
    }
  }

  /** Lets a trial go on with the addresses that it has, or answer with what there is. Does nothing when it is over. */
  end(check: string, stage: 'gathering' | 'all'): void {
    const trial = this.#running.get(check);
    if (stage === 'gathering') trial?.endGathering();
    else trial?.end();
  }
}

/**
 * Two connections in this window, one of which gathers as a call would. When it has, it is introduced to the other one, and a text
 * that went there and back proves the way: not earlier, because Chromium stops gathering as soon as it is connected. No timer is
 * used: everything is told by an event or by main.
 *
 * ```
 * gathering --complete, or main's word--> connecting --there and back, or main's word--> over
 * ```
 */
class Trial {
  readonly #ice: IceConfiguration;
  readonly #near: RTCPeerConnection;
  readonly #far: RTCPeerConnection;
  readonly #found: Found[] = [];
  readonly #failures: IceTrial['failures'] = [];
  readonly #gathered = Promise.withResolvers<undefined>();
  readonly #introduced = Promise.withResolvers<undefined>();
  readonly #over = Promise.withResolvers<undefined>();
  readonly #begunAt = performance.now();
  #completeAtMs: number | null = null;

  constructor(ice: IceConfiguration) {
    this.#ice = ice;
    this.#near = new RTCPeerConnection(connectionSettings(ice));
    // with its own addresses the far one is found as well, and takes no second place at a relay
    this.#far = new RTCPeerConnection(connectionSettings(ice.relayOnly ? ice : nobody));
  }

  async run(): Promise<IceTrial> {
    const channel = this.#near.createDataChannel('trial');
    this.#watch();
    await this.#near.setLocalDescription();
    await this.#gathered.promise;
    const gatheredAtMs = this.#elapsedMs();
    const found = [...this.#found];
    return {
      candidates: found,
      failures: [...this.#failures],
      gatheredMs: departureMs(wantedKinds(this.#ice), found, this.#completeAtMs, gatheredAtMs),
      loopBack: found.length === 0 ? { connected: false, tookMs: 0, pair: null } : await this.#loopBack(channel, gatheredAtMs),
    };
  }

  endGathering(): void {
    this.#gathered.resolve(undefined);
  }

  end(): void {
    this.endGathering();
    this.#over.resolve(undefined);
  }

  dispose(): void {
    this.end();
    this.#near.close();
    this.#far.close();
  }

  #watch(): void {
    this.#near.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate === null || this.#found.length === mostCandidates) return;
      const found = readCandidate(candidate, this.#elapsedMs());
      if (found !== undefined) this.#found.push(found);
    });
    this.#near.addEventListener('icecandidateerror', ({ url, errorCode, errorText }) => {
      if (this.#failures.length < mostFailures)
        this.#failures.push({ url: url.slice(0, 512), code: errorCode, text: errorText.slice(0, 512) });
    });
    this.#near.addEventListener('icegatheringstatechange', () => {
      if (this.#near.iceGatheringState !== 'complete') return;
      this.#completeAtMs ??= this.#elapsedMs();
      this.endGathering();
    });
  }

  async #loopBack(channel: RTCDataChannel, begunAtMs: number): Promise<IceTrial['loopBack']> {
    let connected = false;
    channel.addEventListener('open', () => channel.send('there and back'));
    channel.addEventListener('message', () => {
      connected = true;
      this.#over.resolve(undefined);
    });
    this.#far.addEventListener('datachannel', ({ channel: echo }) => {
      echo.addEventListener('message', ({ data }) => echo.send(String(data)));
    });
    this.#far.addEventListener('icecandidate', ({ candidate }) => {
      // rejects only when the trial is over
      if (candidate !== null) void this.#introduced.promise.then(() => this.#near.addIceCandidate(candidate)).catch(() => undefined);
    });
    await this.#introduce();
    await this.#over.promise;
    const tookMs = this.#elapsedMs() - begunAtMs;
    return { connected, tookMs, pair: connected ? (await new StatsReader(this.#near).read()).pair : null };
  }

  /** The offer carries what was gathered; the other side's addresses follow its answer one by one. */
  async #introduce(): Promise<void> {
    await this.#far.setRemoteDescription(described(this.#near));
    await this.#far.setLocalDescription();
    await this.#near.setRemoteDescription(described(this.#far));
    this.#introduced.resolve(undefined);
  }

  #elapsedMs(): number {
    return performance.now() - this.#begunAt;
  }
}

function described(connection: RTCPeerConnection): RTCSessionDescription {
  const description = connection.localDescription;
  if (description === null) throw new Error('A connection that was described has a description.');
  return description;
}

/** Undefined for one without an address. */
function readCandidate(candidate: RTCIceCandidate, atMs: number): Found | undefined {
  const { type, protocol, relayProtocol, address, port, relatedAddress, url } = candidate;
  if (type === null || protocol === null || address === null) return undefined;
  const plain = withoutBrackets(address);
  return {
    type,
    family: plain.includes(':') ? 6 : 4,
    protocol,
    // Chromium (148) is silent about UDP
    relayProtocol: type === 'relay' ? (relayProtocol ?? 'udp') : null,
    address: plain,
    port: port ?? 0,
    server: type === 'host' ? null : url,
    relatedAddress: relatedAddress === null ? null : withoutBrackets(relatedAddress),
    atMs,
  };
}

/** Chromium (148) writes IPv6 addresses as URLs do. */
function withoutBrackets(address: string): string {
  return address.replace(/^\[(.*)\]$/, '$1');
}
