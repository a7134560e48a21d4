import { expect, it } from 'vitest';
import { contactsOf } from '#test/support/roaming/live-contacts.ts';

const listed = [
  '/registrar/contact/207;@ece0: {"via_addr":"x.invalid","uri":"sip:bfd6@203.0.113.10:37962;transport=ws;x-ast-orig-host=x.invalid:0","qualify_frequency":"0"}',
  '/registrar/contact/208;@aaaa: {"path":"","uri":"sip:77@[2001:db8:66::100]:41000;transport=ws","user_agent":"Commute"}',
  '/registrar/contact/208;@bbbb: {"uri":"sip:78@192.168.77.100:41002"}',
  '3 results found.',
].join('\n');

it("reads host and port of one extension's contacts", () => {
  expect(contactsOf(listed, '208')).toEqual(['[2001:db8:66::100]:41000', '192.168.77.100:41002']);
  expect(contactsOf(listed, '207')).toEqual(['203.0.113.10:37962']);
  expect(contactsOf(listed, '20')).toEqual([]);
});
