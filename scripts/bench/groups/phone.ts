/** One examiner on a phone, in a real browser: what crosses the air, and how long it is from the tap to a form that can be filled in. */
import { type Browser, type BrowserContext, type Page, PredefinedNetworkConditions } from 'puppeteer-core';
import { createLinkToken, LinkPurpose } from '../../../platform/tokens.ts';
import { paths } from '../../../web/paths.ts';
import { launchBrowser, Screen } from '../../lib/browser.ts';
import { bytesOf, type Wire, type WireRequest, watchWire } from '../../lib/wire.ts';
import type { BenchContext, Figure } from '../figure.ts';
import { summarise } from '../harness.ts';
import { chromiumProgram, type Rig } from '../rig.ts';
import type { Sitting } from '../school.ts';

const KILOBYTE = 1_000;
const SLOWER = 4;
const WAIT_MS = 90_000;
const OPEN = 'form[action$="/openen"] button[type="submit"]';
const FIRST_CHOICE = '.proeve-ovg__label';

interface Visit {
  readonly requests: readonly WireRequest[];
  /** Seconds from the tap until the first score can be tapped; 0 when it was not measured. */
  readonly tapSeconds: number;
}

/** @param sittings two for each visit: the first fills the cache of a phone, the second finds it full */
export async function measurePhone(context: BenchContext, rig: Rig, sittings: readonly Sitting[]): Promise<Figure[]> {
  const browser = await launchBrowser({ path: await chromiumProgram(context.say), noSandbox: true });
  context.onEnd(() => browser.close());
  const first: Visit[] = [];
  const later: Visit[] = [];
  for (let index = 0; index + 1 < sittings.length; index += 2) {
    context.signal.throwIfAborted();
    const phone = await openPhone(browser);
    try {
      first.push(await visit(phone, linkOf(rig, sittings[index])));
      later.push(await visit(phone, linkOf(rig, sittings[index + 1])));
    } finally {
      await phone.context.close();
    }
  }
  return [...describeBytes(first, later), ...describeTaps(first, later)];
}

function linkOf({ config }: Rig, sitting: Sitting | undefined): string {
  if (!sitting) throw new Error('nobody is seated');
  const { linkId } = sitting;
  const token = createLinkToken(config.keys, { linkId, kid: config.keys.current, purpose: LinkPurpose.Fill });
  return new URL(paths.link(token), config.publicUrl).href;
}

interface Phone {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly wire: Wire;
}

/** With nothing in its cache, four times slower than this machine, on slow 3G as Chromium's tools have it. */
async function openPhone(browser: Browser): Promise<Phone> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport(Screen.phone);
  page.setDefaultTimeout(WAIT_MS);
  page.setDefaultNavigationTimeout(WAIT_MS);
  await page.evaluateOnNewDocument(CLOCK);
  const wire = await watchWire(page);
  await page.emulateCPUThrottling(SLOWER);
  await page.emulateNetworkConditions(PredefinedNetworkConditions['Slow 3G']);
  return { context, page, wire };
}

/**
 * Runs in the page: keeps the time of the tap, and the first moment after it at which a score is laid out, on the screen's next
 * picture. Pictures wait for the styles, so what is laid out can be seen.
 */
const CLOCK = `(() => {
  addEventListener('click', (event) => {
    if (event.target.closest?.('${OPEN}')) sessionStorage.setItem('tapped', String(Date.now()));
  }, true);
  const look = () => {
    const choice = document.querySelector('${FIRST_CHOICE}');
    if (choice && choice.getBoundingClientRect().height > 0) {
      requestAnimationFrame(() => sessionStorage.setItem('usable', String(Date.now())));
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()`;

/** From the link in the mail to a form that has come to rest. */
async function visit({ page, wire }: Phone, link: string): Promise<Visit> {
  wire.clear();
  await page.goto(link, { waitUntil: 'domcontentloaded' });
  await page.evaluate("sessionStorage.removeItem('usable')");
  await page.waitForSelector(OPEN, { visible: true });
  await page.tap(OPEN);
  await page.waitForFunction("sessionStorage.getItem('usable') !== null", { polling: 200 });
  const tapSeconds = await page.evaluate(
    "(Number(sessionStorage.getItem('usable')) - Number(sessionStorage.getItem('tapped'))) / 1000",
  );
  await page.waitForNetworkIdle({ idleTime: 2_500 });
  return { requests: wire.requests(), tapSeconds: Number(tapSeconds) };
}

const WAITED = ['Document', 'Stylesheet'];
const NEEDED = [...WAITED, 'Script', 'Font'];

function describeBytes(first: readonly Visit[], later: readonly Visit[]): Figure[] {
  const sumOf = (visits: readonly Visit[], types: readonly string[]) =>
    summarise(visits.map(({ requests }) => types.reduce((sum, type) => sum + bytesOf(requests, type), 0) / KILOBYTE));
  const figure = (name: string, title: string, found: ReturnType<typeof summarise>, more: Partial<Figure>): Figure => ({
    name: `examiner.${name}`,
    title,
    value: found.median,
    unit: 'kB',
    spread: found,
    explanation: '',
    ...more,
  });
  return [
    figure(
      'firstVisit',
      'First visit: landing page and form of the largest exam, all that they need',
      sumOf(first, NEEDED),
      {
        explanation:
          'Pages, styles, scripts and font as a phone with an empty cache receives them: compressed, with all headers, over HTTP/1.1. What is fetched afterwards, to be able to go on without a connection, is not in it. Documenso 2,510 kB, pretalx 211 kB.',
      },
    ),
    figure('firstVisitWaited', 'First visit: what the form waits for', sumOf(first, WAITED), {
      goal: { atMost: 60 },
      explanation:
        'Pages and styles. Scripts come after the form can be filled in, and the font changes letters that are there.',
    }),
    figure('firstVisitScripts', 'First visit: scripts', sumOf(first, ['Script']), {
      explanation: 'Documenso 1,130 kB.',
    }),
    figure('firstVisitFont', 'First visit: font', sumOf(first, ['Font']), {}),
    figure('laterVisit', 'Another form on the same phone', sumOf(later, NEEDED), {
      explanation: 'Landing page and form of another invitation, with what the first visit left in the cache.',
    }),
  ];
}

function describeTaps(first: readonly Visit[], later: readonly Visit[]): Figure[] {
  const figure = (name: string, title: string, visits: readonly Visit[], explanation: string): Figure => {
    const found = summarise(visits.map(({ tapSeconds }) => tapSeconds));
    return { name: `examiner.${name}`, title, value: found.median, unit: 's', spread: found, explanation };
  };
  return [
    figure(
      'tapFirst',
      'From the tap on “Beoordeling openen” to a form that can be filled in, slow phone, first visit',
      first,
      'Chromium as a phone of 360 px with a processor four times slower than this one, on slow 3G (0.4 Mbit/s, and two seconds before each answer begins). The button is tapped as soon as it is there. Until the first score is on the screen. The tap costs two answers, the redirect and the form: four seconds of waiting for the network that no page can save.',
    ),
    figure(
      'tapLater',
      'The same with what an earlier visit left in the cache',
      later,
      'Another invitation on the same phone.',
    ),
  ];
}
