/** Reading what a browser sent: ids, single values and lists, the same for every room. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a value is an id in the form in which we write them. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

/** All values of a posted field or query parameter; what is no text is left out. */
export function listOf(source: unknown, name: string): string[] {
  if (typeof source !== 'object' || source === null || !Object.hasOwn(source, name)) return [];
  const value: unknown = Reflect.get(source, name);
  return (Array.isArray(value) ? value : [value]).filter((each): each is string => typeof each === 'string');
}

/**
 * The one value of a posted field or query parameter. A field that came twice is no answer: whichever was taken, somebody could
 * have meant the other (ASVS 15.3.7).
 * @returns undefined when it is absent, came twice, or is no text
 */
export function singleOf(source: unknown, name: string): string | undefined {
  if (typeof source !== 'object' || source === null || !Object.hasOwn(source, name)) return undefined;
  const value: unknown = Reflect.get(source, name);
  return typeof value === 'string' ? value : undefined;
}
