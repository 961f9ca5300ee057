import Bowser from 'bowser';
import type { Request } from 'express';

const MAX_LABEL = 60;

/** `Chrome, Windows`, for the list of one's own sessions; null for a client that does not say what it is. */
export function deviceOf(req: Request): string | null {
  const agent = req.get('User-Agent');
  if (agent === undefined || agent === '') return null;
  const parser = Bowser.getParser(agent.slice(0, 500));
  const parts = [parser.getBrowserName(), parser.getOSName()].filter((part) => part !== '' && part !== undefined);
  return parts.length > 0 ? parts.join(', ').slice(0, MAX_LABEL) : null;
}
