import type { NetworkLab } from '../lab/network-lab.ts';

/**
 * Contacts of an extension that the server could reach now: it lists them, and the connection that brought them stands at both ends.
 * A server goes on listing what was bound by a connection of which it does not know yet that it is dead.
 */
export async function liveContacts(lab: NetworkLab, user: string): Promise<readonly string[]> {
  const [listed, standing] = await Promise.all([
    lab.cli('database show registrar contact'),
    lab.exec('client', ['ss', '-Htn', 'state', 'established', 'dport', '=', '8089']),
  ]);
  // a NAT of the lab keeps the port, and one computer's ports are its own
  const ports = new Set([...standing.matchAll(/\s\S+:(\d+)\s+\S+:8089\s/g)].map(([, port]) => port));
  return contactsOf(listed, user).filter((contact) => ports.has(/:(\d+)$/.exec(contact)?.[1]));
}

/** @param listed Asterisk's database of contacts; its list for people cuts long addresses off @returns host and port of each */
export function contactsOf(listed: string, user: string): string[] {
  return listed.split('\n').flatMap((line) => {
    const [, owner, rest = ''] = /^\/registrar\/contact\/([^;]+);.*"uri":"sips?:(?:[^@"]*@)?([^;"]+)/.exec(line) ?? [];
    return owner === user ? [rest] : [];
  });
}
