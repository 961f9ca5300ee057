import { describe, expect, it } from '@jest/globals';
import { createLogger, redactText } from '../../platform/logger.ts';

const TOKEN = `b11${'0123456789abcdefghjkmnpqrstvwxyz'.repeat(2)}`;

describe('redactText', () => {
  it.each([
    [`GET /b/${TOKEN} 200`, 'GET /b/[link] 200'],
    [`https://x.example/b/${TOKEN}?a=1`, 'https://x.example/b/[link]?a=1'],
    ['/b/cut-of', '/b/[link]'],
    ['POST /b/openen 303', 'POST /b/openen 303'],
    ['/b/openend', '/b/[link]'],
    ['POST /inloggen/code 303', 'POST /inloggen/code 303'],
    ['GET /inloggen/%62101abc 200', 'GET /inloggen/[link] 200'],
    ['GET /b/%62101abc 200', 'GET /b/[link] 200'],
    [`/B/${TOKEN.toUpperCase()}`, '/B/[link]'],
    [`next=%2Fb%2F${TOKEN}&x=1`, 'next=%2Fb%2F[link]&x=1'],
    [`token ${TOKEN} bare`, 'token [link] bare'],
    ['/beoordeling/123', '/beoordeling/123'],
    ['/web/assets', '/web/assets'],
  ])('takes links out of %j', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  it.each([
    ['mail to p.jansen@bedrijf.example failed', 'mail to [e-mail] failed'],
    ['<Bounce+12.ab=x@school.example>,zoë@café.example', '<[e-mail]>,[e-mail]'],
    ['root@localhost', '[e-mail]'],
    ['postgresql://app:geheim@127.0.0.1:5432/d', 'postgresql://[credentials]@127.0.0.1:5432/d'],
    ['at @ nothing', 'at @ nothing'],
  ])('takes addresses and credentials out of %j', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  it('stays quick on a hostile text', () => {
    const started = performance.now();
    redactText(`${'a'.repeat(200_000)}/b/${'b'.repeat(200_000)}`);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('createLogger', () => {
  function capture(format: 'json' | 'readable') {
    const lines: { line: string; level: number }[] = [];
    const logger = createLogger({
      name: 'web',
      level: 'info',
      format,
      write: (line, level) => lines.push({ line, level }),
    });
    return { logger, lines };
  }

  it('writes one JSON object a line with everything redacted, wherever it hides', () => {
    const { logger, lines } = capture('json');
    const error = new Error(`cannot reach jan@bedrijf.example\n/b/${TOKEN}`);
    logger
      .child({ user: 'kind@bedrijf.example' })
      .error({ err: error, deep: [{ url: `/b/${TOKEN}` }] }, 'for %s', 'piet@bedrijf.example');
    expect(lines).toHaveLength(1);
    const line = lines[0]?.line ?? '';
    expect(line).not.toMatch(/@bedrijf|b11012/);
    expect(JSON.parse(line)).toMatchObject({
      level: 50,
      name: 'web',
      msg: 'for [e-mail]',
      user: '[e-mail]',
      deep: [{ url: '/b/[link]' }],
    });
  });

  it('redacts an error that is logged by itself', () => {
    const { logger, lines } = capture('json');
    logger.error(new Error('no mailbox jan@bedrijf.example'));
    expect(lines[0]?.line).not.toContain('jan@');
  });

  it('writes a line for people otherwise, problems with their stack', () => {
    const { logger, lines } = capture('readable');
    logger.info({ port: 3000 }, 'listening');
    logger.warn(new Error('careful'));
    logger.debug('not shown');
    expect(lines.map(({ level }) => level)).toEqual([30, 40]);
    expect(lines[0]?.line).toMatch(/^\d\d:\d\d:\d\d info web: listening port=3000\n$/);
    expect(lines[1]?.line).toContain('Error: careful');
  });
});
