/** What the finished document costs beyond what Chromium needs to print it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { finishPdf } from '../../../activities/pdf/finish-pdf.ts';
import { createResultDocumentRenderer } from '../../../activities/pdf/index.ts';
import { MACHINE_DATA_NAME, machineData } from '../../../activities/pdf/machine-data.ts';
import { pdfOptions } from '../../../activities/pdf/printing.ts';
import { printableDocument } from '../../../activities/pdf/result-document.ts';
import type { ResultDocumentData } from '../../../domain/result-document.ts';
import { createLogger } from '../../../platform/logger.ts';
import { createSeal } from '../../../platform/seal/index.ts';
import { launchBrowser } from '../../lib/browser.ts';
import { type Group, sized } from '../figure.ts';
import { measurePairs, summarise, timed } from '../harness.ts';
import { cpuOfFamily, memoryOfDescendants } from '../processes.ts';
import { chromiumProgram, openRig } from '../rig.ts';
import { createActors, seedBenchSchool } from '../school.ts';

export const document: Group = {
  id: 'document',
  title: 'The document of a decision',
  figures: ['document.overBarePdf', 'document.cpu', 'document.finishing', 'document.perMinute', 'document.memory'],
  async run(context) {
    const data = await decidedDocument(context);
    const path = await chromiumProgram(context.say);
    const logger = createLogger({ name: 'worker', level: 'silent', format: 'json' });
    const folder = mkdtempSync(join(tmpdir(), 'proeve-bench-seal-'));
    context.onEnd(() => Promise.resolve(rmSync(folder, { recursive: true, force: true })));
    const seal = createSeal({
      pkcs12: null,
      selfMadeFile: join(folder, 'seal.pem'),
      host: 'bench.example',
      timestamp: null,
    });
    const publicUrl = 'https://bench.example';
    const renderer = createResultDocumentRenderer({ executablePath: path, noSandbox: true, logger, seal, publicUrl });
    context.onEnd(() => renderer.close());
    const browser = await launchBrowser({ path, noSandbox: true });
    context.onEnd(() => browser.close());
    const page = await browser.newPage();
    await page.setJavaScriptEnabled(false);
    const key = await seal.ready();
    const { subject, isSelfMade } = key;
    const checkUrl = `${publicUrl}/echtheid/${data.document.checkCode}`;
    const print = printableDocument(data, { checkUrl, seal: { subject, isSelfMade }, logo: null });
    const perRound = sized(context, 1, 4, 6);
    const cpu: number[] = [];
    const whole = async () => {
      const before = cpuOfFamily(process.pid);
      const spent = await timed(async () => {
        for (let done = 0; done < perRound; done += 1) await renderer.render(data);
      });
      cpu.push((cpuOfFamily(process.pid) - before) / perRound);
      return spent / perRound;
    };
    const bare = async () => {
      const spent = await timed(async () => {
        for (let done = 0; done < perRound; done += 1) await printBare(page, print);
      });
      return spent / perRound;
    };
    const found = await measurePairs(sized(context, 1, 5, 7), whole, bare, context.signal);
    const printed = await printBare(page, print);
    const meta = {
      title: print.title,
      lang: data.lang,
      author: data.school.name,
      madeAt: data.document.madeAt,
      data: {
        name: MACHINE_DATA_NAME,
        mediaType: 'application/json',
        description: '',
        bytes: machineData(data, checkUrl),
      },
      seal: { ready: { seal, key, at: new Date() }, reason: '' },
    };
    const finishing: number[] = [];
    for (let done = 0; done < sized(context, 1, 5, 9); done += 1)
      finishing.push(await timed(() => finishPdf(printed, meta)));
    const many = await makeMany(context, renderer, data);
    const ratio = summarise(found.ratios);
    const [all, printing] = [summarise(found.a), summarise(found.b)];
    return [
      {
        name: 'document.overBarePdf',
        title: 'Document ÷ bare warm page.pdf of the same HTML',
        value: ratio.median,
        unit: 'ratio',
        spread: ratio,
        goal: { atMost: 4 },
        explanation: `From the data of a decision to the bytes that are stored (template, a warm page, tagged printing, PDF/A-3a with its data, PDF/UA-1, the seal: ${all.median.toFixed(0)} ms) divided by setContent and page.pdf on one page that stays open (${printing.median.toFixed(0)} ms). One at a time.`,
      },
      {
        name: 'document.cpu',
        title: 'Document, processor time',
        value: summarise(cpu.slice(1)).median,
        unit: 'ms',
        spread: summarise(cpu.slice(1)),
        explanation: `Node and all of Chromium together for each document of ${pagesOf(printed)} pages. For three pages alone, measured elsewhere: WeasyPrint 575 ms, Typst 24 ms.`,
      },
      {
        name: 'document.finishing',
        title: 'Making it PDF/A-3a and PDF/UA-1, and sealing it',
        value: summarise(finishing).median,
        unit: 'ms',
        spread: summarise(finishing),
        explanation: 'The part in our own process after Chromium has printed; an RSA-3072 key.',
      },
      {
        name: 'document.perMinute',
        title: 'Documents per minute, two at a time',
        value: many.perMinute,
        unit: 'perMinute',
        explanation: `${many.count} documents of ${pagesOf(printed)} pages, as the worker makes them.`,
      },
      {
        name: 'document.memory',
        title: 'Renderer, memory after many documents ÷ after the first ones',
        value: many.memoryRatio,
        unit: 'ratio',
        goal: { atMost: 1.5 },
        explanation: `Node and all of Chromium after ${many.count} documents (${many.lastMb.toFixed(0)} MB) divided by after ${WARM_DOCUMENTS} (${many.firstMb.toFixed(0)} MB).`,
      },
    ];
  },
};

/** Both browsers' pages are warm by then. */
const WARM_DOCUMENTS = 10;
const AT_ONCE = 2;

async function makeMany(
  context: Parameters<Group['run']>[0],
  renderer: ReturnType<typeof createResultDocumentRenderer>,
  data: ResultDocumentData,
) {
  const count = sized(context, 20, 100, 500);
  const memory = () => process.memoryUsage.rss() / 1e6 + memoryOfDescendants(process.pid);
  let firstMb = 0;
  let left = count;
  let made = 0;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      await renderer.render(data);
      made += 1;
      if (made === WARM_DOCUMENTS) firstMb = memory();
    }
  };
  const spent = await timed(async () => {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  });
  const lastMb = memory();
  return { count, perMinute: (count / spent) * 60_000, firstMb, lastMb, memoryRatio: lastMb / firstMb };
}

async function printBare(page: Page, print: ReturnType<typeof printableDocument>): Promise<Uint8Array> {
  await page.setContent(print.html, { waitUntil: 'load' });
  return page.pdf(pdfOptions(print));
}

function pagesOf(bytes: Uint8Array): number {
  return (
    Buffer.from(bytes)
      .toString('latin1')
      .match(/\/Type\s*\/Page\b/g)?.length ?? 0
  );
}

/** The data of a decision on the largest exam, made as the product makes it. */
async function decidedDocument(context: Parameters<Group['run']>[0]): Promise<ResultDocumentData> {
  const rig = await openRig(context, { name: 'document' });
  const school = await seedBenchSchool(rig.database, 1);
  const actors = createActors(rig.database, school, rig.config.keys.current);
  const [sitting] = await actors.seat(0, 1);
  if (!sitting) throw new Error('nobody is seated');
  await actors.finish(sitting);
  await actors.finalise(sitting.assessmentId);
  const row = await rig.database.document.findFirstOrThrow({ where: { assessmentId: sitting.assessmentId } });
  return row.data as unknown as ResultDocumentData;
}
