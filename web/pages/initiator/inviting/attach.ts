import { type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { isId } from '../../../posted.ts';
import { idsOf, textOf } from '../requests.ts';
import { attachmentModel } from './attachments.model.ts';
import { fileRefusalText, keepFiles } from './keep-files.ts';
import { readUpload } from './upload.ts';

/**
 * Takes one file as soon as it is chosen, for the script of the invitation; the form names it by its id afterwards.
 * Answers with JSON: 201 with the attachment, or 422 with a sentence.
 */
export function postAttachment(kit: PageKit): PageHandler {
  return async (req, res) => {
    // The script sends the token in a header, so that nothing is read for who has none.
    if (!kit.csrf.isValid(req)) return void res.status(403).json({ error: sentence('inviting.file.forbidden') });
    const files = await readUpload(req, res);
    const formId = textOf(req.body, 'formulier');
    const [file, ...others] = files;
    if (!file || others.length > 0 || !isId(formId))
      return void res.status(400).json({ error: sentence('inviting.file.broken') });
    const wording = wordingOf(res);
    const { added, refused } = await keepFiles(kit, res, formId, idsOf(req.body, 'bijlage'), files);
    const [stored] = added;
    if (stored) return void res.status(201).json(attachmentModel(wording, stored));
    const error = refused.map((each) => fileRefusalText(wording, each)).at(-1);
    res.status(422).json({ error: error ?? sentence('inviting.file.broken') });

    function sentence(key: 'inviting.file.forbidden' | 'inviting.file.broken'): string {
      return wordingOf(res).translator.t(key);
    }
  };
}
