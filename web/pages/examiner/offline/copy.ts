/** The form as a device keeps it: everything on one page, fetched by the script of the form after it was opened. */
import type { RequestHandler } from 'express';
import { AssessmentError, FormStatus } from '../../../../domain/assessment.ts';
import type { PageKit } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { findGranted, findWithdrawn, wordingOf } from '../access.ts';
import { sendForm } from '../form.ts';
import { isOver, refusalTexts } from '../refused.ts';

/** 200 the page · 401 the link must be opened again · 409 and 410 there is nothing to fill in any more, as data */
export function sendCopy(kit: PageKit): RequestHandler {
  return async (req, res) => {
    const formId = String(req.params.formId ?? '');
    // Nobody looks at it as a page of its own.
    if (req.get('Sec-Fetch-Dest') === 'document') return res.redirect(303, paths.form(formId));
    const granted = await findGranted(kit, res, formId);
    if (granted === null) {
      const withdrawn = await findWithdrawn(kit, res, formId);
      const code = AssessmentError.FormWithdrawn;
      if (withdrawn === null) res.status(401).json({ code: 'LINK_NEEDED' });
      else
        res
          .status(410)
          .json({ code, isOver: true, ...refusalTexts(wordingOf(res, withdrawn.form), withdrawn.form, code) });
      return;
    }
    const { form } = granted;
    const code = form.status === FormStatus.Finished ? AssessmentError.FormFinished : form.refusal;
    if (code !== null) {
      res
        .status(isOver(code) ? 410 : 409)
        .json({ code, isOver: isOver(code), ...refusalTexts(wordingOf(res, form), form, code) });
      return;
    }
    const fields = { content: form.content, revision: form.revision, errors: [] };
    sendForm(kit, res, granted, { isAll: true, step: 1 }, fields, 200, { isKept: true });
  };
}
