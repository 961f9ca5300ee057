import { z } from 'zod';
import { AgreementPolicy } from '../../domain/agreement.ts';
import { contrastWithWhite, MIN_TEXT_CONTRAST } from '../../domain/colour.ts';
import { ConflictLevel } from '../../domain/conflicts.ts';
import { CommitteeEdits, OfficeDelivery, PublicationMoment } from '../../domain/deciding.ts';
import { EvidencePolicy } from '../../domain/evidence.ts';
import { JustificationPolicy } from '../../domain/justification.ts';
import { validateReminderPolicy } from '../../domain/reminders.ts';
import { FinishCodePolicy, Lang, type SchoolBranding, type SchoolSettings } from '../../domain/school.ts';
import { emailAddressKey, isEmailAddress, normaliseDomain, normaliseEmailAddress } from '../email-address.ts';
import { type FieldError, type FileImport, ImportErrorCode, type ImportErrorParams } from './import-error.ts';
import { parseJsonBytes } from './json.ts';

const text = (maxLength: number) => z.string().trim().min(1).max(maxLength);
const emailAddress = z
  .string()
  .refine(isEmailAddress, { params: { code: ImportErrorCode.EmailInvalid } })
  .transform((address) => normaliseEmailAddress(address) ?? address);
const mailDomain = z
  .string()
  .refine((domain) => normaliseDomain(domain) !== undefined, { params: { code: ImportErrorCode.FieldInvalid } })
  .transform((domain) => normaliseDomain(domain) ?? domain);
const darkColour = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, { abort: true })
  .toLowerCase()
  .refine((hex) => contrastWithWhite(hex) >= MIN_TEXT_CONTRAST, {
    params: { code: ImportErrorCode.ColourContrast, minimum: MIN_TEXT_CONTRAST },
  });

const settings = z.strictObject({
  justificationPolicy: z.enum(JustificationPolicy),
  dueWorkingDays: z.int().min(1).max(120),
  closesAfterWorkingDays: z.int().min(0).max(120).nullable(),
  // Only the shape: what values are right is a rule of the domain (validateReminderPolicy).
  reminders: z.strictObject({
    firstAfterWorkingDays: z.number(),
    everyWorkingDays: z.number(),
    max: z.number(),
    sendAt: z.string(),
    beforeDueWorkingDays: z.exactOptional(z.number()),
  }),
  timeZone: z.string().refine(isTimeZone, { params: { code: ImportErrorCode.FieldInvalid } }),
  examOfficeDomains: z.array(mailDomain).max(20),
  defaultLang: z.enum(Lang),
  schemeCode: text(40),
  conflicts: z.exactOptional(
    z.strictObject({
      ownCoach: z.enum(ConflictLevel),
      noneIndependent: z.enum(ConflictLevel),
      noneFromPractice: z.enum(ConflictLevel),
    }),
  ),
  studentDomains: z.exactOptional(z.array(mailDomain).max(20)),
  agreement: z.exactOptional(z.enum(AgreementPolicy)),
  evidence: z.exactOptional(z.enum(EvidencePolicy)),
  finishCode: z.exactOptional(z.enum(FinishCodePolicy)),
  retentionMonths: z.exactOptional(z.int().min(1).max(120)),
  deciding: z.exactOptional(
    z.strictObject({
      fourEyes: z.exactOptional(
        z.strictObject({
          initiator: z.boolean(),
          examiner: z.boolean(),
          members: z.union([z.literal(1), z.literal(2)]),
        }),
      ),
      committeeEdits: z.exactOptional(z.enum(CommitteeEdits)),
      publication: z.exactOptional(
        z.strictObject({
          when: z.enum(PublicationMoment),
          workingDays: z.exactOptional(z.int().min(1).max(60)),
          at: z.exactOptional(z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/)),
        }),
      ),
      officeDelivery: z.exactOptional(z.enum(OfficeDelivery)),
      officeSubject: z.exactOptional(
        z
          .string()
          .trim()
          .max(200)
          .regex(/^[^\p{Cc}]*$/u),
      ),
      remedies: z.exactOptional(
        z.strictObject({
          days: z.int().min(1).max(120),
          text: z.exactOptional(z.strictObject({ nl: text(2000), en: text(2000) })),
        }),
      ),
      minJustificationLength: z.exactOptional(z.int().min(0).max(1000)),
      studentNumber: z.exactOptional(
        z.strictObject({
          minLength: z.int().min(1).max(20),
          maxLength: z.int().min(1).max(20),
          isDigitsOnly: z.boolean(),
        }),
      ),
      anchorAddress: z.exactOptional(z.union([z.literal(''), emailAddress])),
    }),
  ),
});

const schoolSchema = z.strictObject({
  /** Part of addresses and file names; never changes. */
  slug: z
    .string()
    .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/)
    .max(60),
  name: text(160),
  branding: z.strictObject({
    /** Lower case, and dark enough for white text on it. */
    primaryColor: darkColour,
    shortName: text(40),
    /** `file`: a PNG, JPEG or SVG beside this file. */
    logo: z.exactOptional(
      z.strictObject({
        file: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,80}\.(?:png|jpe?g|svg)$/i),
        hasName: z.exactOptional(z.boolean()),
      }),
    ),
  }),
  /** Languages offered; the default is among them. */
  languages: z
    .array(z.enum(Lang))
    .min(1)
    .refine(isWithoutDuplicates, { params: { code: ImportErrorCode.Duplicate } }),
  settings,
  examOffices: z
    .array(z.strictObject({ label: text(120), email: emailAddress }))
    .min(1)
    .max(50),
});

/** The logo that a school's file names: a file beside it. */
export interface NamedLogo {
  readonly file: string;
  readonly hasName: boolean;
}

/** A school as an import file describes it; all texts trimmed, addresses and domains normalised. */
export interface ImportedSchool {
  readonly slug: string;
  readonly name: string;
  readonly branding: SchoolBranding;
  /** Absent: none is named. */
  readonly namedLogo?: NamedLogo;
  readonly languages: readonly Lang[];
  readonly settings: SchoolSettings;
  readonly examOffices: readonly { readonly label: string; readonly email: string }[];
}

/**
 * Reads a school with its branding, settings and exam-office addresses.
 *
 * @returns the school, or every error with the path of the field. Fields we do not know are errors too: a misspelt
 * setting must not silently become the default.
 */
export function parseSchoolImport(bytes: Uint8Array): FileImport<ImportedSchool> {
  const json = parseJsonBytes(bytes);
  if (!json.ok) return json;
  const parsed = schoolSchema.safeParse(json.value, { reportInput: true });
  if (!parsed.success) return { ok: false, errors: parsed.error.issues.flatMap(toFieldErrors) };
  const errors = crossFieldErrors(parsed.data);
  if (errors.length > 0) return { ok: false, errors };
  const { logo, ...branding } = parsed.data.branding;
  const namedLogo = logo && { file: logo.file, hasName: logo.hasName ?? false };
  return { ok: true, value: { ...parsed.data, branding, ...(namedLogo ? { namedLogo } : {}) } };
}

/** What the schema cannot say about one field alone. */
function crossFieldErrors(school: Pick<ImportedSchool, 'settings' | 'languages' | 'examOffices'>): FieldError[] {
  const { settings, languages } = school;
  const errors: FieldError[] = validateReminderPolicy(settings.reminders).map(({ field, code }) => ({
    path: `settings.reminders.${field}`,
    code,
  }));
  if (!languages.includes(settings.defaultLang)) {
    const params = { text: settings.defaultLang, choices: languages.join(', ') };
    errors.push({ path: 'settings.defaultLang', code: ImportErrorCode.ChoiceUnknown, params });
  }
  const seen = new Set<string>();
  school.examOffices.forEach((office, index) => {
    const path = `examOffices[${index}].email`;
    const key = emailAddressKey(office.email);
    if (seen.has(key)) errors.push({ path, code: ImportErrorCode.Duplicate, params: { text: office.email } });
    seen.add(key);
    const domain = office.email.slice(office.email.lastIndexOf('@') + 1);
    if (settings.examOfficeDomains.length > 0 && !settings.examOfficeDomains.includes(domain)) {
      const params = { text: domain, choices: settings.examOfficeDomains.join(', ') };
      errors.push({ path, code: ImportErrorCode.ChoiceUnknown, params });
    }
  });
  return errors;
}

function isWithoutDuplicates(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

function isTimeZone(name: string): boolean {
  return Intl.supportedValuesOf('timeZone').includes(name);
}

function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = toPath(issue.path);
  if (issue.code !== 'unrecognized_keys' && issue.input === undefined)
    return [{ path, code: ImportErrorCode.Required }];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: join(path, key), code: ImportErrorCode.FieldUnknown }));
    case 'invalid_value':
      return [{ path, code: ImportErrorCode.ChoiceUnknown, params: { choices: issue.values.map(String).join(', ') } }];
    case 'too_big':
      return [{ path, code: ImportErrorCode.TooLong, params: { maximum: Number(issue.maximum) } }];
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? [{ path, code: ImportErrorCode.Required }]
        : [{ path, code: ImportErrorCode.FieldInvalid, params: { minimum: Number(issue.minimum) } }];
    case 'custom': {
      const { code, ...params } = issue.params ?? {};
      return [{ path, code: isImportErrorCode(code) ? code : ImportErrorCode.FieldInvalid, params: onlyPlain(params) }];
    }
    default:
      return [{ path, code: ImportErrorCode.FieldInvalid }];
  }
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** `examOffices[1].email`, as the exam's errors are written. */
function toPath(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : join(path, String(key))),
    '',
  );
}

function isImportErrorCode(value: unknown): value is ImportErrorCode {
  return Object.values<unknown>(ImportErrorCode).includes(value);
}

function onlyPlain(params: Record<string, unknown>): ImportErrorParams {
  return Object.fromEntries(
    Object.entries(params).filter(
      (entry): entry is [string, string | number] => typeof entry[1] === 'string' || typeof entry[1] === 'number',
    ),
  );
}
