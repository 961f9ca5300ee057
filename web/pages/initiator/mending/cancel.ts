/** Cancelling one assessment, or all that are ticked. Everybody who is busy is told after a minute. */
import type { Response } from 'express';
import { cancelAssessments } from '../../../../prisma/commands/assessments.ts';
import type { BusyExaminer } from '../../../../prisma/repositories/initiator.ts';
import { commandIdFor, newFormId, ownCommandId } from '../../../command-id.ts';
import { memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import type { Wording } from '../../../wording.ts';
import { initiatorOf, sendNotFound, textOf } from '../requests.ts';
import { examTitle, readReason } from '../words.ts';
import { sendConfirm } from './confirm.ts';
import {
  by,
  findMany,
  type Many,
  markOf,
  namesOf,
  progressOf,
  sayRefused,
  skippedText,
  versionsOf,
  wayBack,
} from './subject.ts';

/** More names than this have a list of their own. */
const SHOWN_NAMES = 3;

interface Input {
  readonly formId: string;
  readonly reason: string;
  readonly error: string;
}

export function showCancel(kit: PageKit): PageHandler {
  return async (req, res) => {
    const many = await findMany(kit, req, res);
    const isOne = req.params.id !== undefined;
    if (!many) return isOne ? sendNotFound(kit, req, res) : tellNothingTicked(kit, res);
    if (many.open.length === 0) return tellNothingLeft(kit, res, many);
    await sendCancel(kit, res, many, { formId: newFormId(), reason: '', error: '' });
  };
}

export function postCancel(kit: PageKit): PageHandler {
  return async (req, res) => {
    const many = await findMany(kit, req, res);
    const isOne = req.params.id !== undefined;
    if (!many) return isOne ? sendNotFound(kit, req, res) : tellNothingTicked(kit, res);
    const wording = wordingOf(res);
    const { t } = wording.translator;
    const formId = textOf(req.body, 'formulier');
    const reason = textOf(req.body, 'reason');
    const read = readReason(wording, reason);
    if (!read.ok) return sendCancel(kit, res, many, { formId, reason, error: read.message });
    const isOver = many.open.length === 0;
    const mark = textOf(req.body, 'stand');
    const isStale = !isOver && mark !== '' && mark !== markOf(progressOf(many.open));
    if (isStale) return sendCancel(kit, res, many, { formId, reason, error: t('mending.changed') });
    // A second click finds all of it over, and is then the same command; a page that is gone back to after an undo is another.
    const assessmentIds = (isOver ? many.over : many.open).map(({ id }) => id);
    const command = { assessmentIds, reason: read.reason };
    const version = isOver ? textOf(req.body, 'versie') : markOf(versionsOf(many.open));
    const commandId = commandIdFor(formId, { ...command, version });
    const sender = { ...by(res), commandId };
    const outcome = await kit.command(cancelAssessments, command, sender);
    if (!outcome.ok) {
      if (isOver) return tellNothingLeft(kit, res, many);
      return sendCancel(kit, res, many, { formId, reason, error: sayRefused(wording, outcome, '') });
    }
    const count = assessmentIds.length;
    // The page of one assessment has a button of its own to take it back.
    const cancelled = ownCommandId(cancelAssessments.type, sender);
    const undo = { action: paths.undo(), fields: [{ name: 'opdracht', value: cancelled }] };
    kit.setFlash(res, { kind: 'ok', text: t('mending.cancel.done', { count }), ...(count > 1 ? { undo } : {}) });
    res.redirect(303, await wayBack(kit, res, assessmentIds));
  };
}

/** For a list where nothing was ticked, or what is there no more. */
export function tellNothingTicked(kit: PageKit, res: Response): void {
  kit.setFlash(res, { kind: 'warning', text: wordingOf(res).translator.t('mending.nothingTicked') });
  res.redirect(303, paths.assessments());
}

export async function tellNothingLeft(kit: PageKit, res: Response, { over }: Many): Promise<void> {
  kit.setFlash(res, { kind: 'info', text: wordingOf(res).translator.t('mending.nothingLeft') });
  const ids = over.map(({ id }) => id);
  res.redirect(303, await wayBack(kit, res, ids));
}

async function sendCancel(kit: PageKit, res: Response, many: Many, input: Input): Promise<void> {
  const wording = wordingOf(res);
  const { t } = wording.translator;
  const { open } = many;
  const [first] = open;
  const ids = open.map(({ id }) => id);
  const count = open.length;
  const told = await initiatorOf(kit, res).findBusyExaminers(memberOf(res).membershipId, ids);
  const titles = [...new Set(open.map(({ exam, unitCodes }) => examTitle(exam, unitCodes)))];
  const skipped = skippedText(wording, many);
  sendConfirm(kit, res, {
    crumb: count === 1 ? (first?.student.name ?? '') : '',
    title: t('mending.cancel.title', { count }),
    text: t('mending.cancel.lead'),
    action: count === 1 && first && many.over.length === 0 ? paths.assessmentCancel(first.id) : paths.cancelMany(),
    confirmLabel: t('mending.cancel.confirm', { count }),
    cancelLabel: t('mending.cancel.keep'),
    cancelHref: await wayBack(kit, res, ids),
    isDangerous: true,
    hidden: [
      { name: 'formulier', value: input.formId },
      { name: 'stand', value: markOf(progressOf(open)) },
      { name: 'versie', value: markOf(versionsOf(open)) },
      ...ids.map((value) => ({ name: 'afname', value })),
    ],
    facts: [
      {
        label: count === 1 ? t('mending.student') : t('mending.due.students'),
        value: count > SHOWN_NAMES ? t('initiator.batch.students', { count }) : namesOf(wording, open),
        detail: skipped || (count === 1 ? (first?.student.number ?? '') : ''),
      },
      { label: t('mending.exam'), value: titles.join(', ') },
      ...(told.length === 0 ? [{ label: t('mending.cancel.told'), value: t('mending.cancel.toldNobody') }] : []),
    ],
    happens: [
      t('mending.cancel.happensNow'),
      told.length > 0 ? t('mending.cancel.happensMail', { count: told.length }) : t('mending.cancel.happensUndo'),
    ],
    lists: [
      ...(count > SHOWN_NAMES
        ? [{ title: t('mending.cancel.who'), icon: 'graduation-cap', items: open.map(({ student }) => student.name) }]
        : []),
      ...(told.length > 0
        ? [{ title: t('mending.cancel.told'), icon: 'mail', items: told.map((each) => toldText(wording, each)) }]
        : []),
    ],
    aside: null,
    reason: {
      label: t('mending.cancel.reason'),
      hint: t('initiator.cancel.reasonHint'),
      value: input.reason,
    },
    error: input.error,
  });
}

/** Who is told, where, and of how many students when it is more than one. */
function toldText({ translator }: Wording, { name, email, assessmentIds }: BusyExaminer): string {
  const count = assessmentIds.length;
  return count > 1 ? `${name}, ${translator.t('mending.cancel.toldMany', { email, count })}` : `${name}, ${email}`;
}
