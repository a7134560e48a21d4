import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { reportOf } from '#shared/errors/app-error.ts';
import type { RobotMedia } from './robot-media.ts';
import { type RobotReport, type RobotRequest, robotRequestSchema } from './robot-messages.ts';
import { WeriftRobotMedia } from './werift-robot-media.ts';

/** `process.parentPort` of a utility process, as far as it is used. */
interface ParentPort {
  on(event: 'message', listener: (message: { readonly data: unknown }) => void): unknown;
  postMessage(message: unknown): void;
}

/** Connects the robots' media to the main process. */
export function serveRobots(port: ParentPort, media: RobotMedia): void {
  const report = (message: RobotReport): void => port.postMessage(message);
  media.onLost((call) => report({ kind: 'lost', call }));
  port.on('message', ({ data }) => {
    const parsed = robotRequestSchema.safeParse(data);
    if (!parsed.success) return;
    const request = parsed.data;
    if (request.verb === 'close') return media.close(request.call);
    perform(media, request).then(
      (sdp) => report({ kind: 'done', id: request.id, sdp }),
      (error: unknown) => report({ kind: 'failed', id: request.id, error: reportOf(error) }),
    );
  });
}

async function perform(media: RobotMedia, request: Exclude<RobotRequest, { verb: 'close' }>): Promise<string> {
  switch (request.verb) {
    case 'answer':
      return media.answer(request.call, request.offer, request.sound);
    case 'offer':
      return media.offer(request.call, request.sound);
    case 'accept':
      await media.accept(request.call, request.answer);
      return '';
  }
}

const portSchema = z.custom<ParentPort>((value) => typeof value === 'object' && value !== null && 'postMessage' in value);
const parent = portSchema.safeParse(Reflect.get(process, 'parentPort'));
// the recordings lie beside `dist`, where this file is bundled to `dist/main/robots.js`
if (parent.success) serveRobots(parent.data, new WeriftRobotMedia(fileURLToPath(new URL('../../assets/sounds/', import.meta.url))));
