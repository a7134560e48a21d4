import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

const loopback = '127.0.0.1';

/**
 * The way of media between phones of this machine. Descriptions are led through it, so that each candidate names a port of its own
 * here; a cut ends all of them for good, as a change of address does, and descriptions that come later name new ones.
 */
export class MediaPath {
  /** Ports by the candidate that they stand for. */
  readonly #doors = new Map<string, Door>();
  #dead: Door[] = [];
  /** Whether there is a network at all. */
  open = true;
  #cuts = 0;

  /** Changes with each cut: what was described under another one leads nowhere. */
  get generation(): number {
    return this.#cuts;
  }

  /** The description with the candidates that lead through here. Candidates that are not UDP over IPv4 are left out. */
  async describe(sdp: string): Promise<string> {
    const lines = await Promise.all(sdp.split('\r\n').map((line) => this.#rewritten(line)));
    return lines.filter((line) => line !== null).join('\r\n');
  }

  /** What was described until now leads nowhere any more. */
  cut(): void {
    this.#cuts += 1;
    this.#dead.push(...this.#doors.values());
    for (const door of this.#doors.values()) door.shut();
    this.#doors.clear();
  }

  dispose(): void {
    for (const door of [...this.#doors.values(), ...this.#dead]) door.dispose();
    this.#doors.clear();
    this.#dead = [];
  }

  async #rewritten(line: string): Promise<string | null> {
    const candidate = /^(a=candidate:\S+ \d+ udp \d+) (\S+) (\d+) (.*)$/i.exec(line);
    if (candidate === null) return line.startsWith('a=candidate:') ? null : line;
    const [, head = '', address = '', port = '', tail = ''] = candidate;
    if (address.includes(':')) return null;
    const key = `${address} ${port}`;
    const door = this.#doors.get(key) ?? new Door(address, Number(port), () => this.open);
    this.#doors.set(key, door);
    return `${head} ${loopback} ${await door.port} ${tail}`;
  }
}

/** One candidate of one phone. Everybody who comes gets a port of his own towards it, so that its answers find back. */
class Door {
  readonly port: Promise<number>;
  readonly #front = createSocket('udp4');
  readonly #backs = new Map<string, Socket>();
  readonly #passes: () => boolean;
  #shut = false;

  constructor(address: string, port: number, isOpen: () => boolean) {
    this.#passes = () => !this.#shut && isOpen();
    this.#front.on('message', (bytes, from) => {
      if (this.#passes()) this.#backFor(from.address, from.port).send(bytes, port, address);
    });
    this.#front.bind(0, loopback);
    this.port = once(this.#front, 'listening').then(() => this.#front.address().port);
  }

  shut(): void {
    this.#shut = true;
  }

  dispose(): void {
    for (const socket of [this.#front, ...this.#backs.values()]) socket.close();
    this.#backs.clear();
  }

  #backFor(address: string, port: number): Socket {
    const key = `${address} ${port}`;
    const known = this.#backs.get(key);
    if (known !== undefined) return known;
    const back = createSocket('udp4');
    back.on('message', (bytes) => {
      if (this.#passes()) this.#front.send(bytes, port, address);
    });
    this.#backs.set(key, back);
    return back;
  }
}
