import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

/** How to start an app in another network namespace, and how Playwright reaches it there. */
export interface NamespaceBridge {
  /** Put before the command that starts the app. */
  readonly prefix: readonly string[];
  /** Options for Electron: where its debuggers listen. */
  readonly args: readonly string[];
  dispose(): Promise<void>;
}

/** Joins Unix sockets, which know no network namespaces, with ports of this one's loopback; ends when its standard input does. */
const relay = `
const { connect, createServer } = require('node:net');
const [folder, ...ports] = process.argv.slice(1);
process.stdin.resume().on('end', () => process.exit());
Promise.all(ports.map((port) => new Promise((resolve) => {
  createServer((outside) => {
    const inside = connect(Number(port), '127.0.0.1');
    outside.pipe(inside).pipe(outside);
    for (const socket of [outside, inside]) socket.on('error', () => { outside.destroy(); inside.destroy(); });
  }).listen(folder + '/' + port, resolve);
}))).then(() => console.log('ready'));
`;

/**
 * Every namespace has a loopback of its own, and Playwright connects to the loopback it stands on. So the debuggers get ports that are
 * listened to out here, and each connection is carried in.
 * @param folder for the sockets; not removed
 */
export async function bridgeInto(namespace: string, folder: string): Promise<NamespaceBridge> {
  const sockets = new Set<Socket>();
  const servers = await Promise.all([listen(folder, sockets), listen(folder, sockets)]);
  const ports = servers.map(portOf);
  const prefix = ['ip', 'netns', 'exec', namespace];
  const [program = '', ...words] = [...prefix, process.execPath, '-e', relay, folder, ...ports.map(String)];
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  await ready(child, namespace);
  const [inspector, devTools] = ports;
  return {
    prefix,
    args: [`--inspect=${inspector}`, `--remote-debugging-port=${devTools}`],
    async dispose() {
      for (const server of servers) server.close();
      for (const socket of sockets) socket.destroy();
      const gone = child.exitCode === null ? once(child, 'exit') : undefined;
      child.stdin?.end();
      await gone;
    },
  };
}

async function listen(folder: string, sockets: Set<Socket>): Promise<Server> {
  const server = createServer((outside) => {
    const inside = connect(join(folder, String(portOf(server))));
    outside.pipe(inside).pipe(outside);
    for (const socket of [outside, inside]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => {
        outside.destroy();
        inside.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port.');
  return address.port;
}

async function ready(child: ChildProcess, namespace: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`Nothing can be started in the network namespace ${namespace}.`)));
  });
}
