import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { type BounceIntakeOptions, createBounceIntake } from '../../../activities/bounces/index.ts';
import { createLogger } from '../../../platform/logger.ts';
import { anyFreePort } from '../../../platform/services/ports.ts';
import { silentLogger } from '../fakes.ts';
import { createDesk, type Desk, DOMAIN, deliver, MAIL_ID, returnPath, sample } from './support.ts';

const NOTHING = { domain: undefined, host: '127.0.0.1', port: undefined, imapUrl: undefined };

function intakeOn(port: number, desk: Desk, options: Partial<BounceIntakeOptions> = {}) {
  const config = { ...NOTHING, domain: DOMAIN, port };
  return createBounceIntake({ config, returnPath, tell: desk.tell, logger: silentLogger, retryMs: 10, ...options });
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('createBounceIntake', () => {
  it('does nothing when nothing is configured', async () => {
    const intake = createBounceIntake({
      config: NOTHING,
      returnPath: undefined,
      tell: createDesk().tell,
      logger: silentLogger,
    });
    intake.start();
    expect([intake.isHealthy(), intake.port()]).toEqual([true, undefined]);
    await intake.stop();
  });

  it('warns of a port without a domain', async () => {
    const lines: string[] = [];
    const logger = createLogger({ name: 'test', level: 'info', format: 'readable', write: (line) => lines.push(line) });
    const config = { ...NOTHING, port: await anyFreePort() };
    const intake = createBounceIntake({ config, returnPath: undefined, tell: createDesk().tell, logger });
    intake.start();
    await intake.stop();
    expect(lines.join('')).toContain('BOUNCE_DOMAIN is missing');
  });

  it('listens, takes a report and stops', async () => {
    const desk = createDesk();
    const port = await anyFreePort();
    const intake = intakeOn(port, desk);
    intake.start();
    await until(() => intake.port() === port);
    expect(await deliver(port, returnPath.create(MAIL_ID), sample('postfix-user-unknown'))).toMatch(/^250/);
    expect(intake.counts).toMatchObject({ received: 1, recorded: 1 });
    await intake.stop();
    expect(intake.port()).toBeUndefined();
  });

  it('waits for the port that another worker has, in good health, and takes it over', async () => {
    const desk = createDesk();
    const port = await anyFreePort();
    const [first, second] = [intakeOn(port, desk), intakeOn(port, desk)];
    first.start();
    await until(() => first.port() === port);
    second.start();
    expect([second.isHealthy(), second.port()]).toEqual([true, undefined]);
    await first.stop();
    await until(() => second.port() === port);
    await second.stop();
  });

  it('is not healthy when the interface is not there, and still stops', async () => {
    const lines: string[] = [];
    const logger = createLogger({ name: 'test', level: 'warn', format: 'readable', write: (line) => lines.push(line) });
    const config = { ...NOTHING, domain: DOMAIN, port: await anyFreePort(), host: '192.0.2.1' };
    const intake = createBounceIntake({ config, returnPath, tell: createDesk().tell, logger, retryMs: 10 });
    intake.start();
    await until(() => !intake.isHealthy());
    await intake.stop();
    expect(lines[0]).toContain('EADDRNOTAVAIL');
  });

  it('tells no address and no word of a report to the log', async () => {
    const lines: string[] = [];
    const logger = createLogger({ name: 'test', level: 'trace', format: 'json', write: (line) => lines.push(line) });
    const desk = createDesk();
    const port = await anyFreePort();
    const intake = intakeOn(port, desk, { logger });
    intake.start();
    await until(() => intake.port() === port);
    await deliver(port, returnPath.create(MAIL_ID), sample('postfix-user-unknown'));
    await deliver(port, `niemand@${DOMAIN}`, sample('postfix-user-unknown'));
    await intake.stop();
    expect(lines.join('')).toContain('addressUnknown');
    expect(lines.join('')).not.toMatch(/sanne|bakkerij|niemand|bounce\+|e-mail/i);
  });

  it('lets go of a port that a stranger took meanwhile', async () => {
    const desk = createDesk();
    const stranger = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => stranger.once('listening', resolve));
    const intake = intakeOn((stranger.address() as { port: number }).port, desk);
    intake.start();
    await intake.stop();
    await new Promise((resolve) => stranger.close(resolve));
    expect(intake.port()).toBeUndefined();
  });
});
