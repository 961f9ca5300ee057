/** The queue, and searching in it. */

import type { Request, Response } from 'express';
import { type PageKit, repositoriesOf, wordingOf } from '../../context.ts';
import { parseCursor } from '../../cursor.ts';
import { isId } from '../../posted.ts';
import { QUEUE_PAGE_SIZE, type QueueAddress, queueHref, queueModel, viewOf } from './queue.model.ts';
import { readSearchWords, writeSearchWords } from './search-words.ts';
import { fieldOf, queryOf } from './support.ts';

export function createQueuePages(kit: PageKit) {
  async function show(req: Request, res: Response): Promise<void> {
    const { committee } = repositoriesOf(kit, res);
    const address = readAddress((name) => queryOf(req, name));
    const after = parseCursor(queryOf(req, 'na'));
    const before = after === null ? parseCursor(queryOf(req, 'voor')) : null;
    const search = readSearchWords(kit.keyring, req, res);
    const [page, options] = await Promise.all([
      committee.readQueue({ ...address, search, after, before, limit: QUEUE_PAGE_SIZE }),
      committee.readFilterOptions(),
    ]);
    // All that came after this place is gone, for instance finalised by somebody else: begin again.
    if (page.rows.length === 0 && after !== null) return res.redirect(303, queueHref(address));
    const isFirstPage = !page.hasPrevious;
    const model = queueModel({ wording: wordingOf(res), address, search, page, isFirstPage, options });
    kit.sendPage(res, 'committee-queue', model, {
      title: model.title,
      width: 'wide',
      scripts: ['queue.js'],
      helpKey: 'queue',
    });
  }

  function search(req: Request, res: Response): void {
    const isClearing = fieldOf(req, 'wis') !== '';
    const address = readAddress((name) => fieldOf(req, name));
    writeSearchWords(kit.keyring, res, isClearing ? '' : fieldOf(req, 'zoek'));
    res.redirect(303, queueHref(isClearing ? { ...address, examId: null, groupId: null } : address));
  }

  return { show, search };
}

function readAddress(read: (name: string) => string | undefined): QueueAddress {
  const examId = read('examen');
  const groupId = read('groep');
  return {
    view: viewOf(read('status')),
    examId: isId(examId) ? examId : null,
    groupId: isId(groupId) ? groupId : null,
  };
}
