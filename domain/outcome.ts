/** What a decision gives back: events to append, or the one reason why not. */
export type Decision<Event, Code extends string> =
  | { readonly ok: true; readonly events: readonly Event[] }
  | {
      readonly ok: false;
      readonly code: Code;
      readonly params?: Readonly<Record<string, string | number | readonly string[]>>;
    };

export function accept<Event>(...events: Event[]): { readonly ok: true; readonly events: readonly Event[] } {
  return { ok: true, events };
}

export function refuse<Code extends string>(
  code: Code,
  params?: Readonly<Record<string, string | number | readonly string[]>>,
): {
  readonly ok: false;
  readonly code: Code;
  readonly params?: Readonly<Record<string, string | number | readonly string[]>>;
} {
  return params === undefined ? { ok: false, code } : { ok: false, code, params };
}

/** Fails the type check when a union is not handled whole. */
export function unreachable(value: never): never {
  throw new Error(`unhandled: ${JSON.stringify(value)}`);
}
