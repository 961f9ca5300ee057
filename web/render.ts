import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';
import type { I18n, Language, Translator } from '../platform/i18n/index.ts';
import type { Assets } from './assets.ts';
import { createHelpers } from './views/helpers.ts';

/** A link of the main menu. `key` is a translation key, for instance `common.nav.queue`. */
export interface NavItem {
  readonly href: string;
  readonly key: string;
  readonly isCurrent: boolean;
}

/** One message above the page, after a POST that succeeded or did not. The text is already translated. */
export interface Flash {
  readonly kind: 'info' | 'ok' | 'warning' | 'error';
  readonly text: string;
  /** What the button to take it back posts; absent when it cannot be taken back. */
  readonly undo?: { readonly action: string; readonly fields: readonly FormField[] };
}

export interface FormField {
  readonly name: string;
  readonly value: string;
}

/** How a school is recognised at the top of a page. */
export interface SchoolMark {
  readonly name: string;
  /** Where there is no logo. */
  readonly initial: string;
  readonly logo?: {
    readonly href: string;
    /** Pixels of the picture; it is shown smaller. */
    readonly width: number;
    readonly height: number;
    /** Name of the school when it stands in the logo; empty when it stands beside it. */
    readonly alt: string;
    readonly hasName: boolean;
  };
}

/** What the layout needs and every page has. Templates reach it as `@page`, for instance `{{@page.csrfToken}}`. */
export interface PageLocals {
  readonly lang: Language;
  /** Of this page alone; the layout adds the school and the product, and "Fout:" when `hasErrors`. */
  readonly title: string;
  readonly hasErrors?: boolean;
  /** `narrow` (default): one column to read or fill in. `wide`: tables and queues. */
  readonly width?: 'narrow' | 'wide';
  readonly school?: SchoolMark & { readonly primaryColor: string };
  /** Second line under the name of the school: where someone is, for instance "Beoordeling door examinator". */
  readonly place?: string;
  /** `roles` are already translated. */
  readonly user?: { readonly name: string; readonly isStudent?: boolean; readonly roles: readonly string[] };
  readonly nav: readonly NavItem[];
  readonly csrfToken: string;
  readonly flash?: Flash;
  /** Top right on the light form: "14:02" with a cloud; a client script keeps it up to date. */
  readonly saveState?: { readonly text: string; readonly isOffline: boolean };
  readonly paths: {
    readonly home: string;
    /** POST with `lang` and `returnTo`. */
    readonly language: string;
    /** POST. */
    readonly signOut: string;
    readonly account: string;
    /** The page now shown, to come back to after a change of language. */
    readonly current: string;
  };
  readonly helpHref?: string;
  readonly authenticityHref?: string;
  readonly privacyHref?: string;
  readonly accessibilityHref?: string;
  /** IANA name; default Europe/Amsterdam. */
  readonly timeZone?: string;
  /** ES modules of `web/assets/client` that this page loads besides `app.js`, for instance `autosave.js`. */
  readonly scripts?: readonly string[];
}

export interface ViewEngine {
  /**
   * A whole HTML page.
   *
   * @param template name of a page, the file name without `.hbs`
   * @param model what the page shows; a field that the template prints must exist (strict), one it only tests need not
   * @throws {Error} unknown template, icon or text; a printed field that the model lacks
   */
  render(template: string, model: object, locals: PageLocals): string;
  /** The page without its layout, for a fragment that a script puts in place. Same rules as `render`. */
  renderFragment(template: string, model: object, locals: PageLocals): string;
}

export interface ViewEngineOptions {
  /** Folders searched for pages, all levels deep; page names are unique over all of them. */
  readonly viewsDirs: readonly string[];
  readonly i18n: I18n;
  readonly assets: Assets;
  /** In production all templates are compiled at once, so a broken one stops the start and not a visitor. */
  readonly isProduction: boolean;
}

/** What the helpers know of the page being rendered. */
export interface RenderFrame {
  readonly page: PageLocals;
  readonly translator: Translator;
}

const partialsDir = path.join(import.meta.dirname, 'views', 'partials');
const layoutFile = path.join(import.meta.dirname, 'views', 'layout.hbs');

const COMPILE_OPTIONS = {
  strict: true,
  // A partial sees only what is handed to it, so an optional input is never picked up from the page around it.
  explicitPartialContext: true,
  // Otherwise the indentation of a partial's call ends up inside a textarea.
  preventIndent: true,
};

/**
 * Handlebars with our partials and helpers, strict, each template compiled once.
 *
 * @throws {Error} two pages with the same name
 */
export function createViewEngine({ viewsDirs, i18n, assets, isProduction }: ViewEngineOptions): ViewEngine {
  const handlebars = Handlebars.create();
  const templates = new Map<string, HandlebarsTemplateDelegate>();
  const pageFiles = findPages(viewsDirs);

  handlebars.registerHelper(createHelpers({ handlebars, assets }));
  for (const [name, file] of findTemplates(partialsDir)) {
    handlebars.registerPartial(name, compile(file));
  }
  const layout = compile(layoutFile);
  if (isProduction) {
    // Running the compiled wrapper would need data; parsing is what finds the mistakes.
    for (const [name, file] of pageFiles) {
      handlebars.precompile(readFileSync(file, 'utf8'), COMPILE_OPTIONS);
      templates.set(name, compile(file));
    }
  }

  function compile(file: string): HandlebarsTemplateDelegate {
    return handlebars.compile(readFileSync(file, 'utf8'), COMPILE_OPTIONS);
  }

  function templateOf(name: string): HandlebarsTemplateDelegate {
    const known = templates.get(name);
    if (known) {
      return known;
    }
    const file = pageFiles.get(name);
    if (file === undefined) {
      throw new Error(`Unknown template "${name}"`);
    }
    const compiled = compile(file);
    templates.set(name, compiled);
    return compiled;
  }

  function renderFragment(template: string, model: object, locals: PageLocals): string {
    return templateOf(template)(model, { data: frameOf(locals) });
  }

  function frameOf(page: PageLocals): RenderFrame {
    return { page, translator: i18n.forLanguage(page.lang) };
  }

  return {
    renderFragment,
    render(template, model, locals) {
      // The page's HTML is already escaped by Handlebars; SafeString keeps the layout from escaping it again.
      const body = new handlebars.SafeString(renderFragment(template, model, locals));
      return layout({ body }, { data: frameOf(locals) });
    },
  };
}

/** Handlebars templates below a folder, by file name without `.hbs`. */
function findTemplates(directory: string): [name: string, file: string][] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.hbs'))
    .map((entry) => [path.basename(entry.name, '.hbs'), path.join(entry.parentPath, entry.name)]);
}

function findPages(directories: readonly string[]): Map<string, string> {
  const pages = new Map<string, string>();
  for (const [name, file] of directories.flatMap(findTemplates)) {
    const other = pages.get(name);
    if (other !== undefined) {
      throw new Error(`Two templates are called "${name}": ${other} and ${file}`);
    }
    pages.set(name, file);
  }
  return pages;
}
