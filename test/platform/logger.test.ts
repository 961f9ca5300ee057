import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { createLogger, redactText } from '../../platform/logger.ts';
import { createRequestScope, runInRequest } from '../../platform/request-scope.ts';

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
    ['GET /studentnummer/b1abc?x=1 200', 'GET /studentnummer/[link]?x=1 200'],
    ['POST /studentnummer/opslaan 303', 'POST /studentnummer/opslaan 303'],
    ['GET /examenbureau/b1abc 200', 'GET /examenbureau/[link] 200'],
    ['GET /examenbureau/code?document=1 200', 'GET /examenbureau/code?document=1 200'],
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

describe('an error in the log', () => {
  function logged(error: unknown) {
    const lines: string[] = [];
    createLogger({ name: 'web', level: 'info', format: 'json', write: (line) => lines.push(line) }).error({
      err: error,
    });
    return JSON.parse(lines[0] ?? '{}').err;
  }

  it('has its kind, code and place, and nothing that the driver added about rows', () => {
    const error = Object.assign(new Error('duplicate key value violates unique constraint "student_number"'), {
      code: '23505',
      detail: 'Key (number)=(260500) already exists.',
      parameters: ['Noor', 'de Vries'],
    });
    const { stack, ...rest } = logged(error);
    expect(rest).toEqual({
      type: 'Error',
      code: '23505',
      message: 'duplicate key value violates unique constraint "…"',
    });
    expect(stack).toMatch(/^Error: duplicate key value violates unique constraint "…"\n\s+at .*logger\.test\.ts/);
  });

  it.each([
    ['invalid input syntax for type uuid: "Noor de Vries"', 'invalid input syntax for type uuid: "…"'],
    [`Unexpected token 'N', "Noor de Vries" is not valid JSON`, `Unexpected token 'N', "…" is not valid JSON`],
    ['Key (last_name)=(de Vries) already exists.', 'Key (last_name)=(…) already exists.'],
    [`Cannot read properties of undefined (reading 'name')`, `Cannot read properties of undefined (reading 'name')`],
  ])('says %j without what it quotes', (message, shown) => {
    expect(logged(new Error(message)).message).toBe(shown);
  });

  it('has its causes, but not for ever', () => {
    const error = new Error('outside', { cause: new TypeError('inside') });
    expect(logged(error).cause).toMatchObject({ type: 'TypeError', message: 'inside' });
    const ring: Error & { cause?: unknown } = new Error('ring');
    ring.cause = ring;
    expect(JSON.stringify(logged(ring)).match(/"message":"ring"/g)).toHaveLength(6);
  });

  it('is told of anything that was thrown', () => {
    expect(logged('a "word"')).toBe('a "…"');
    expect(logged({ email: 'jan@bedrijf.example' })).toBe('no error');
  });
});

describe('lines of one request', () => {
  it('share its id wherever they are written, also after waiting', async () => {
    const lines: { requestId?: string }[] = [];
    const logger = createLogger({
      name: 'web',
      level: 'info',
      format: 'json',
      write: (line) => lines.push(JSON.parse(line)),
    });
    await Promise.all(
      ['one', 'two'].map((id) =>
        runInRequest(createRequestScope(id), async () => {
          logger.info('before');
          await new Promise((resolve) => setImmediate(resolve));
          logger.child({ part: 'deep' }).info({ requestId: id }, 'after');
        }),
      ),
    );
    logger.info('outside');
    expect(lines.map(({ requestId }) => requestId)).toEqual(['one', 'two', 'one', 'two', undefined]);
  });
});

describe('the readable format', () => {
  const script = `
    import { createLogger } from './platform/logger.ts';
    const logger = createLogger({ name: 'web', level: 'info', format: 'readable' });
    logger.info('hello');
    logger.warn('careful');
    logger.error({ err: new Error('broken', { cause: new Error('because') }) }, 'sorry');`;

  it('puts every level into the log file, and problems on the terminal as well', async () => {
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '--eval', script];
    const cwd = new URL('../..', import.meta.url).pathname;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd });
    for (const word of ['hello', 'careful', 'sorry', 'Error: broken', 'caused by Error: because'])
      expect(stdout).toContain(word);
    expect(stderr).not.toContain('hello');
    expect(stderr).toContain('WARN web: careful');
    expect(stderr).toContain('ERROR web: sorry');
  });
});
