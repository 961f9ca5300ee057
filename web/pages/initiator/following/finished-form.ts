import { memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { isId } from '../../../posted.ts';
import { initiatorOf, sendNotFound } from '../requests.ts';
import { finishedFormModel } from './finished-form.model.ts';

/** A form to read when the result is final; before that there is no such page. */
export function showFinishedForm(kit: PageKit): PageHandler {
  return async (req, res) => {
    const { id, contactId } = req.params;
    const found =
      isId(id) && isId(contactId)
        ? await initiatorOf(kit, res).findFinishedForm(memberOf(res).membershipId, id, contactId)
        : null;
    if (found === null) return sendNotFound(kit, req, res);
    const model = finishedFormModel(wordingOf(res), found);
    kit.sendPage(res, 'finished-form', model, { title: model.title, helpKey: 'assessment' });
  };
}
