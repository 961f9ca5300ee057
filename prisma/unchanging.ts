/** What a process keeps in memory of rows that never change: nothing has to be asked anew, and several processes never differ. */

export interface Unchanging<Value> {
  get(key: string): Value | undefined;
  /** @returns the value that is known by this key from now on, frozen all through */
  keep(key: string, value: Value): Value;
}

/** @param most values; the one that was not asked for longest goes first */
export function createUnchanging<Value extends object>(most: number): Unchanging<Value> {
  const values = new Map<string, Value>();

  function put(key: string, value: Value): Value {
    values.delete(key);
    values.set(key, value);
    return value;
  }

  return {
    get(key) {
      const known = values.get(key);
      return known && put(key, known);
    },
    keep(key, value) {
      const known = values.get(key);
      if (known) return put(key, known);
      const [oldest] = values.keys();
      if (values.size >= most && oldest !== undefined) values.delete(oldest);
      return put(key, freeze(value));
    },
  };
}

/** Shared by all that ask: whoever tried to change it would change it for everybody. */
function freeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const each of Object.values(value)) freeze(each);
  return value;
}
