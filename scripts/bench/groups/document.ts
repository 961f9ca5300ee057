/** What the finished document costs beyond what Chromium needs to print it. */
import type { Page } from 'puppeteer-core';
import { finishPdf } from '../../../activities/pdf/finish-pdf.ts';
import { createResultDocumentRenderer } from '../../../activities/pdf/index.ts';
import { pdfOptions } from '../../../activities/pdf/renderer.ts';
import { printableDocument } from '../../../activities/pdf/result-document.ts';
import type { ResultDocumentData } from '../../../domain/result-document.ts';
import { createLogger } from '../../../platform/logger.ts';
import { launchBrowser } from '../../lib/browser.ts';
import { type Group, sized } from '../figure.ts';
import { measurePairs, summarise, timed } from '../harness.ts';
import { cpuOfFamily } from '../processes.ts';
import { chromiumProgram, openRig } from '../rig.ts';
import { createActors, seedBenchSchool } from '../school.ts';

export const document: Group = {
  id: 'document',
  title: 'The document of a decision',
  figures: ['document.overBarePdf', 'document.cpu', 'document.finishing'],
  async run(context) {
    const data = await decidedDocument(context);
    const path = await chromiumProgram(context.say);
    const logger = createLogger({ name: 'worker', level: 'silent', format: 'json' });
    const renderer = createResultDocumentRenderer({ executablePath: path, noSandbox: true, logger });
    context.onEnd(() => renderer.close());
    const browser = await launchBrowser({ path, noSandbox: true });
    context.onEnd(() => browser.close());
    const page = await browser.newPage();
    await page.setJavaScriptEnabled(false);
    const print = printableDocument(data);
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
    const meta = { title: print.title, lang: data.lang, author: data.school.name, madeAt: data.document.madeAt };
    const finishing: number[] = [];
    for (let done = 0; done < sized(context, 1, 5, 9); done += 1)
      finishing.push(await timed(() => finishPdf(printed, meta)));
    const ratio = summarise(found.ratios);
    const [all, printing] = [summarise(found.a), summarise(found.b)];
    return [
      {
        name: 'document.overBarePdf',
        title: 'Document ÷ bare warm page.pdf of the same HTML',
        value: ratio.median,
        unit: 'ratio',
        spread: ratio,
        goal: { atMost: 2 },
        explanation: `From the data of a decision to the bytes that are stored (template, a warm page, tagged printing, PDF/A-2a and PDF/UA-1: ${all.median.toFixed(0)} ms) divided by setContent and page.pdf on one page that stays open (${printing.median.toFixed(0)} ms). One at a time.`,
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
        title: 'Making it PDF/A-2a and PDF/UA-1',
        value: summarise(finishing).median,
        unit: 'ms',
        spread: summarise(finishing),
        explanation: 'The part in our own process after Chromium has printed.',
      },
    ];
  },
};

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
