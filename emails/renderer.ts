import type HandlebarsApi from 'handlebars';
import handlebarsRuntime from 'handlebars/runtime.js';
import { cleanLine } from './clean.ts';
import { MAIL_LANGUAGES, MAIL_TEMPLATES, type MailData, type MailLanguage, type MailTemplate } from './data.ts';
import { loadCompiledMails } from './store.ts';
import { type MailView, viewMail } from './views.ts';

export interface RenderedMail {
  /** One line without control characters. */
  subject: string;
  html: string;
  text: string;
}

export interface MailRenderer {
  /**
   * Fills one mail. Pure: the same data give the same mail, so a preview is the real mail with `previewLinkUrl`.
   * Throws when a field that the mail needs is missing or cannot be right; the message holds no personal data.
   */
  render<T extends MailTemplate>(template: T, language: MailLanguage, data: MailData[T]): RenderedMail;
}

export interface MailRendererOptions {
  /** Our own address; with it, a link to any other origin is refused. */
  publicUrl?: string;
}

/** The package types its runtime as empty; it is the same object without the compiler. */
const runtime = handlebarsRuntime as unknown as typeof HandlebarsApi;

type Fill = (view: MailView) => string;

/** `{{#one count}}1 student{{else}}{{count}} studenten{{/one}}`: Dutch and English both have one singular. */
function one(this: unknown, count: unknown, options: HandlebarsApi.HelperOptions): string {
  if (typeof count !== 'number') throw new TypeError('The helper "one" needs a number');
  return count === 1 ? options.fn(this) : options.inverse(this);
}

/** At most one empty line in a row, none at the end, no spaces that nobody sees. */
function tidyText(text: string): string {
  return `${text
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}

/**
 * Loads the compiled mails (compiling them first when a template has changed: seconds; otherwise milliseconds) and
 * returns the one thing that fills them. Call it once per process.
 */
export async function createMailRenderer(options: MailRendererOptions = {}): Promise<MailRenderer> {
  const mails = await loadCompiledMails();
  const handlebars = runtime.create();
  handlebars.registerHelper('one', one);
  const fills = new Map<string, Fill>(
    Object.entries(mails).map(([name, specification]) => [name, handlebars.template(specification)]),
  );

  const fill = (name: string, view: MailView): string => {
    const found = fills.get(name);
    if (!found) throw new Error(`There is no mail ${name}`);
    return found(view);
  };

  return {
    render(template, language, data) {
      const view = viewMail(template, language, data, options.publicUrl);
      const subject = cleanLine(fill(`${template}.${language}.subject`, view));
      const complete = { ...view, subject };
      return {
        subject,
        html: fill(`${template}.${language}.html`, complete),
        text: tidyText(fill(`${template}.${language}.text`, complete)),
      };
    },
  };
}

/** True for a name that is one of the mails: for values that come back from the ledger. */
export function isMailTemplate(name: string): name is MailTemplate {
  return (MAIL_TEMPLATES as readonly string[]).includes(name);
}

/** True for a language that mails exist in. */
export function isMailLanguage(name: string): name is MailLanguage {
  return (MAIL_LANGUAGES as readonly string[]).includes(name);
}
