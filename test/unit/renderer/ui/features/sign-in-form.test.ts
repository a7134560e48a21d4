import { describe, expect, it } from 'vitest';
import { signInSchema } from '#shared/ipc/ui-contract.ts';
import { draftOf, readDraft } from '#renderer/ui/features/sign-in/sign-in-form.ts';
import { sampleAccount } from '#test/support/ui/sample-state.ts';

const draft = { ...draftOf(null), user: ' 201 ', password: 'secret', server: 'pbx.example.org:8089' };

describe('the sign-in form', () => {
  it('makes a request that the contract takes', () => {
    const read = readDraft({ ...draft, secondServer: 'wss://public.example.org/ws' }, []);
    const request = signInSchema.parse('request' in read ? read.request : undefined);
    expect(request).toMatchObject({ user: '201', password: 'secret' });
    expect(request.servers.map(({ host, port, transport }) => `${transport} ${host} ${port}`)).toEqual([
      'wss pbx.example.org 8089',
      'wss public.example.org 443',
    ]);
  });

  it('uses the chosen transport where the address does not say it', () => {
    const transports = (server: string) => {
      const read = readDraft({ ...draft, server, transport: 'ws' }, []);
      return 'request' in read ? read.request.servers[0]?.transport : undefined;
    };
    expect(transports('pbx.example.org')).toBe('ws');
    expect(transports('wss://pbx.example.org')).toBe('wss');
  });

  it('names every fault', () => {
    expect(readDraft({ ...draftOf(null), secondServer: 'no address' }, [])).toEqual({
      faults: { user: 'userMissing', password: 'passwordMissing', server: 'serverMissing', secondServer: 'serverInvalid' },
    });
    expect(readDraft({ ...draft, server: 'http://x' }, [])).toEqual({ faults: { server: 'serverInvalid' } });
  });

  it('starts from the account of before, but never with a password, and not from the practice office', () => {
    const account = { ...sampleAccount, kind: 'server' as const };
    expect(draftOf(account)).toMatchObject({ user: '200', password: '', server: 'wss://127.0.0.1:8802/ws' });
    expect(draftOf(sampleAccount).user).toBe('');
  });

  it('keeps the trust in a certificate for the same host and port only', () => {
    const trust = (server: string) => {
      const read = readDraft({ ...draft, server }, sampleAccount.servers);
      return 'request' in read ? read.request.servers[0]?.trust.kind : undefined;
    };
    expect(trust('127.0.0.1:8802')).toBe('pinned');
    expect(trust('127.0.0.1:8803')).toBe('system');
  });
});
