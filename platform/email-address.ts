import { domainToASCII } from 'node:url';

/**
 * One rule for every e-mail address that enters the system: typed, imported or configured.
 *
 * Narrower than RFC 5322 on purpose. Comments, groups, quoted local parts, domain literals and display names are all
 * legal there and all have been used to smuggle a second recipient or a header into a mail. Nobody's real address needs
 * them. What is left: `local@domain`, local part a dot-atom (RFC 5321 §4.1.2), at most 64 bytes; domain of at least two
 * labels; 254 bytes together (RFC 5321 §4.5.3.1 less the angle brackets).
 */
const MAX_ADDRESS_LENGTH = 254;
const MAX_LOCAL_LENGTH = 64;

const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
/** Checked before punycode conversion, which would decode `%2e` and drop soft hyphens. */
const DOMAIN_CHARACTERS = /^[\p{L}\p{M}\p{N}.-]+$/u;
const DOMAIN_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const ONLY_DIGITS = /^\d+$/;

/**
 * Brings an address to the one form in which it is stored and compared.
 *
 * @param text the address as typed; spaces around it are ignored, anything else counts.
 * @returns the address with its domain in lower case and in ASCII (punycode), or `undefined` when it is not one plain
 * mailbox. The local part keeps its case: only the receiving server knows whether case matters there.
 */
export function normaliseEmailAddress(text: string): string | undefined {
  // Not trim(): that also removes a trailing line break, and a line break must be refused, not hidden.
  const address = text.replace(/^ +| +$/g, '');
  const at = address.lastIndexOf('@');
  if (at < 1) return undefined;
  const local = address.slice(0, at);
  if (local.length > MAX_LOCAL_LENGTH || !LOCAL_PART.test(local)) return undefined;
  const domain = normaliseDomain(address.slice(at + 1));
  if (domain === undefined) return undefined;
  const normalised = `${local}@${domain}`;
  return normalised.length > MAX_ADDRESS_LENGTH ? undefined : normalised;
}

/**
 * Whether a value is one plain mailbox address in stored form's length and shape (case of the domain does not matter).
 * Unlike {@link normaliseEmailAddress} it allows no spaces around it.
 */
export function isEmailAddress(value: unknown): value is string {
  return typeof value === 'string' && !value.includes(' ') && normaliseEmailAddress(value) !== undefined;
}

/**
 * The key under which two addresses count as the same person's: all lower case. Mail providers that tell `Jan@` from
 * `jan@` do not exist in practice, two accounts for one person do.
 *
 * @param address an address that {@link isEmailAddress} accepts.
 */
export function emailAddressKey(address: string): string {
  return (normaliseEmailAddress(address) ?? address).toLowerCase();
}

/**
 * The mailbox that an address comes to, in the form in which two are compared: `Jan+examen@school.example` comes to
 * `jan@school.example` (RFC 5233).
 */
export function mailboxOf(address: string): string {
  return emailAddressKey(address).replace(/\+[^@]*@/, '@');
}

/**
 * A mail domain in lower case and ASCII, e.g. `student.roc-voorbeeld.example`; `undefined` when it is not one.
 * At least two labels, none all digits at the end (so no IP address).
 */
export function normaliseDomain(text: string): string | undefined {
  if (text.length > MAX_ADDRESS_LENGTH || !DOMAIN_CHARACTERS.test(text)) return undefined;
  const ascii = domainToASCII(text);
  const labels = ascii.split('.');
  const last = labels.at(-1);
  if (labels.length < 2 || last === undefined || last.length < 2 || ONLY_DIGITS.test(last)) return undefined;
  return labels.every((label) => DOMAIN_LABEL.test(label)) ? ascii : undefined;
}
