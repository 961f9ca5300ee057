/**
 * The content of the document for machines: the file `beoordeling.json` inside it. Its shape is a promise to other systems, told in
 * docs/document-json.md: fields may be added under the same version, never taken away or given another meaning.
 */
import type {
  DocumentAgreement,
  DocumentComponent,
  DocumentEvidence,
  ResultDocumentData,
} from '../../domain/result-document.ts';

export const MACHINE_DATA_NAME = 'beoordeling.json';
export const MACHINE_DATA_FORMAT = 'proeve-result';
export const MACHINE_DATA_VERSION = 1;

/** @param checkUrl where anybody can ask whether it is genuine; null: nowhere */
export function machineData(data: ResultDocumentData, checkUrl: string | null): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(shapeOf(data, checkUrl), null, 1)}\n`);
}

function shapeOf(data: ResultDocumentData, checkUrl: string | null) {
  // Ids of ours say nothing elsewhere: within the file examiners have the number of their place in the list.
  const numberOf = new Map(data.examiners.map(({ id }, index) => [id, index + 1]));
  const examinerOf = (id: string) => numberOf.get(id) ?? null;
  const { document, exam, result } = data;
  return {
    format: MACHINE_DATA_FORMAT,
    version: MACHINE_DATA_VERSION,
    language: data.lang,
    timeZone: data.timeZone,
    document: {
      number: document.number,
      version: document.version,
      madeAt: document.madeAt,
      checkCode: document.checkCode ?? null,
      checkUrl,
      replaces: document.replaces ?? null,
    },
    school: { name: data.school.name },
    student: data.student,
    exam: {
      crebo: exam.crebo,
      code: exam.code,
      title: exam.title,
      version: exam.version,
      kind: exam.kind,
      level: exam.level,
      units: data.units,
    },
    attempt: data.attempt,
    result: {
      score: result.score,
      grade: result.gradeTenths / 10,
      passed: result.passed,
      points: result.points,
      maxPoints: result.maxPoints,
      insufficientCount: result.insufficientCount,
      scheme: { code: result.scheme.code, version: result.scheme.version, label: data.schemeLabel },
      coreTasks: result.coreTasks.map(partOf),
      workProcesses: result.workProcesses.map(partOf),
    },
    decision: {
      at: data.decision.at,
      by: data.decision.byName,
      proposedBy: data.decision.proposedByName ?? null,
      examOffice: data.decision.officeLabel,
      remedies: data.remedies ?? null,
    },
    coreTasks: data.coreTasks.map(({ code, title, workProcesses }) => ({
      code,
      title,
      workProcesses: workProcesses.map((each) => ({
        code: each.code,
        title: each.title,
        components: each.components.map((component) => componentOf(component, examinerOf)),
      })),
    })),
    examiners: data.examiners.map((examiner, index) => ({
      number: index + 1,
      name: examiner.name,
      jobTitle: examiner.jobTitle,
      organisation: examiner.organisation,
      kind: examiner.kind,
      tookOverFrom: examiner.handedFrom ?? null,
      finishedAt: examiner.finishedAt,
      formVersion: examiner.formVersion,
    })),
    initiator: data.initiatorName,
    corrections: (data.corrections ?? []).map(({ byName, examinerName, ...other }) => ({
      ...other,
      by: byName,
      examiner: examinerName,
    })),
    reopenings: (data.reopenings ?? []).map(({ byName, ended, ...other }) => ({
      ...other,
      by: byName,
      ended: ended ? { at: ended.at, by: ended.byName, reason: ended.reason } : null,
    })),
    events: data.audit,
    lastEvent: data.chain ?? null,
  };
}

function partOf({ code, score, points, maxPoints }: ResultDocumentData['result']['workProcesses'][number]) {
  return { code, score, points, maxPoints };
}

type ExaminerNumber = (id: string) => number | null;

function componentOf(component: DocumentComponent, examinerOf: ExaminerNumber) {
  const { ref, kind, criteria, examinerIds, agreed, standingExaminerId, justifications, evidence } = component;
  return {
    ref,
    kind,
    criteria: criteria.map(({ ref: criterion, text }) => ({ ref: criterion, text })),
    assessments: examinerIds.map((id) => ({
      examiner: examinerOf(id),
      scores: Object.fromEntries(criteria.map((each) => [each.ref, each.scores[id] ?? null])),
      justification: justifications[id] ?? null,
      evidence: (evidence?.[id] ?? []).map(evidenceOf),
    })),
    /** Whose scores count. */
    standing: agreed ? null : examinerOf(standingExaminerId),
    agreed: agreed ? agreementOf(agreed, examinerOf) : null,
  };
}

function agreementOf({ how, by, scores, justification }: DocumentAgreement, examinerOf: ExaminerNumber) {
  return { how, by: by.map(examinerOf), scores, justification: justification === '' ? null : justification };
}

function evidenceOf({ name, size, sha256, caption }: DocumentEvidence) {
  return { name, size, sha256, caption: caption ?? null };
}
