import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseFault } from '../../prisma/database-faults.ts';

const TRIES = 20;
const PAUSE_MS = 500;

/** Does what a person does who reads "try again in a moment": for what people are played by on a machine that has its hands full. */
export async function patiently<Value>(act: () => Promise<Value>): Promise<Value> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await act();
    } catch (error) {
      if (left === 0 || !isDatabaseFault(error)) throw error;
      await delay(PAUSE_MS);
    }
  }
}
