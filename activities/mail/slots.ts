/** At most so many at the same time; who comes first goes first. */
export interface Slots {
  /** Waits for a free one. */
  take(): Promise<void>;
  /** Gives one back that was taken. */
  free(): void;
}

/** @param count at least 1 */
export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let left = count;
  return {
    take() {
      if (left > 0) {
        left -= 1;
        return Promise.resolve();
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    free() {
      const next = waiting.shift();
      if (next) next();
      else left += 1;
    },
  };
}
