/**
 * The page that the link in a mail leads to.
 *
 * Contract
 * 1. Mail scanners open links, with GET and with HEAD: neither writes anything, and the page holds no personal data beyond
 *    the masked address of a link that no longer opens.
 * 2. Only the button opens.
 */
import { contextOf, type PageHandler, type PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';
import { findLink, sendClosedLink } from './find-link.ts';

export function showLink(kit: PageKit): PageHandler {
  return async (req, res) => {
    const token = String(req.params.token ?? '');
    const link = await findLink(kit, req, res, token);
    if (link === null) return;
    if (link.state !== 'open') return sendClosedLink(kit, res, link, link.state, token);
    const { translator } = contextOf(res);
    kit.sendPage(
      res,
      'link-open',
      { school: link.school.name, action: paths.linkOpen(), token, disputed: disputedForm(req.query['niet-ik']) },
      {
        title: translator.t('signin.link.openTitle'),
        school: link.school,
        place: translator.t('signin.link.place'),
        helpKey: 'link',
      },
    );
  };
}

/** The confirmation mail names the form that "was not me" is about. */
function disputedForm(value: unknown): string {
  return typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value) ? value : '';
}

/** The link of a previewed mail leads nowhere, and says so. */
export function showPreview(kit: PageKit): PageHandler {
  return (_req, res) => {
    const { translator } = contextOf(res);
    kit.sendMessage(res, {
      status: 200,
      title: translator.t('signin.link.previewTitle'),
      text: translator.t('signin.link.previewText'),
      kind: 'info',
    });
  };
}
