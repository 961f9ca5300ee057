/** Gathers what the result document says, inside the transaction of the decision. */
import type { AssessmentState } from '../domain/assessment.ts';
import { finishedExaminersOf } from '../domain/assessment.ts';
import type { CaptionedEvidence } from '../domain/evidence.ts';
import { findUnit } from '../domain/exam-structure.ts';
import type { FormContent } from '../domain/form.ts';
import type {
  DocumentAgreement,
  DocumentComponent,
  DocumentEvidence,
  DocumentExaminer,
  ResultDocumentData,
} from '../domain/result-document.ts';
import { decidingPolicy, fullName, type SchoolBranding } from '../domain/school.ts';
import { memberNames, readHistory, readReplaced } from './document-history.ts';
import { CommandRefused, type UnitOfWork } from './unit-of-work.ts';

interface DocumentHead {
  readonly number: string;
  readonly version: number;
  readonly officeLabel: string;
  readonly checkCode: string;
  /** Membership id of who proposed the decision, where two take it; null otherwise. */
  readonly proposedBy: string | null;
}

/**
 * @param state folded after the decision
 * @throws CommandRefused when something the document needs is not there
 */
export async function buildResultDocument(
  unit: UnitOfWork,
  assessmentId: string,
  state: AssessmentState,
  head: DocumentHead,
): Promise<ResultDocumentData> {
  const row = await unit.tx.assessment.findFirst({
    where: { id: assessmentId, schoolId: unit.schoolId },
    include: { school: true, student: true, initiator: { include: { account: true } } },
  });
  if (!row || state.decision === null || state.result === null) throw new CommandRefused('ASSESSMENT_NOT_FINAL');
  const { exam, scheme } = await unit.examOf(assessmentId);
  const settings = await unit.settings();
  const { contents, evidence } = await readSubmissions(unit, state);
  const agreements = await readAgreements(unit, state);
  const examiners = await readExaminers(unit, state);
  const history = await readHistory(unit, assessmentId);
  const { decidedBy, decidedAt } = state.decision;
  const nameOf = await memberNames(unit, [decidedBy, ...(head.proposedBy === null ? [] : [head.proposedBy])]);
  const proposedByName = nameOf.get(head.proposedBy ?? '');
  const { remedies } = decidingPolicy(settings);
  const units = state.unitCodes.flatMap((code) => findUnit(exam, code) ?? []);
  return {
    v: 1,
    lang: settings.defaultLang,
    timeZone: settings.timeZone,
    school: { name: row.school.name, ...lookOf(row.school.branding as unknown as SchoolBranding) },
    document: {
      number: head.number,
      version: head.version,
      madeAt: unit.nowIso,
      checkCode: head.checkCode,
      ...(await readReplaced(unit, assessmentId, head.version)),
    },
    student: { name: fullName(row.student), number: row.student.number, birthDate: row.student.birthDate },
    exam: {
      code: exam.code,
      crebo: exam.crebo,
      title: exam.title,
      version: exam.version,
      kind: exam.kind,
      level: exam.level,
    },
    units: units.map(({ code, title }) => ({ code, title })),
    attempt: row.attempt,
    result: state.result,
    schemeLabel: scheme.label,
    coreTasks: units.flatMap((each) =>
      each.coreTasks.map((coreTask) => ({
        code: coreTask.code,
        title: coreTask.title,
        workProcesses: coreTask.workProcesses.map((workProcess) => ({
          code: workProcess.code,
          title: workProcess.title,
          components: workProcess.components.map((component) =>
            describeComponent(state, { contents, evidence, agreements }, component),
          ),
        })),
      })),
    ),
    examiners,
    initiatorName: fullName(row.initiator.account),
    decision: {
      byName: nameOf.get(decidedBy) ?? '',
      at: decidedAt,
      officeLabel: head.officeLabel,
      ...(proposedByName === undefined ? {} : { proposedByName }),
    },
    audit: [...history.audit, { at: decidedAt, type: 'AssessmentFinalised', name: nameOf.get(decidedBy) ?? '' }],
    remedies: { days: remedies.days, text: remedies.text?.[settings.defaultLang] ?? null },
    ...(history.corrections.length === 0 ? {} : { corrections: history.corrections }),
    ...(history.reopenings.length === 0 ? {} : { reopenings: history.reopenings }),
    ...(history.chain === null ? {} : { chain: history.chain }),
  };
}

function lookOf({ primaryColor, logo }: SchoolBranding): Pick<ResultDocumentData['school'], 'primaryColor' | 'logo'> {
  return { primaryColor, ...(logo ? { logo } : {}) };
}

interface Written {
  /** By examiner id. */
  readonly contents: ReadonlyMap<string, FormContent>;
  /** By examiner id. */
  readonly evidence: ReadonlyMap<string, readonly NamedEvidence[]>;
  /** By component ref. */
  readonly agreements: ReadonlyMap<string, DocumentAgreement>;
}

function describeComponent(
  state: AssessmentState,
  { contents, evidence, agreements }: Written,
  component: {
    readonly ref: string;
    readonly kind: 'behaviour' | 'product';
    readonly criteria: readonly { readonly ref: string; readonly text: string }[];
  },
): DocumentComponent {
  const examinerIds = finishedExaminersOf(state, component.ref);
  const justifications = examinerIds.flatMap((id): [string, string][] => {
    const text = contents.get(id)?.justifications[component.ref];
    return text === undefined || text === '' ? [] : [[id, text]];
  });
  const agreed = agreements.get(component.ref);
  return {
    ref: component.ref,
    kind: component.kind,
    ...(agreed ? { agreed } : {}),
    examinerIds,
    standingExaminerId: state.decision?.standing[component.ref] ?? agreed?.by[0] ?? examinerIds[0] ?? '',
    justifications: Object.fromEntries(justifications),
    ...describeEvidence(evidence, component.ref, examinerIds),
    criteria: component.criteria.map(({ ref, text }) => ({
      ref,
      text,
      scores: Object.fromEntries(
        examinerIds.flatMap((id) => {
          const score = state.examiners[id]?.scores[ref];
          return score === undefined ? [] : [[id, score]];
        }),
      ),
    })),
  };
}

/** What examiners settled themselves, with the words of it. */
async function readAgreements({ tx, schoolId }: UnitOfWork, state: AssessmentState) {
  const agreed = Object.entries(state.agreed ?? {});
  const textIds = agreed.flatMap(([, { justification }]) => justification?.textId ?? []);
  const texts = textIds.length === 0 ? [] : await tx.textNote.findMany({ where: { schoolId, id: { in: textIds } } });
  const bodyOf = new Map(texts.map(({ id, body }) => [id, body]));
  return new Map(
    agreed.map(([ref, { how, by, scores, justification }]): [string, DocumentAgreement] => [
      ref,
      { how, by, scores, justification: bodyOf.get(justification?.textId ?? '') ?? '' },
    ]),
  );
}

async function readSubmissions(
  unit: UnitOfWork,
  state: AssessmentState,
): Promise<Pick<Written, 'contents' | 'evidence'>> {
  const contents = new Map<string, FormContent>();
  const submitted = new Map<string, readonly CaptionedEvidence[]>();
  for (const [examinerId, examiner] of Object.entries(state.examiners)) {
    if (examiner.form !== 'finished') continue;
    const row = await unit.tx.formSubmission.findUnique({
      where: { formId_formVersion: { formId: examiner.formId, formVersion: examiner.formVersion } },
    });
    if (!row) continue;
    contents.set(examinerId, row.content as unknown as FormContent);
    submitted.set(examinerId, row.evidence as unknown as readonly CaptionedEvidence[]);
  }
  return { contents, evidence: await nameEvidence(unit, submitted) };
}

interface NamedEvidence extends DocumentEvidence {
  /** Component ref. */
  readonly component: string;
}

/** What finished forms name, with the names of the files. */
async function nameEvidence(
  { tx, schoolId }: UnitOfWork,
  submitted: ReadonlyMap<string, readonly CaptionedEvidence[]>,
): Promise<Map<string, NamedEvidence[]>> {
  const ids = [...submitted.values()].flat().map(({ evidenceId }) => evidenceId);
  if (ids.length === 0) return new Map();
  const rows = await tx.evidence.findMany({
    where: { schoolId, id: { in: ids } },
    select: { id: true, caption: true, attachment: { select: { name: true } } },
  });
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  return new Map(
    [...submitted].map(([examinerId, pieces]) => [
      examinerId,
      pieces.map(({ evidenceId, component, size, sha256, caption }) => {
        const row = rowOf.get(evidenceId);
        const words = caption ?? row?.caption ?? '';
        const name = row?.attachment.name ?? evidenceId;
        return { component, name, size, sha256, ...(words === '' ? {} : { caption: words }) };
      }),
    ]),
  );
}

/** Nothing at all when there is none, as in documents from before there was evidence. */
function describeEvidence(
  evidence: Written['evidence'],
  ref: string,
  examinerIds: readonly string[],
): Pick<DocumentComponent, 'evidence'> {
  const found = examinerIds.flatMap((id): [string, DocumentEvidence[]][] => {
    const pieces = (evidence.get(id) ?? []).filter(({ component }) => component === ref);
    return pieces.length === 0 ? [] : [[id, pieces.map(({ component: _component, ...piece }) => piece)]];
  });
  return found.length === 0 ? {} : { evidence: Object.fromEntries(found) };
}

async function readExaminers(unit: UnitOfWork, state: AssessmentState): Promise<DocumentExaminer[]> {
  const finished = Object.entries(state.examiners).filter(([, examiner]) => examiner.form === 'finished');
  const contacts = await unit.tx.contact.findMany({
    where: {
      schoolId: unit.schoolId,
      id: { in: finished.flatMap(([id, { handedFrom = id }]) => [id, handedFrom]) },
    },
  });
  const byId = new Map(contacts.map((contact) => [contact.id, contact]));
  return finished.flatMap(([id, examiner]) => {
    const contact = byId.get(id);
    if (!contact) return [];
    const former = byId.get(examiner.handedFrom ?? '');
    return {
      id,
      name: contact.name,
      jobTitle: contact.jobTitle,
      organisation: contact.organisation,
      kind: contact.kind === 'school' ? ('school' as const) : ('practice' as const),
      ...(former ? { handedFrom: former.name } : {}),
      finishedAt: examiner.finishedAt ?? unit.nowIso,
      formVersion: examiner.formVersion,
    };
  });
}
