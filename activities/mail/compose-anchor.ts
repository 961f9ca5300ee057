/** Composer of the mail that takes an anchor outside. It names no person, so it may be kept anywhere. */

import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { anchorFileName } from '../../prisma/integrity/anchor-file.ts';
import { anchorLines } from '../../prisma/integrity/anchors.ts';
import type { MailTemplate } from '../../prisma/mail-ledger.ts';
import { anchorHeader, checkedHeads } from '../anchors.ts';
import type { Composer } from './compose.ts';
import { staffInput } from './compose-staff.ts';
import { anchorMailData } from './data/staff.ts';
import { present } from './read.ts';

/** Some three megabytes, packed. Beyond that only the root goes along, and the heads stand in the file. */
const MOST_HEADS = 50_000;

const anchor: Composer = async (tools, row) => {
  const { database } = tools;
  const id = present(row.reference.anchorId, 'the id of the anchor');
  const found = present(await database.anchor.findFirst({ where: { id, schoolId: row.schoolId } }), 'the anchor');
  const school = present(await database.school.findUnique({ where: { id: row.schoolId } }), 'the school');
  const header = anchorHeader(school.slug, found);
  const hasHeads = found.streamCount <= MOST_HEADS;
  const lines = anchorLines(header, hasHeads ? checkedHeads(database, found) : noHeads());
  const content = await buffer(Readable.from(lines).pipe(createGzip()));
  return {
    template: 'anchor',
    attachments: [{ filename: anchorFileName(header), contentType: 'application/gzip', content }],
    data: anchorMailData({ ...header, ...(await staffInput(tools, row)), hasHeads }),
  };
};

async function* noHeads(): AsyncGenerator<never[]> {
  yield [];
}

export const anchorComposers: Readonly<Record<Extract<MailTemplate, 'anchor'>, Composer>> = { anchor };
