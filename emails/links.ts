const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Checks an address before it becomes a link in a mail: https (http only on this machine), no name or password in it
 * and, where `publicUrl` is given, of our own origin. Returns it unchanged. Throws without repeating the address,
 * because it may hold a token.
 */
export function checkLink(url: string, publicUrl: string | undefined): string {
  if (!URL.canParse(url)) throw new TypeError('A link in the mail data is not an address');
  const { protocol, hostname, origin, username, password } = new URL(url);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK_HOSTS.has(hostname));
  if (!isSafe) throw new TypeError('A link in a mail must begin with https');
  if (username !== '' || password !== '') throw new TypeError('A link in a mail must not hold a name or password');
  if (publicUrl !== undefined && origin !== new URL(publicUrl).origin) {
    throw new TypeError('A link in a mail must lead to our own address');
  }
  return url;
}

/** The link in a preview: it looks real, but no token has this form, so it leads to the page for unknown links. */
export function previewLinkUrl(publicUrl: string): string {
  return new URL('/b/voorbeeld', publicUrl).href;
}
