/**
 * Whether a document is genuine: for anybody, by the code on it or by the file itself.
 *
 * Contract
 * 1. Nothing is written, and a file that is sent is hashed as it comes and dropped.
 * 2. The answer names nobody, and is the same page for a code that nearly exists as for one that is nonsense.
 * 3. Limited per network address; a file before it is read.
 */
import type { Request, Response } from 'express';
import { readCheckCode } from '../../../platform/tokens.ts';
import type { GenuineDocument } from '../../../prisma/repositories/authenticity.ts';
import { type PageHandler, type PageKit, wordingOf } from '../../context.ts';
import { visitorKey } from '../../middleware/limits.ts';
import { sendTooMany } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import { singleOf } from '../../posted.ts';
import {
  answerModel,
  type CheckedBy,
  type FormInput,
  formModel,
  MAX_CHECKED_BYTES,
  readSha256,
  tidyTyped,
} from './authenticity.model.ts';
import { hashUpload } from './upload.ts';

/** Longer than any address with a code, and all the spaces that somebody puts in. */
const MAX_TYPED = 300;
/** The form around the file. */
const FORM_BYTES = 10_000;

export function createAuthenticityPages(kit: PageKit) {
  const showForm: PageHandler = (_req, res) => sendForm(kit, res, { code: '', errors: [] });

  /** A typed code leads to the address that the QR code has, so that the answer can be kept and shown to somebody. */
  const postCode: PageHandler = (req, res) => {
    const typed = (singleOf(req.body, 'code') ?? '').slice(0, MAX_TYPED);
    const code = readCheckCode(tidyTyped(typed));
    if (code !== null) return res.redirect(303, paths.authenticityCode(code));
    const { t } = wordingOf(res).translator;
    const message = t(typed.trim() === '' ? 'authenticity.code.none' : 'authenticity.code.shape');
    sendForm(kit, res, { code: typed, errors: [{ field: 'code', message }] });
  };

  const showByCode: PageHandler = async (req, res) => {
    const code = readCheckCode(tidyTyped(String(req.params.code ?? '')));
    await answer(req, res, 'code', async () => (code === null ? null : kit.repositories.authenticity.findByCode(code)));
  };

  const showByHash: PageHandler = async (req, res) => {
    const sha256 = readSha256(req.params.sha256);
    await answer(req, res, 'file', async () =>
      sha256 === null ? null : kit.repositories.authenticity.findByHash(sha256),
    );
  };

  async function answer(
    req: Request,
    res: Response,
    by: CheckedBy,
    find: () => Promise<GenuineDocument | null>,
  ): Promise<void> {
    const seconds = await kit.limits.take('authenticity', visitorKey(req.ip));
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    const model = answerModel(wordingOf(res), by, await find());
    kit.sendPage(res, 'authenticity-answer', model, { title: model.title, helpKey: 'authenticity' });
  }

  const postFile: PageHandler = async (req, res) => {
    const seconds = await kit.limits.take('authenticityFile', visitorKey(req.ip));
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    const isFarTooLarge = Number(req.get('Content-Length') ?? 0) > MAX_CHECKED_BYTES + FORM_BYTES;
    if (isFarTooLarge) {
      // What comes still is not read: the connection ends with the answer.
      res.set('Connection', 'close');
      return refuseFile(res, 'FILE_TOO_LARGE');
    }
    const file = await hashUpload(req, res);
    if (!file.ok && file.code === 'FILE_TOO_LARGE') return refuseFile(res, file.code);
    // Only now is there a body in which the token can be.
    if (!kit.csrf.isValid(req)) return void kit.forbidden(req, res, () => undefined);
    if (!file.ok) return refuseFile(res, file.code);
    res.redirect(303, paths.authenticityHash(file.sha256));
  };

  function refuseFile(res: Response, code: 'NO_FILE' | 'FILE_TOO_LARGE'): void {
    const { t } = wordingOf(res).translator;
    const message =
      code === 'NO_FILE'
        ? t('authenticity.file.none')
        : t('authenticity.file.tooLarge', { megabytes: MAX_CHECKED_BYTES / (1024 * 1024) });
    sendForm(kit, res, { code: '', errors: [{ field: 'bestand', message }] });
  }

  return { showForm, postCode, showByCode, showByHash, postFile };
}

function sendForm(kit: PageKit, res: Response, input: FormInput): void {
  const model = formModel(wordingOf(res), input);
  const hasErrors = input.errors.length > 0;
  kit.sendPage(res, 'authenticity', model, {
    title: model.title,
    hasErrors,
    status: hasErrors ? 422 : 200,
    scripts: ['authenticity.js'],
    helpKey: 'authenticity',
  });
}
