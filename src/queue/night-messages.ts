import { z } from 'zod';
import { nightProgress, nightResult } from './night';

/** NightMessage is what a worker process tells the process that started it for one night. */
const nightMessage = z.discriminatedUnion('event', [
  z.object({ event: z.literal('progress'), progress: nightProgress }),
  z.object({ event: z.literal('result'), result: nightResult }),
  z.object({
    event: z.literal('error'),
    error: z.object({ code: z.string(), message: z.string(), advice: z.string() }),
  }),
]);
export type NightMessage = z.output<typeof nightMessage>;

/** writeNightMessage gives the JSON form of a message: money as yuan with two decimals. */
export function writeNightMessage(message: NightMessage): unknown {
  return z.encode(nightMessage, message);
}

/** readNightMessage takes what came over the wire; null for anything that is no message of a night. */
export function readNightMessage(wire: unknown): NightMessage | null {
  return nightMessage.safeParse(wire).data ?? null;
}
