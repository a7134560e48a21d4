import type { Account, Server } from '#shared/profiles/account.ts';
import type { SignIn } from '#shared/ipc/ui-contract.ts';
import { parseServerAddress, serverUrl } from '#shared/profiles/server-address.ts';

/** What stands in the fields of the sign-in page. */
export interface SignInDraft {
  readonly user: string;
  readonly password: string;
  readonly server: string;
  readonly secondServer: string;
  readonly authUser: string;
  readonly displayName: string;
  readonly domain: string;
  readonly transport: Server['transport'];
  readonly remember: boolean;
}

export type SignInFault = 'userMissing' | 'passwordMissing' | 'serverMissing' | 'serverInvalid';
export type SignInFaults = Partial<Record<'user' | 'password' | 'server' | 'secondServer', SignInFault>>;

/** The fields as they were the last time, without the password. */
export function draftOf(account: Account | null): SignInDraft {
  const known = account?.kind === 'server' ? account : null;
  const [first, second] = known?.servers ?? [];
  return {
    user: known?.user ?? '',
    password: '',
    server: first ? serverUrl(first) : '',
    secondServer: second ? serverUrl(second) : '',
    authUser: known?.authUser ?? '',
    displayName: known?.displayName ?? '',
    domain: known?.domain ?? '',
    transport: first?.transport ?? 'wss',
    remember: true,
  };
}

/**
 * Checks the fields and makes a request of them.
 * @param known servers whose certificates were trusted before; that trust is kept for the same host and port
 */
export function readDraft(draft: SignInDraft, known: readonly Server[]): { request: SignIn } | { faults: SignInFaults } {
  const first = readAddress(draft.server, draft.transport, known);
  const second = readAddress(draft.secondServer, draft.transport, known);
  const faults: SignInFaults = {
    ...(draft.user.trim() === '' ? { user: 'userMissing' } : {}),
    ...(draft.password === '' ? { password: 'passwordMissing' } : {}),
    ...(first === null ? { server: 'serverMissing' } : first === undefined ? { server: 'serverInvalid' } : {}),
    ...(second === undefined ? { secondServer: 'serverInvalid' } : {}),
  };
  if (!first || Object.keys(faults).length > 0) return { faults };
  const { user, password, authUser, displayName, domain, remember } = draft;
  return {
    request: {
      user: user.trim(),
      password,
      authUser: authUser.trim(),
      displayName: displayName.trim(),
      domain: domain.trim(),
      servers: second ? [first, second] : [first],
      remember,
    },
  };
}

/** Null for an empty field, undefined for one that is no address. */
function readAddress(text: string, transport: Server['transport'], known: readonly Server[]): Server | null | undefined {
  const typed = text.trim();
  if (typed === '') return null;
  const address = parseServerAddress(typed.includes('://') ? typed : `${transport}://${typed}`);
  if (address === undefined) return undefined;
  const before = known.find(({ host, port }) => host === address.host && port === address.port);
  return { ...address, trust: before?.trust ?? { kind: 'system' } };
}
