/**
 * Reads for pages. `forSchool` is the only way to the data of a school, and everything made by it carries the school's id
 * in its `where`, so that a query cannot forget it.
 */
import type { Database } from '../client.ts';
import { createExaminerCodesRepository, type ExaminerCodesRepository } from '../commands/examiner-codes.ts';
import { type AccessRepository, createAccessRepository } from './access.ts';
import { type AuthenticityRepository, createAuthenticityRepository } from './authenticity.ts';
import {
  type BrandingRepository,
  createBrandingRepository,
  createLogoRepository,
  type LogoRepository,
} from './branding.ts';
import { type CommitteeRepository, createCommitteeRepository } from './committee.ts';
import { type ContactsRepository, createContactsRepository } from './contacts.ts';
import { createDecidingRepository, type DecidingRepository } from './deciding.ts';
import { createExaminerRepository, type ExaminerRepository } from './examiner.ts';
import { createExaminerAgreementReads, type ExaminerAgreementReads } from './examiner-agreement.ts';
import { createExaminerNotesRepository, type ExaminerNotesRepository } from './examiner-notes.ts';
import { createExportingRepository, type ExportingRepository } from './exporting.ts';
import { createExportingDocuments, type ExportingDocuments } from './exporting-documents.ts';
import { createHealthRepository, type HealthRepository } from './health.ts';
import { createInitiatorRepository, type InitiatorRepository } from './initiator.ts';
import { createMyExamsRepository, type MyExamsRepository } from './my-exams.ts';
import { createOfficeLinkRepository, type OfficeLinkRepository } from './office-links.ts';
import { createSentDocumentsRepository, type SentDocumentsRepository } from './sent-documents.ts';
import { createSessionsRepository, type SessionsRepository } from './sessions.ts';
import { createStatusRepository, type StatusRepository } from './status.ts';
import { createStudentRequestRepository, type StudentRequestRepository } from './student-requests.ts';

/** What a repository of one school is made with. */
export interface SchoolScope {
  readonly database: Database;
  readonly schoolId: string;
}

export interface SchoolRepositories {
  readonly initiator: InitiatorRepository;
  readonly committee: CommitteeRepository;
  /** Who may decide, what is proposed, and what students do not see yet. */
  readonly deciding: DecidingRepository;
  readonly examiner: ExaminerRepository;
  /** What examiners of the same component see of each other. */
  readonly examinerAgreement: ExaminerAgreementReads;
  /** An examiner's own, for nobody else. */
  readonly examinerNotes: ExaminerNotesRepository;
  /** Codes that examiners get by mail. */
  readonly codes: ExaminerCodesRepository;
  /** What went to the exam office. */
  readonly sent: SentDocumentsRepository;
  /** The address book. */
  readonly contacts: ContactsRepository;
  /** Lists of results for other systems. */
  readonly exporting: ExportingRepository;
  /** Documents of a period. */
  readonly exportingDocuments: ExportingDocuments;
  /** What a student sees. */
  readonly mine: MyExamsRepository;
  /** What is stuck, for the administrator. */
  readonly health: HealthRepository;
  /** How the school looks, for its administrator. */
  readonly branding: BrandingRepository;
}

export interface Repositories {
  /** Accounts, sessions, links: what is asked before a school is known. */
  readonly access: AccessRepository;
  readonly sessions: SessionsRepository;
  /** Students who are asked for their number. */
  readonly studentRequests: StudentRequestRepository;
  /** Documents behind a link and a code, for the exam office. */
  readonly officeLinks: OfficeLinkRepository;
  /** Whether a document is genuine. */
  readonly authenticity: AuthenticityRepository;
  /** Logos, for pages before anybody signed in too. */
  readonly logos: LogoRepository;
  /** For /ready. */
  readonly status: StatusRepository;
  forSchool(schoolId: string): SchoolRepositories;
}

export function createRepositories(database: Database): Repositories {
  return {
    access: createAccessRepository(database),
    sessions: createSessionsRepository(database),
    studentRequests: createStudentRequestRepository(database),
    officeLinks: createOfficeLinkRepository(database),
    authenticity: createAuthenticityRepository(database),
    logos: createLogoRepository(database),
    status: createStatusRepository(database),
    forSchool(schoolId) {
      const scope: SchoolScope = { database, schoolId };
      return {
        initiator: createInitiatorRepository(scope),
        committee: createCommitteeRepository(scope),
        deciding: createDecidingRepository(scope),
        examiner: createExaminerRepository(scope),
        examinerAgreement: createExaminerAgreementReads(scope),
        examinerNotes: createExaminerNotesRepository(scope),
        codes: createExaminerCodesRepository(database, schoolId),
        sent: createSentDocumentsRepository(scope),
        contacts: createContactsRepository(scope),
        exporting: createExportingRepository(scope),
        exportingDocuments: createExportingDocuments(scope),
        mine: createMyExamsRepository(scope),
        health: createHealthRepository(database, schoolId),
        branding: createBrandingRepository(scope),
      };
    },
  };
}
