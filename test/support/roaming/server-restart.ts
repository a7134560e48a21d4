import { setTimeout as delay } from 'node:timers/promises';
import { type NetworkLab, serverAddresses } from '../lab/network-lab.ts';

/** Prints the wall time at which the port given accepts a connection. */
const watchPort = `
const { connect } = require('node:net');
const [host, port] = process.argv.slice(1);
const look = () => connect(Number(port), host)
  .on('connect', function () { console.log(Date.now()); this.destroy(); })
  .on('error', () => setTimeout(look, 5));
look();
`;

/**
 * Kills the server and brings it back.
 * @param downMs between `whileDown` and its start
 * @param whileDown what has to happen before it may come back
 * @returns wall time in ms at which its port was open again
 */
export async function restartServer(lab: NetworkLab, downMs: number, whileDown: () => Promise<void>): Promise<number> {
  await lab.killAsterisk();
  await whileDown();
  await delay(downMs);
  const open = lab.exec('internet', [process.execPath, '-e', watchPort, serverAddresses.public, '8089']);
  await lab.startAsterisk();
  return Number(await open);
}
