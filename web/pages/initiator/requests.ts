/** Reading requests of the initiator's pages, and the guards that all of them share. */

import type { Request, Response } from 'express';
import type { InitiatorRepository, OwnAssessment } from '../../../prisma/repositories/initiator.ts';
import { contextOf, memberOf, type PageKit, repositoriesOf, type SchoolIdentity } from '../../context.ts';
import { paths } from '../../paths.ts';
import { isId, listOf, singleOf } from '../../posted.ts';

/** One value of a posted form or a query; empty when it is absent or came twice. */
export function textOf(source: unknown, name: string): string {
  return singleOf(source, name) ?? '';
}

/** Ids of a posted field, each once; what is no id is left out. */
export function idsOf(source: unknown, name: string): string[] {
  return [...new Set(listOf(source, name).filter(isId))];
}

/** Behind `requireRole` there always is a school. */
export function schoolOf(res: Response): SchoolIdentity {
  const { school } = contextOf(res);
  if (school === null) throw new Error('a member without a school');
  return school;
}

export function initiatorOf(kit: PageKit, res: Response): InitiatorRepository {
  return repositoriesOf(kit, res).initiator;
}

/** What the steps of starting are about: one assessment, or all of a series. */
export interface Selection {
  /** Null: one assessment, by its own address. */
  readonly seriesId: string | null;
  /** All of the same exam and units. */
  readonly assessments: readonly [OwnAssessment, ...OwnAssessment[]];
}

/** The selection that the path names (`/afnames/:id/…` or `/series/:id/…`), or null when it is not this initiator's. */
export async function findSelection(kit: PageKit, req: Request, res: Response): Promise<Selection | null> {
  const { id } = req.params;
  if (!isId(id)) return null;
  const initiator = initiatorOf(kit, res);
  const { membershipId } = memberOf(res);
  const isSeries = req.path.startsWith('/series/');
  const found = isSeries ? await initiator.findSeries(membershipId, id) : await initiator.findOwn(membershipId, [id]);
  const [first, ...others] = found ?? [];
  return first ? { seriesId: isSeries ? id : null, assessments: [first, ...others] } : null;
}

/** Addresses of the steps for a selection, and of where it is followed. */
export function pathsOf({ seriesId, assessments: [first] }: Selection) {
  return seriesId === null
    ? {
        overview: paths.assessment(first.id),
        examiners: paths.assessmentExaminers(first.id),
        examinerSearch: paths.assessmentExaminerSearch(first.id),
        invite: paths.assessmentInvite(first.id),
        preview: paths.assessmentPreview(first.id),
      }
    : {
        overview: paths.series(seriesId),
        examiners: paths.seriesExaminers(seriesId),
        examinerSearch: paths.seriesExaminerSearch(seriesId),
        invite: paths.seriesInvite(seriesId),
        preview: paths.seriesPreview(seriesId),
      };
}

/** Says that there is no such page: also for what belongs to somebody else. */
export function sendNotFound(kit: PageKit, req: Request, res: Response): void {
  void kit.notFound(req, res, () => undefined);
}
