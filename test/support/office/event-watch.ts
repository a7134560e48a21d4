import { findHeader } from '#shared/sip/find-header.ts';
import type { SipRequest, SipResponse } from '#shared/sip/message.ts';
import type { TestClient } from './test-client.ts';

/** One NOTIFY as a subscriber reads it. */
export interface Notice {
  readonly request: SipRequest;
  /** Value of Subscription-State. */
  readonly state: string;
  readonly body: string;
}

/** Subscribes and returns the 200, which founds the dialog for what follows (`client.inDialog('SUBSCRIBE', ...)`). */
export async function subscribe(client: TestClient, number: string, event: string, expires = 300): Promise<SipResponse> {
  client.send('SUBSCRIBE', `sip:${number}@127.0.0.1`, [
    { name: 'Event', value: event },
    { name: 'Expires', value: String(expires) },
    { name: 'Contact', value: client.contact },
  ]);
  return client.takeResponse('SUBSCRIBE');
}

/** Takes and answers the next NOTIFY. */
export async function nextNotice(client: TestClient, status = 200): Promise<Notice> {
  const request = await client.takeRequest('NOTIFY');
  client.respond(request, status);
  return { request, state: findHeader(request.headers, 'Subscription-State') ?? '', body: Buffer.from(request.body).toString() };
}
