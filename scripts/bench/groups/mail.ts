/** What it saves that mails are compiled beforehand. */
import { compileHtml } from '../../../emails/compile.ts';
import { createMailRenderer, MAIL_LANGUAGES, MAIL_TEMPLATES } from '../../../emails/index.ts';
import { mailSamples } from '../../../emails/samples.ts';
import { type Group, sized } from '../figure.ts';
import { measurePairs, summarise, timed } from '../harness.ts';

const PUBLIC_URL = 'https://proeve.example';

export const mail: Group = {
  id: 'mail',
  title: 'Writing mails',
  figures: ['mail.fillOverCompile', 'mail.fill'],
  async run(context) {
    const renderer = await createMailRenderer({ publicUrl: PUBLIC_URL });
    const mails = MAIL_TEMPLATES.flatMap((template) => MAIL_LANGUAGES.map((language) => ({ template, language })));
    const rounds = sized(context, 1, 40, 80);
    const fillAll = async () => {
      const spent = await timed(() => {
        for (let round = 0; round < rounds; round += 1)
          for (const { template, language } of mails) renderer.render(template, language, mailSamples[template]);
      });
      return spent / (mails.length * rounds);
    };
    const compiled = sized(context, mails.slice(0, 1), mails, mails);
    const compileAll = async () => {
      const spent = await timed(async () => {
        for (const { template, language } of compiled) await compileHtml(template, language);
      });
      return spent / compiled.length;
    };
    const found = await measurePairs(sized(context, 1, 5, 7), fillAll, compileAll, context.signal);
    const ratio = summarise(found.ratios);
    const fill = summarise(found.a);
    const compile = summarise(found.b);
    return [
      {
        name: 'mail.fillOverCompile',
        title: 'Filling a mail ÷ compiling it with MJML',
        value: ratio.median,
        unit: 'ratio',
        spread: ratio,
        goal: { atMost: 1 / 300 },
        explanation: `Subject, HTML and plain text from the precompiled templates (${(fill.median * 1000).toFixed(0)} µs) divided by one run of MJML over the same mail (${compile.median.toFixed(0)} ms); the mean of all ${mails.length} mails.`,
      },
      {
        name: 'mail.fill',
        title: 'Filling one mail',
        value: fill.median,
        unit: 'ms',
        spread: fill,
        explanation: 'In one process, without reading its data.',
      },
    ];
  },
};
