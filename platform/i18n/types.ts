/** Languages of the interface. Dutch is the default. */
export const Language = { Dutch: 'nl', English: 'en' } as const;
export type Language = (typeof Language)[keyof typeof Language];

/** All languages, default first. */
export const LANGUAGES: readonly Language[] = [Language.Dutch, Language.English];

/** Whether an unknown value (cookie, form field) is a language we speak. */
export function isLanguage(value: unknown): value is Language {
  return value === Language.Dutch || value === Language.English;
}

/** The shape of a dictionary: the Dutch file decides the keys, the English one must have the same. */
export type DictionaryLike<T> = { readonly [K in keyof T]: T[K] extends string ? string : DictionaryLike<T[K]> };

/** `count_one` and `count_other` are asked for as `count`, with the number as the parameter `count`. */
type WithoutPlural<K extends string> = K extends `${infer Base}_one`
  ? Base
  : K extends `${infer Base}_other`
    ? Base
    : K;

/** Every dotted key of a dictionary, plural suffixes removed. */
export type KeyOf<T> = {
  [K in keyof T & string]: T[K] extends string ? WithoutPlural<K> : `${K}.${KeyOf<T[K]>}`;
}[keyof T & string];
