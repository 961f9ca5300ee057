/** What the pages of a decision read beside the dossier: who may decide, who proposed what, and what students do not see yet. */
import type { AssessmentState, CommitteeContext, DecisionProposal } from '../../domain/assessment.ts';
import type { DecidingPolicy } from '../../domain/deciding.ts';
import { deciderRefusal } from '../../domain/deciding-decide.ts';
import type { ExamDefinition } from '../../domain/exam.ts';
import { decidingPolicy, fullName, type SchoolSettings } from '../../domain/school.ts';
import type { Score } from '../../domain/score.ts';
import { databaseClock } from '../client.ts';
import { committeeContext, contextOfDecider, decidingRules, readDeciderFacts } from '../committee-context.ts';
import { describeUnits, type StudentName, studentName } from './committee-dossier.ts';
import type { SchoolScope } from './index.ts';

export interface Office {
  readonly id: string;
  readonly label: string;
  readonly email: string;
}

/** What decides which decisions this member can take about one assessment. */
export interface DecisionFacts {
  readonly policy: DecidingPolicy;
  readonly committee: CommitteeContext;
  readonly memberId: string;
  /** Members by id, as far as the decision names them. */
  readonly names: ReadonlyMap<string, string>;
  /** Where the proposed document is to go; null when nothing is proposed. */
  readonly office: Office | null;
}

/** What the page of many decisions must know of each. */
export interface ChosenDecision {
  /** Why this member may not decide about it; null when they may. */
  readonly refusal: string | null;
  /** Waits for a second member; null when nothing is proposed. */
  readonly proposal:
    | (DecisionProposal & { readonly isOwn: boolean; readonly byName: string; readonly office: Office })
    | null;
}

/** A final result that the student does not see yet. */
export interface UnpublishedRow {
  readonly id: string;
  readonly student: StudentName;
  readonly examTitle: string;
  readonly attempt: number;
  readonly score: Score | null;
  readonly gradeTenths: number | null;
  readonly decidedAt: Date;
  /** When it is published by itself; null: when somebody says so. */
  readonly publishAt: Date | null;
  /** Of the decision. */
  readonly version: number;
}

export interface UnpublishedCursor {
  readonly decidedAt: Date;
  readonly id: string;
}

/** Beyond it nobody counts. */
const MOST_COUNTED = 1_000;
const NO_OFFICE: Office = { id: '', label: '', email: '' };

export type DecidingRepository = ReturnType<typeof createDecidingRepository>;

export function createDecidingRepository({ database, schoolId }: SchoolScope) {
  async function readSettings(): Promise<SchoolSettings> {
    const school = await database.school.findUniqueOrThrow({ where: { id: schoolId }, select: { settings: true } });
    return school.settings as unknown as SchoolSettings;
  }

  async function readNames(ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const members = await database.membership.findMany({
      where: { schoolId, id: { in: [...new Set(ids)] } },
      include: { account: true },
    });
    return new Map(members.map((member) => [member.id, fullName(member.account)]));
  }

  async function readOffices(ids: readonly string[]): Promise<Map<string, Office>> {
    if (ids.length === 0) return new Map();
    const rows = await database.officeAddress.findMany({ where: { schoolId, id: { in: [...new Set(ids)] } } });
    return new Map(rows.map(({ id, label, email }) => [id, { id, label, email }]));
  }

  async function readStates(ids: readonly string[]): Promise<Map<string, AssessmentState>> {
    const rows = await database.stream.findMany({
      where: { schoolId, id: { in: [...ids] }, kind: 'assessment' },
      select: { id: true, state: true },
    });
    return new Map(rows.map(({ id, state }) => [id, state as unknown as AssessmentState]));
  }

  return {
    /** @returns null when the school has no such assessment */
    async readDecision(assessmentId: string, state: AssessmentState, memberId: string): Promise<DecisionFacts | null> {
      const { proposal, reopened, decision } = state;
      const [settings, facts, now, names, offices] = await Promise.all([
        readSettings(),
        readDeciderFacts(database, schoolId, [assessmentId], memberId),
        databaseClock.now(database),
        readNames([proposal?.proposedBy, reopened?.by, decision?.decidedBy].flatMap((id) => id ?? [])),
        readOffices(proposal ? [proposal.officeAddressId] : []),
      ]);
      const own = facts.get(assessmentId);
      if (!own) return null;
      return {
        policy: decidingPolicy(settings),
        committee: committeeContext(settings, own, now.toISOString()),
        memberId,
        names,
        office: proposal ? (offices.get(proposal.officeAddressId) ?? NO_OFFICE) : null,
      };
    },

    /** For many at once, by id, with how many members decide. */
    async readChosenDecisions(ids: readonly string[], memberId: string) {
      const [settings, facts, states, now] = await Promise.all([
        readSettings(),
        readDeciderFacts(database, schoolId, ids, memberId),
        readStates(ids),
        databaseClock.now(database),
      ]);
      const proposals = [...states.values()].flatMap(({ proposal }) => proposal ?? []);
      const [names, offices] = await Promise.all([
        readNames(proposals.map(({ proposedBy }) => proposedBy)),
        readOffices(proposals.map(({ officeAddressId }) => officeAddressId)),
      ]);
      const rules = decidingRules(settings, now.toISOString());
      const chosen = [...states].flatMap(([id, state]): [string, ChosenDecision][] => {
        const own = facts.get(id);
        if (!own) return [];
        const { proposal } = state;
        const refusal = deciderRefusal(state, memberId, contextOfDecider(rules, own));
        return [
          [
            id,
            {
              refusal,
              proposal: proposal
                ? {
                    ...proposal,
                    isOwn: proposal.proposedBy === memberId,
                    byName: names.get(proposal.proposedBy) ?? '',
                    office: offices.get(proposal.officeAddressId) ?? NO_OFFICE,
                  }
                : null,
            },
          ],
        ];
      });
      const { fourEyes, publication } = decidingPolicy(settings);
      return { members: fourEyes.members, publication: publication.when, decisions: new Map(chosen) };
    },

    /** How many final results students do not see yet; counted no further than a thousand. */
    async countUnpublished(): Promise<number> {
      const [row] = await database.$queryRaw<{ count: number }[]>`
        SELECT count(*)::int AS count FROM (
          SELECT 1 FROM assessment WHERE school_id = ${schoolId}::uuid AND awaits_publication LIMIT ${MOST_COUNTED}) seen`;
      return row?.count ?? 0;
    },

    /**
     * Final results that students do not see yet, decided longest ago first.
     * @param ids only these; none: all
     * @param after rows after this one
     */
    async readUnpublished(
      ids: readonly string[],
      after: UnpublishedCursor | null,
      limit: number,
    ): Promise<{ readonly rows: readonly UnpublishedRow[]; readonly hasNext: boolean }> {
      const found = await database.assessment.findMany({
        where: {
          schoolId,
          awaitsPublication: true,
          ...(ids.length === 0 ? {} : { id: { in: [...ids] } }),
          ...(after === null
            ? {}
            : {
                OR: [{ decidedAt: { gt: after.decidedAt } }, { decidedAt: after.decidedAt, id: { gt: after.id } }],
              }),
        },
        orderBy: [{ decidedAt: 'asc' }, { id: 'asc' }],
        take: limit + 1,
        include: {
          student: { include: { groups: { include: { group: true } } } },
          examVersion: { select: { definition: true } },
        },
      });
      const page = found.slice(0, limit);
      const states = await readStates(page.map(({ id }) => id));
      return {
        hasNext: found.length > limit,
        rows: page.map((row) => ({
          id: row.id,
          student: studentName(row.student),
          examTitle: describeUnits(row.examVersion.definition as unknown as ExamDefinition, row.unitCodes),
          attempt: row.attempt,
          score: row.score as Score | null,
          gradeTenths: row.gradeTenths,
          decidedAt: row.decidedAt ?? row.statusSince,
          publishAt: row.publishAt,
          version: states.get(row.id)?.decision?.version ?? 0,
        })),
      };
    },
  };
}
