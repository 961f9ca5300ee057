/** Small sentences and readings that several pages of the initiator share. Pure. */
import { firstWorkingDayFrom, toLocalDate } from '../../../domain/calendar.ts';
import type { ExamDefinition } from '../../../domain/exam.ts';
import { findUnit, listComponents, workProcessOf } from '../../../domain/exam-structure.ts';
import { cleanText, findForbiddenCharacter, isPresent, MAX_REASON, textLength } from '../../../domain/text.ts';
import type { OwnAssessment } from '../../../prisma/repositories/initiator.ts';
import { listNames, longDay, type Wording } from '../../wording.ts';

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** `Gedragsobservatie`. */
export function kindName({ translator }: Wording, componentRef: string): string {
  return translator.t(`common.componentKind.${componentRef.endsWith('/product') ? 'product' : 'behaviour'}`);
}

/** `B1-K1-W1 Gedragsobservatie`. */
export function componentLabel(wording: Wording, ref: string): string {
  return `${workProcessOf(ref)} ${kindName(wording, ref)}`;
}

/** Title of the unit, or "hele examen" when all units are in it. */
export function scopeTitle({ translator }: Wording, exam: ExamDefinition, unitCodes: readonly string[]): string {
  if (exam.units.every((unit) => unitCodes.includes(unit.code))) return translator.t('initiator.exam.wholeExam');
  return unitCodes.map((code) => `${code} ${findUnit(exam, code)?.title ?? ''}`.trim()).join(', ');
}

/** `Basisexamen Verzorging · EX1 Zorg geven`, without the unit for a whole exam. */
export function examTitle(exam: ExamDefinition, unitCodes: readonly string[]): string {
  if (exam.units.every((unit) => unitCodes.includes(unit.code))) return exam.title;
  return [exam.title, ...unitCodes.map((code) => `${code} ${findUnit(exam, code)?.title ?? ''}`.trim())].join(' · ');
}

/** Refs of all components of an assessment, in the order of the exam. */
export function refsOf(assessment: Pick<OwnAssessment, 'exam' | 'unitCodes'>): string[] {
  return listComponents(assessment.exam, assessment.unitCodes).map(({ component }) => component.ref);
}

/** "inleveren uiterlijk vr 4 december 2026", which also says when that is no working day. */
export function dueText(wording: Wording, dueAt: string | null): string {
  const { t } = wording.translator;
  if (dueAt === null) return t('initiator.batch.noDue');
  const date = toLocalDate(dueAt, wording.timeZone);
  const isOff = firstWorkingDayFrom(date) !== date;
  return t(isOff ? 'initiator.batch.dueOff' : 'initiator.batch.due', { day: longDay(wording, dueAt) });
}

/** One line about the assessments that the next steps are for: students, exam, deadline. */
export function batchLine(wording: Wording, assessments: readonly OwnAssessment[]): string {
  const { t } = wording.translator;
  const [first] = assessments;
  if (!first) return '';
  const names = assessments.map(({ student }) => student.name);
  const rest = names.length - 2;
  const students =
    rest > 1
      ? t('initiator.batch.more', { names: names.slice(0, 2).join(', '), count: rest })
      : listNames(wording, names);
  return [students, examTitle(first.exam, first.unitCodes), dueText(wording, first.state.dueAt)].join(' · ');
}

export type Step = 'students' | 'examiners' | 'invite';

/** The steps of starting; what lies behind can be gone back to. */
export function stepsModel(
  { translator }: Wording,
  current: Step,
  hrefs: { readonly exam: string; readonly examiners?: string },
): { label: string; href?: string; isCurrent?: boolean; isDone?: boolean }[] {
  const order: readonly Step[] = ['students', 'examiners', 'invite'];
  const place = order.indexOf(current);
  return [
    { label: translator.t('initiator.steps.exam'), href: hrefs.exam, isDone: true },
    ...order.map((step, index) => ({
      label: translator.t(`initiator.steps.${step}`),
      ...(step === 'examiners' && index < place && hrefs.examiners ? { href: hrefs.examiners } : {}),
      isCurrent: index === place,
      isDone: index < place,
    })),
  ];
}

/**
 * What a refused command says to a person; one mapper for all pages here.
 * @param name of the examiner that the refusal is about
 */
export function refusalText(
  { translator }: Wording,
  code: string,
  name = translator.t('initiator.event.unknownPerson'),
): string {
  const key = `initiator.refusal.${code}`;
  return translator.has(key, { name, time: '' })
    ? translator.t(key, { name, time: '' })
    : translator.t('initiator.refusal.unknown');
}

export type ReadReason =
  | { readonly ok: true; readonly reason: string }
  | { readonly ok: false; readonly message: string };

/** Cleans and checks a reason that somebody typed; a reason is always required. */
export function readReason({ translator }: Wording, typed: string): ReadReason {
  const reason = cleanText(typed);
  if (!isPresent(reason)) return { ok: false, message: translator.t('initiator.reason.missing') };
  const forbidden = findForbiddenCharacter(reason);
  if (forbidden) {
    const { code, position } = forbidden;
    return { ok: false, message: translator.t('initiator.reason.character', { code, position: position + 1 }) };
  }
  const used = textLength(reason);
  if (used > MAX_REASON)
    return { ok: false, message: translator.t('initiator.reason.tooLong', { max: MAX_REASON, used }) };
  return { ok: true, reason };
}
