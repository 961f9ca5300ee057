/**
 * From sources to precompiled Handlebars: the slow half (MJML takes seconds to load and 90 MB), needed once per change
 * of a template. Loaded only when there is no compiled set that fits; see renderer.ts.
 */
import Handlebars from 'handlebars';
import mjml2html from 'mjml';
import { asciiOnly } from '../platform/ascii-source.ts';
import { assembleSource, subjectSource } from './assemble.ts';
import { MAIL_LANGUAGES, MAIL_TEMPLATES, type MailLanguage, type MailTemplate } from './data.ts';

/** An MJML comment that holds a Handlebars expression: the way in which a block gets around rows and sections. */
const COMMENTED_EXPRESSION = /<!--\s*(\{\{.*?\}\})\s*-->/g;
/** The colour of a school is an expression, which the validator does not take for a colour. */
const COLOUR_OF_SCHOOL = /has invalid value: \{\{@?[\w.]+\}\} for type Color/;

function precompile(source: string, noEscape: boolean): string {
  return String(
    Handlebars.precompile(source, {
      strict: true,
      noEscape,
      knownHelpers: { one: true },
      knownHelpersOnly: true,
    }),
  );
}

/** The HTML of one mail, with Handlebars expressions. Throws when MJML finds a fault in the source. */
export async function compileHtml(template: MailTemplate, language: MailLanguage): Promise<string> {
  const source = assembleSource(template, language, 'mjml');
  // Without `fonts: {}` MJML links Google's server for each known font that a font list names.
  const { html, errors } = await mjml2html(source, { validationLevel: 'soft', ignoreIncludes: true, fonts: {} });
  const faults = errors.filter((error) => !COLOUR_OF_SCHOOL.test(error.message));
  if (faults.length > 0) {
    throw new Error(`Mail ${template}: ${faults.map((fault) => `line ${fault.line}: ${fault.message}`).join('; ')}`);
  }
  return html
    .replace(COMMENTED_EXPRESSION, '$1')
    .replace(/^[ \t]+/gm, '')
    .replace(/\n{2,}/g, '\n');
}

/**
 * Compiles every mail in every language into the text of one JavaScript module, whose default export has the
 * precompiled templates by `<template>.<language>.<subject|html|text>`.
 */
export async function compileMails(): Promise<string> {
  const entries: string[] = [];
  for (const template of MAIL_TEMPLATES) {
    for (const language of MAIL_LANGUAGES) {
      const html = precompile(await compileHtml(template, language), false);
      const text = precompile(assembleSource(template, language, 'txt.hbs'), true);
      const subject = precompile(subjectSource(template, language), true);
      const name = `${template}.${language}`;
      entries.push(`"${name}.subject":${subject},"${name}.html":${html},"${name}.text":${text}`);
    }
  }
  return asciiOnly(`export default {${entries.join(',\n')}};\n`);
}
