import type { Request, Response } from 'express';
import type { ExamUnit } from '../../../../domain/exam.ts';
import { findUnit } from '../../../../domain/exam-structure.ts';
import type { ExamDetails } from '../../../../prisma/repositories/initiator.ts';
import { memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { parseCursor } from '../../../cursor.ts';
import { isId } from '../../../posted.ts';
import { initiatorOf, sendNotFound, textOf } from '../requests.ts';
import { coreTasksOf, type ExamTab, examHead, unitsModel } from './exam.model.ts';
import { examListModel, type Shown, shownOf } from './exam-list.model.ts';

const PAGE_SIZE = 25;

interface Found {
  readonly details: ExamDetails;
  /** Null: the whole exam. */
  readonly unit: ExamUnit | null;
}

/** The exam that the path names, and the unit when it names one; null when there is no such thing in this school. */
async function find(kit: PageKit, req: Request, res: Response): Promise<Found | null> {
  const { examVersionId, unitCode } = req.params;
  const details = isId(examVersionId) ? await initiatorOf(kit, res).findExam(examVersionId) : null;
  if (!details) return null;
  if (unitCode === undefined) return { details, unit: null };
  const unit = findUnit(details.exam, String(unitCode));
  return unit ? { details, unit } : null;
}

/** What is assessed: the units of an exam, or everything in one unit. */
export function showExam(kit: PageKit): PageHandler {
  return async (req, res) => {
    const found = await find(kit, req, res);
    if (!found) return sendNotFound(kit, req, res);
    const wording = wordingOf(res);
    const { details, unit } = found;
    const { membershipId } = memberOf(res);
    const [{ head }, counts] = await Promise.all([
      headOf(kit, res, found, 'overview'),
      unit === null ? initiatorOf(kit, res).countByUnit(membershipId, details.examId) : new Map(),
    ]);
    const body =
      unit === null
        ? { units: unitsModel(wording, details, counts), coreTasks: [], list: null }
        : { units: [], coreTasks: coreTasksOf(wording, unit), list: null };
    kit.sendPage(res, 'exam', { ...head, ...body }, { title: head.title, width: 'wide', helpKey: 'exams' });
  };
}

/** All assessments that this initiator started of an exam or a unit, with their results. */
export function showExamAssessments(kit: PageKit): PageHandler {
  return async (req, res) => {
    const found = await find(kit, req, res);
    if (!found) return sendNotFound(kit, req, res);
    const initiator = initiatorOf(kit, res);
    const shown = shownOf(textOf(req.query, 'toon'));
    const after = parseCursor(textOf(req.query, 'na'));
    const before = parseCursor(textOf(req.query, 'voor'));
    const filter = filterOf(res, found);
    const [{ head, counts }, page] = await Promise.all([
      headOf(kit, res, found, 'assess'),
      initiator.listOfExam(
        { ...filter, ...SHOWN[shown] },
        { ...(after ? { after } : {}), ...(before ? { before } : {}) },
        PAGE_SIZE,
      ),
    ]);
    const list = examListModel(wordingOf(res), { ...found, shown, page, counts });
    const model = { ...head, units: [], coreTasks: [], list };
    kit.sendPage(res, 'exam', model, { title: list.caption, width: 'wide', helpKey: 'exams' });
  };
}

const SHOWN: Readonly<Record<Shown, { readonly isOver?: boolean }>> = {
  all: {},
  running: { isOver: false },
  over: { isOver: true },
};

function filterOf(res: Response, { details, unit }: Found) {
  const { membershipId } = memberOf(res);
  return { membershipId, examId: details.examId, ...(unit === null ? {} : { unitCode: unit.code }) };
}

async function headOf(kit: PageKit, res: Response, found: Found, tab: ExamTab) {
  const initiator = initiatorOf(kit, res);
  const filter = filterOf(res, found);
  const [standing, counts] = await Promise.all([
    initiator.findExamStanding(filter.membershipId, found.details),
    initiator.countOfExam(filter),
  ]);
  const count = counts.running + counts.over;
  return { head: examHead(wordingOf(res), { ...found, standing, tab, count }), counts };
}
