/** Students get to see results: one from its dossier, or those that are ticked in the list of what they do not see yet. */

import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { publishResult } from '../../../../prisma/commands/deciding.ts';
import type { UnpublishedCursor } from '../../../../prisma/repositories/deciding.ts';
import { commandIdFor } from '../../../command-id.ts';
import { memberActor, memberOf, type PageKit, repositoriesOf, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { isId, listOf } from '../../../posted.ts';
import { readNonce } from '../office-choice.ts';
import { fieldOf, queryOf } from '../support.ts';
import { versionFieldOf } from './decision.model.ts';
import { type PublishInput, publishModel, ROWS_AT_ONCE, readCursor } from './publish.model.ts';
import { countOf } from './reason-page.ts';

const CHOSEN = 'afname';
/** Every row that was on the screen. */
const SHOWN = 'getoond';
const ALL = 'alles';
const BACK = 'terug';

export function createPublishPages(kit: PageKit) {
  const show: RequestHandler = (req, res) => {
    // Ticked elsewhere: only these, and ticked here too.
    const chosen = [...new Set(listOf(req.query, CHOSEN).filter(isId))].slice(0, ROWS_AT_ONCE);
    return send(res, readCursor(queryOf(req, 'na'), isId), {
      nonce: randomUUID(),
      chosen,
      error: '',
      isFromDossier: queryOf(req, BACK) === 'dossier' && chosen.length === 1,
    });
  };

  const post: RequestHandler = async (req, res) => {
    const { t } = wordingOf(res).translator;
    const isAll = fieldOf(req, ALL) !== '';
    const ids = [...new Set(listOf(req.body, isAll ? SHOWN : CHOSEN).filter(isId))].slice(0, ROWS_AT_ONCE);
    const nonce = readNonce(req);
    if (ids.length === 0)
      return send(res, null, { nonce, chosen: [], error: t('deciding.publish.chooseOne'), isFromDossier: false });
    const member = memberOf(res);
    let done = 0;
    for (const assessmentId of ids) {
      const version = countOf(req, fieldOf, versionFieldOf(assessmentId));
      const outcome = await kit.command(
        publishResult,
        { assessmentId, version, membershipId: member.membershipId },
        {
          schoolId: member.schoolId,
          actor: memberActor(res),
          commandId: commandIdFor(nonce, `publish|${assessmentId}|${version}`),
        },
      );
      if (outcome.ok) done += 1;
    }
    const refused = ids.length - done;
    const sentences = [
      done > 0 ? t('deciding.publish.done', { count: done }) : '',
      refused > 0 ? t('deciding.publish.partly', { count: refused }) : '',
    ];
    kit.setFlash(res, { kind: refused > 0 ? 'warning' : 'ok', text: sentences.filter(Boolean).join(' ') });
    const [first] = ids;
    const isFromDossier = fieldOf(req, BACK) === 'dossier' && first !== undefined;
    res.redirect(303, isFromDossier ? paths.dossier(first) : paths.publishResults());
  };

  async function send(res: Response, after: UnpublishedCursor | null, input: PublishInput): Promise<void> {
    const wording = wordingOf(res);
    const page = await repositoriesOf(kit, res).deciding.readUnpublished(input.chosen, after, ROWS_AT_ONCE);
    const hasErrors = input.error !== '';
    kit.sendPage(res, 'committee-publish', publishModel(wording, page, input), {
      title: wording.translator.t('deciding.publish.title'),
      hasErrors,
      status: hasErrors ? 422 : 200,
      helpKey: 'publishing',
      scripts: ['ticks.js'],
    });
  }

  return { show, post };
}
