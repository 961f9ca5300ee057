/**
 * A client module without what only its authors read: a third less to fetch on a phone.
 *
 * Whole lines of comment and indentation go; nothing within a line changes. A module with a text over several lines stays as it is,
 * because its lines may only look like comments.
 *
 * @param source of our own, formatted: a comment begins a line of its own
 */
export function stripScript(source: string): string {
  const lines = source.split('\n');
  if (lines.some((line) => (line.split('`').length - 1) % 2 === 1)) return source;
  const kept: string[] = [];
  let isInComment = false;
  for (const line of lines.map((each) => each.trim())) {
    if (line.startsWith('/*')) isInComment = true;
    else if (!isInComment && line !== '' && !line.startsWith('//')) kept.push(line);
    if (line.endsWith('*/')) isInComment = false;
  }
  return `${kept.join('\n')}\n`;
}
