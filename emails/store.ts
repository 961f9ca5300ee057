/** The compiled mails on disk: a process that finds them loads neither MJML nor the Handlebars compiler. */
import { generatedFile } from '../platform/generated-files.ts';

const SOURCES = ['templates/', 'words/', 'assemble.ts', 'compile.ts', 'data.ts', '../platform/ascii-source.ts'];

/** What stands in the module: precompiled templates by `<template>.<language>.<subject|html|text>`. */
export type CompiledMails = Record<string, TemplateSpecification>;

/** The compiled mails: from disk when they fit the sources, otherwise compiled now. */
export async function loadCompiledMails(): Promise<CompiledMails> {
  const kept = await generatedFile({
    folder: 'emails',
    extension: '.mjs',
    sources: SOURCES.map((name) => new URL(name, import.meta.url)),
    packages: ['mjml', 'handlebars'],
    make: async () => (await import('./compile.ts')).compileMails(),
  });
  const address =
    'file' in kept ? kept.file.href : `data:text/javascript;base64,${Buffer.from(kept.text).toString('base64')}`;
  return ((await import(address)) as { default: CompiledMails }).default;
}
