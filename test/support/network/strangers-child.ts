// Strangers in whatever network namespace this process stands in: a web page that sends everybody to its own, and a name server that
// knows no name. Ends when standard input closes.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { z } from 'zod';

const end = z.object({ address: z.string(), port: z.number() });
const { page, names } = z.object({ page: end.extend({ location: z.string() }), names: end }).parse(JSON.parse(process.argv[2] ?? ''));

const web = createServer((_request, response) => response.writeHead(302, { Location: page.location }).end());
await once(web.listen(page.port, page.address), 'listening');

const nameServer = createSocket('udp4');
nameServer.on('message', (question, { address, port }) => {
  const answer = Buffer.from(question);
  // RFC 1035 section 4.1.1: an answer, recursion available, no such name
  answer.writeUInt16BE(0x8183, 2);
  nameServer.send(answer, port, address);
});
nameServer.bind(names.port, names.address);
await once(nameServer, 'listening');

process.stdout.write('ready\n');
process.stdin.on('end', () => process.exit(0)).resume();
