/**
 * The page that the link in a mail leads to.
 *
 * Contract
 * 1. Mail scanners open links, with GET and with HEAD: neither writes anything, and the page holds no personal data beyond
 *    the masked address of a link that no longer opens.
 * 2. Only the button opens. Where it was pressed before, the link leads straight on: what it grants is here already.
 */
import { contextOf, type PageHandler, type PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';
import { findLink, sendClosedLink, switchedLanguage } from './find-link.ts';
import { placeAfterOpening } from './link.model.ts';

export function showLink(kit: PageKit): PageHandler {
  return async (req, res) => {
    const token = String(req.params.token ?? '');
    const link = await findLink(kit, req, res, token);
    if (link === null) return;
    const disputed = disputedForm(req.query['niet-ik']);
    if (contextOf(res).grants.some(({ linkId }) => linkId === link.id)) {
      const formIds = await kit.repositories.access.formsOfInvitation(link.school.id, link.invitationId);
      return res.redirect(303, placeAfterOpening(formIds, disputed || null, paths));
    }
    if (link.state !== 'open') return sendClosedLink(kit, res, link, link.state, token);
    const { translator } = contextOf(res);
    const { isFinished, school } = link;
    kit.sendPage(
      res,
      'link-open',
      {
        school: school.name,
        action: paths.linkOpen(),
        token,
        disputed,
        lang: switchedLanguage(req) ?? '',
        isFinished: isFinished && disputed === '',
      },
      {
        title: translator.t(isFinished ? 'linkcare.finished.title' : 'signin.link.openTitle'),
        school,
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
