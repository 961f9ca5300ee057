/** Folds events into the state. Contract: see assessment.ts. */
import { evolveAgreement, withoutAgreement } from './agreement-evolve.ts';
import type { AssessmentEvent } from './assessment-messages.ts';
import {
  type AssessmentState,
  AssessmentStatus,
  type DocumentState,
  type ExaminerState,
  FormStatus,
} from './assessment-state.ts';
import { evolveDeciding, withoutProposal } from './deciding-evolve.ts';
import { unreachable } from './outcome.ts';

/** Folds one stored event. Total: an event that does not fit leaves the state as it is. */
export function evolveAssessment(
  state: AssessmentState | null,
  event: AssessmentEvent,
  at: string,
): AssessmentState | null {
  if (event.type === 'AssessmentCreated') return initialState(event, at);
  if (state === null) return null;
  switch (event.type) {
    case 'ExaminersAssigned':
      return { ...state, assignments: event.assignments };
    case 'ExaminerInvited':
      return withStatus(
        withExaminer(withoutAgreement(withoutProposal(state)), event.examinerId, invitedExaminer(event, at)),
        statusAfterInvite(state),
        at,
      );
    case 'FormStarted':
      return withStatus(
        patchExaminer(state, event.examinerId, (examiner) => ({
          form: examiner.form === FormStatus.Open ? FormStatus.Started : examiner.form,
          startedAt: at,
        })),
        state.status === AssessmentStatus.Invited ? AssessmentStatus.InProgress : state.status,
        at,
      );
    case 'FormFinished':
      return patchExaminer(state, event.examinerId, () => ({
        form: FormStatus.Finished,
        formVersion: event.formVersion,
        finishedAt: at,
        reopened: [],
        scores: event.scores,
        disputedAt: null,
        // Whoever finishes needs no answer any more.
        ask: undefined,
      }));
    case 'FinishDisputed':
      return patchExaminer(withoutProposal(state), event.examinerId, () => ({ disputedAt: at }));
    case 'FormReturned':
      return {
        ...withStatus(
          patchExaminer(withoutAgreement(withoutProposal(state)), event.examinerId, () => ({
            form: FormStatus.Returned,
            reopened: event.components,
            disputedAt: null,
            // Whoever asked for it has it back.
            ask: undefined,
          })),
          AssessmentStatus.Returned,
          at,
        ),
        result: null,
        disagreements: [],
      };
    case 'ExaminerWithdrawn':
      return patchExaminer(state, event.examinerId, ({ form, reopened, ask }) => ({
        form: FormStatus.Withdrawn,
        reopened: [],
        before: { form, reopened, ...(ask ? { ask } : {}), status: state.status },
        ask: undefined,
      }));
    case 'ExaminerReinstated':
      return reinstated(state, event.examinerId, at);
    case 'ExaminerAsked': {
      const { type: _type, examinerId, formId: _formId, ...ask } = event;
      return patchExaminer(state, examinerId, () => ({ ask: { ...ask, askedAt: at } }));
    }
    case 'AskTakenBack':
    case 'AskAnswered':
      return patchExaminer(state, event.examinerId, () => ({ ask: undefined }));
    case 'ConflictOverridden':
      return state;
    case 'AssessmentAssessed':
      return {
        ...withStatus(withoutAgreement(state), AssessmentStatus.Assessed, at),
        result: event.result,
        disagreements: event.disagreements,
        ...(event.agreed ? { agreed: event.agreed } : {}),
      };
    case 'AgreementSought':
    case 'AgreementProposed':
    case 'AgreementConfirmed':
    case 'ComponentAgreed':
    case 'AgreementAbandoned':
    case 'LeadNamed':
      return evolveAgreement(state, event, at);
    case 'DeadlineMoved':
      return { ...state, dueAt: event.dueAt, closesAt: event.closesAt, isLate: false };
    case 'DeadlinePassed':
      return { ...state, isLate: true };
    case 'AssessmentCancelled':
      return { ...withStatus(withoutProposal(state), AssessmentStatus.Cancelled, at), statusBefore: state.status };
    case 'CancellationUndone': {
      const { statusBefore, ...others } = state;
      return withStatus(others, statusBefore ?? state.status, at);
    }
    case 'AssessmentFinalised':
    case 'FinalisationProposed':
    case 'FinalisationWithdrawn':
    case 'ResultPublished':
    case 'AssessmentReopened':
    case 'ReopeningEnded':
    case 'FormCorrected':
    case 'ReturnTakenBack':
      return evolveDeciding(state, event, at);
    case 'DocumentStored':
      return patchDocument(state, event.version, { sha256: event.sha256, storedAt: at });
    case 'DocumentMailed':
      return patchDocument(state, event.version, { mailedAt: at });
    case 'DocumentMailLost':
    case 'DocumentResent':
      // The mail ledger holds how the mail stands; that the document was mailed stays true.
      return state;
    case 'AssessmentArchived':
      return { ...state, archivedAt: at };
    default:
      return unreachable(event);
  }
}

function initialState(event: Extract<AssessmentEvent, { type: 'AssessmentCreated' }>, at: string): AssessmentState {
  return {
    v: 1,
    status: AssessmentStatus.Draft,
    statusSince: at,
    examVersionId: event.examVersionId,
    unitCodes: event.unitCodes,
    components: event.components,
    justificationPolicy: event.justificationPolicy,
    assignments: [],
    examiners: {},
    dueAt: event.dueAt,
    closesAt: event.closesAt,
    isLate: false,
    result: null,
    disagreements: [],
    ...(event.agreementPolicy ? { agreementPolicy: event.agreementPolicy } : {}),
    decision: null,
    documents: [],
    archivedAt: null,
  };
}

function invitedExaminer(event: Extract<AssessmentEvent, { type: 'ExaminerInvited' }>, at: string): ExaminerState {
  return {
    invitationId: event.invitationId,
    formId: event.formId,
    components: event.components,
    form: FormStatus.Open,
    formVersion: 0,
    invitedAt: at,
    startedAt: null,
    finishedAt: null,
    reopened: [],
    scores: {},
    disputedAt: null,
    ...(event.handedFrom === undefined ? {} : { handedFrom: event.handedFrom }),
  };
}

/** A draft becomes invited; an assessed one goes back to work when another examiner is asked. */
function statusAfterInvite(state: AssessmentState): AssessmentStatus {
  if (state.status === AssessmentStatus.Draft) return AssessmentStatus.Invited;
  if (state.status === AssessmentStatus.Assessed) return AssessmentStatus.InProgress;
  return state.status;
}

function withStatus(state: AssessmentState, status: AssessmentStatus, at: string): AssessmentState {
  return status === state.status ? state : { ...state, status, statusSince: at };
}

function withExaminer(state: AssessmentState, examinerId: string, examiner: ExaminerState): AssessmentState {
  return { ...state, examiners: { ...state.examiners, [examinerId]: examiner } };
}

/** An optional field that is `undefined` in the patch is taken away: the state is plain JSON. */
type ExaminerPatch = { readonly [Key in keyof ExaminerState]?: ExaminerState[Key] | undefined };

function patchExaminer(
  state: AssessmentState,
  examinerId: string,
  patch: (examiner: ExaminerState) => ExaminerPatch,
): AssessmentState {
  const examiner = state.examiners[examinerId];
  if (!examiner) return state;
  const patched = Object.entries({ ...examiner, ...patch(examiner) }).filter(([, value]) => value !== undefined);
  return withExaminer(state, examinerId, Object.fromEntries(patched) as unknown as ExaminerState);
}

/** An assessment that seemed complete without this examiner goes back to work. */
function reinstated(state: AssessmentState, examinerId: string, at: string): AssessmentState {
  const after = patchExaminer(withoutAgreement(withoutProposal(state)), examinerId, ({ before }) => ({
    form: before?.form ?? FormStatus.Open,
    reopened: before?.reopened ?? [],
    ask: before?.ask,
    before: undefined,
  }));
  if (state.status !== AssessmentStatus.Assessed) return after;
  const status = state.examiners[examinerId]?.before?.status ?? AssessmentStatus.InProgress;
  return { ...withStatus(after, status, at), result: null, disagreements: [] };
}

function patchDocument(state: AssessmentState, version: number, patch: Partial<DocumentState>): AssessmentState {
  return {
    ...state,
    documents: state.documents.map((each) => (each.version === version ? { ...each, ...patch } : each)),
  };
}
