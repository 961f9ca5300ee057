/** How far an examiner is with one assessment, in a word with an icon: in lists, series and files. Pure. */
import { AskKind, AssessmentStatus, FormStatus } from '../../../../domain/assessment.ts';
import { DeliveryStatus, InvitationStatus, isUnreached } from '../../../../domain/invitation.ts';
import type { ListedExaminer } from '../../../../prisma/repositories/initiator.ts';
import { deliveryLook, type Look, statusLook } from '../../../views/looks.ts';
import type { Wording } from '../../../wording.ts';

export type Stage =
  | 'none'
  | 'idle'
  | 'planned'
  | 'queued'
  | 'sent'
  | 'delayed'
  | 'delivered'
  | 'bounced'
  | 'expired'
  | 'opened'
  | 'started'
  | 'finished'
  | 'returned'
  | 'withdrawn'
  | 'stopped'
  | 'decline'
  | 'handOver'
  | 'return';

type Facts = Pick<ListedExaminer, 'formStatus' | 'componentCount' | 'ask' | 'invitation' | 'plannedAt'>;

const OPEN: readonly string[] = [FormStatus.Open, FormStatus.Started, FormStatus.Returned];

/** What somebody must act on comes before how far it is. */
export function stageOf(facts: Facts, status: AssessmentStatus): Stage {
  const { formStatus, ask, invitation } = facts;
  if (formStatus === FormStatus.None || invitation === null) return stageBefore(facts);
  if (formStatus === FormStatus.Finished) return ask === AskKind.Return && !isOver(status) ? 'return' : 'finished';
  if (formStatus === FormStatus.Withdrawn) return 'withdrawn';
  if (OPEN.includes(formStatus) && status === AssessmentStatus.Cancelled) return 'stopped';
  if (ask !== null) return ask === AskKind.Decline ? 'decline' : 'handOver';
  if (isUnreached(invitation)) return 'bounced';
  if (invitation.status === InvitationStatus.Expired) return 'expired';
  if (formStatus === FormStatus.Returned) return 'returned';
  if (formStatus === FormStatus.Started) return 'started';
  if (invitation.openedAt !== null) return 'opened';
  if (invitation.delivery === DeliveryStatus.Delayed) return 'delayed';
  if (invitation.delivery === DeliveryStatus.Delivered) return 'delivered';
  return invitation.delivery === DeliveryStatus.Queued ? 'queued' : 'sent';
}

function isOver(status: AssessmentStatus): boolean {
  return status === AssessmentStatus.Final || status === AssessmentStatus.Cancelled;
}

function stageBefore({ componentCount, plannedAt }: Facts): Stage {
  if (plannedAt !== null) return 'planned';
  return componentCount === 0 ? 'idle' : 'none';
}

export interface StageModel extends Look {
  readonly stage: Stage;
  readonly word: string;
}

/** Looks of the stages that no invitation has. */
const OWN_LOOKS: Partial<Record<Stage, Look>> = {
  none: { tone: 'neutral', icon: 'circle-dashed' },
  idle: { tone: 'neutral', icon: 'minus' },
  planned: { tone: 'neutral', icon: 'calendar-clock' },
  stopped: { tone: 'neutral', icon: 'ban' },
  decline: { tone: 'attention', icon: 'user-x' },
  handOver: { tone: 'attention', icon: 'user-round-cog' },
  return: { tone: 'attention', icon: 'undo-2' },
  returned: statusLook('returned'),
};

export function stageModel(
  { translator }: Wording,
  examiner: Facts & Pick<ListedExaminer, 'doneCount' | 'totalCount'>,
  status: AssessmentStatus,
): StageModel {
  const stage = stageOf(examiner, status);
  const { doneCount: done, totalCount: total } = examiner;
  return { stage, word: translator.t(`following.stage.${stage}`, { done, total }), ...lookOf(stage) };
}

function lookOf(stage: Stage): Look {
  const { tone, icon } = OWN_LOOKS[stage] ?? deliveryLook(stage);
  return { tone, icon };
}
