import type { Server } from './account.ts';
import { bracketed } from './sip-address.ts';

/** `wss://pbx.example.com:8089/ws`, as the WebSocket client takes it. */
export function serverUrl(server: Server): string {
  return `${server.transport}://${serverName(server)}${server.path}`;
}

/** `pbx.example.com:8089`: how a server is shown and named in records. */
export function serverName(server: Pick<Server, 'host' | 'port'>): string {
  return `${bracketed(server.host)}:${server.port}`;
}

export const defaultSecurePort = 443;
export const defaultPath = '/ws';

/**
 * Reads what a person typed or pasted as the address of a server: `pbx.example.com`, `pbx.example.com:8089`, `[2001:db8::1]:8089`,
 * `wss://pbx.example.com:8089/ws`. Without a scheme it is secure; without a path it is `/ws`.
 * @returns undefined when it is none of these (`address-invalid`)
 */
export function parseServerAddress(text: string): Omit<Server, 'trust'> | undefined {
  const parts = /^(?:(wss?):\/\/)?(\[[^\]\s]+\]|[^\s:/?#@[\]]+)(?::(\d{1,5}))?(\/[^\s?#]*)?$/i.exec(text.trim());
  if (parts === null) return undefined;
  const [, scheme, writtenHost = '', writtenPort, writtenPath] = parts;
  const transport = scheme?.toLowerCase() === 'ws' ? 'ws' : 'wss';
  const host = readHost(writtenHost);
  const port = writtenPort === undefined ? (transport === 'ws' ? 80 : defaultSecurePort) : Number(writtenPort);
  if (host === undefined || port < 1 || port > 65_535) return undefined;
  const path = writtenPath === undefined || writtenPath === '/' ? defaultPath : writtenPath;
  return { host, port, transport, path };
}

function readHost(text: string): string | undefined {
  if (text.startsWith('[')) {
    const literal = text.slice(1, -1);
    return /^[0-9a-f:.]+(%[0-9a-z]+)?$/i.test(literal) && literal.includes(':') ? literal.toLowerCase() : undefined;
  }
  const host = text.toLowerCase().replace(/\.$/, '');
  const labels = host.split('.');
  const valid =
    host.length <= 253 &&
    labels.every((label) => /^[a-z0-9_\u0080-\u{10ffff}](?:[a-z0-9_\u0080-\u{10ffff}-]{0,61}[a-z0-9\u0080-\u{10ffff}])?$/u.test(label));
  return valid ? host : undefined;
}
