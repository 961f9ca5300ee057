/** What was done a moment ago and nobody was told of yet. Pure. */
import { HOLD_MS } from '../../../../prisma/mail-ledger.ts';
import type { AssessmentStatusPage, ExaminerProgress, StoredEvent } from '../../../../prisma/repositories/initiator.ts';
import { paths } from '../../../paths.ts';
import type { Wording } from '../../../wording.ts';

/** With less left the button would be too late before it is pressed. */
const LEAST_MS = 3_000;

export interface UndoModel {
  readonly action: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  readonly label: string;
  readonly left: string;
  /** For a script that counts on. */
  readonly seconds: number;
}

export function undoWithdrawModel(
  wording: Wording,
  page: AssessmentStatusPage,
  { contactId, name }: ExaminerProgress,
  now: Date,
): UndoModel | null {
  const isOfExaminer = ({ body }: StoredEvent) => body.examinerId === contactId;
  const answers = page.events.filter((event) => event.type === 'AskAnswered' && isOfExaminer(event));
  // Who was replaced, or got the answer that they asked for, has been told at once.
  const isTold = ({ at, body }: StoredEvent) =>
    body.replacedBy !== undefined || answers.some((answer) => answer.at.getTime() === at.getTime());
  const isMeant = (event: StoredEvent) => event.type === 'ExaminerWithdrawn' && isOfExaminer(event) && !isTold(event);
  const label = wording.translator.t('following.page.undoWithdraw', { name });
  return undoModel(wording, page, { isMeant, label, now, fields: [{ name: 'examinator', value: contactId }] });
}

export function undoCancelModel(wording: Wording, page: AssessmentStatusPage, now: Date): UndoModel | null {
  const isMeant = ({ type }: StoredEvent) => type === 'AssessmentCancelled';
  return undoModel(wording, page, {
    isMeant,
    label: wording.translator.t('following.page.undoCancel'),
    now,
    fields: [],
  });
}

interface Undoable {
  readonly isMeant: (event: StoredEvent) => boolean;
  readonly label: string;
  readonly now: Date;
  readonly fields: UndoModel['fields'];
}

function undoModel({ translator }: Wording, page: AssessmentStatusPage, what: Undoable): UndoModel | null {
  const event = page.events.find(what.isMeant);
  const leftMs = event === undefined ? 0 : event.at.getTime() + HOLD_MS - what.now.getTime();
  // What lies in the future was written by a clock that is ahead of ours: then it is not known how long.
  if (leftMs < LEAST_MS || leftMs > HOLD_MS) return null;
  const seconds = Math.floor(leftMs / 1_000);
  return {
    action: paths.undo(),
    fields: [{ name: 'afname', value: page.id }, ...what.fields],
    label: what.label,
    left: translator.t('following.page.undoLeft', { count: seconds }),
    seconds,
  };
}
