/** How a school looks and looked, for its administrator; and the bytes of a logo, for whoever opens a page. */
import { fullName, type SchoolBranding } from '../../domain/school.ts';
import type { Database } from '../client.ts';
import { type Look, LookKind } from '../logos.ts';
import type { SchoolScope } from './index.ts';

export interface SchoolLookNow extends Look {
  readonly name: string;
  /** Of the newest choice; 0: none yet. */
  readonly revision: number;
}

/** One choice. */
export interface LookEntry {
  readonly kind: LookKind;
  readonly primaryColor: string;
  readonly isNameInLogo: boolean;
  /** Null: the school's file did. */
  readonly byName: string | null;
  readonly at: Date;
}

export type BrandingRepository = ReturnType<typeof createBrandingRepository>;

export function createBrandingRepository({ database, schoolId }: SchoolScope) {
  return {
    async readLook(): Promise<SchoolLookNow> {
      const [school, newest] = await Promise.all([
        database.school.findUniqueOrThrow({ where: { id: schoolId }, select: { name: true, branding: true } }),
        database.schoolLook.aggregate({ where: { schoolId }, _max: { revision: true } }),
      ]);
      const { primaryColor, logo } = school.branding as unknown as SchoolBranding;
      return { name: school.name, primaryColor, logo: logo ?? null, revision: newest._max.revision ?? 0 };
    },

    /** Newest first. */
    async listChoices(limit: number): Promise<LookEntry[]> {
      const rows = await database.schoolLook.findMany({
        where: { schoolId },
        orderBy: { revision: 'desc' },
        take: limit,
        include: { changedBy: { include: { account: true } } },
      });
      return rows.map((row) => ({
        kind: Object.values(LookKind).find((kind) => kind === row.kind) ?? LookKind.Colour,
        primaryColor: row.primaryColor,
        isNameInLogo: row.isNameInLogo,
        byName: row.changedBy ? fullName(row.changedBy.account) : null,
        at: row.changedAt,
      }));
    },
  };
}

export type LogoRepository = ReturnType<typeof createLogoRepository>;

/** Asked before a school is known: a page without a session shows a logo as well. */
export function createLogoRepository(database: Database) {
  return {
    /** The logo that a school has now, as small as pages show it (PNG); null for any other, also one that it had. */
    async findLogo(schoolId: string, sha256: string): Promise<Buffer | null> {
      const rows = await database.$queryRaw<{ small: Uint8Array }[]>`
        SELECT logo.small FROM school JOIN school_logo logo
          ON logo.school_id = school.id AND logo.sha256 = school.branding #>> '{logo,sha256}'
        WHERE school.id = ${schoolId}::uuid AND logo.sha256 = ${sha256}`;
      return rows[0] ? Buffer.from(rows[0].small) : null;
    },
  };
}
