/** Something that is made when it is first needed, because what it loads is large and may never be. */
export interface FirstUse<Value> {
  get(): Promise<Value>;
  /** Undefined when nobody asked for it. */
  made(): Promise<Value> | undefined;
}

/** @param make called once; after a failure again, when somebody asks again */
export function onFirstUse<Value>(make: () => Promise<Value>): FirstUse<Value> {
  let made: Promise<Value> | undefined;
  return {
    get() {
      made ??= make().catch((error: unknown) => {
        made = undefined;
        throw error;
      });
      return made;
    },
    made: () => made,
  };
}
