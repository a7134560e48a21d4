import { connect } from 'node:net';
import type { Disposable } from '#shared/util/disposable.ts';

/** Connects once and hangs up. `onConnected` is called when somebody takes the connection; nothing is said about anything else. */
export function probeTcp(target: { readonly address: string; readonly port: number }, onConnected: () => void): Disposable {
  const socket = connect({ host: target.address, port: target.port });
  socket.once('connect', () => {
    socket.destroy();
    onConnected();
  });
  // who does not take the connection says nothing here
  socket.on('error', () => {});
  return { dispose: () => void socket.destroy() };
}
