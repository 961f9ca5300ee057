/**
 * Reads for pages. `forSchool` is the only way to the data of a school, and everything made by it carries the school's id
 * in its `where`, so that a query cannot forget it.
 */
import type { Database } from '../client.ts';
import { createExaminerCodesRepository, type ExaminerCodesRepository } from '../commands/examiner-codes.ts';
import { type AccessRepository, createAccessRepository } from './access.ts';
import { type CommitteeRepository, createCommitteeRepository } from './committee.ts';
import { type ContactsRepository, createContactsRepository } from './contacts.ts';
import { createExaminerRepository, type ExaminerRepository } from './examiner.ts';
import { createExaminerAgreementReads, type ExaminerAgreementReads } from './examiner-agreement.ts';
import { createExaminerNotesRepository, type ExaminerNotesRepository } from './examiner-notes.ts';
import { createHealthRepository, type HealthRepository } from './health.ts';
import { createInitiatorRepository, type InitiatorRepository } from './initiator.ts';
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
  readonly examiner: ExaminerRepository;
  /** What examiners of the same component see of each other. */
  readonly examinerAgreement: ExaminerAgreementReads;
  /** An examiner's own, for nobody else. */
  readonly examinerNotes: ExaminerNotesRepository;
  /** Codes that examiners get by mail. */
  readonly codes: ExaminerCodesRepository;
  /** The address book. */
  readonly contacts: ContactsRepository;
  /** What is stuck, for the administrator. */
  readonly health: HealthRepository;
}

export interface Repositories {
  /** Accounts, sessions, links: what is asked before a school is known. */
  readonly access: AccessRepository;
  readonly sessions: SessionsRepository;
  /** Students who are asked for their number. */
  readonly studentRequests: StudentRequestRepository;
  /** For /ready. */
  readonly status: StatusRepository;
  forSchool(schoolId: string): SchoolRepositories;
}

export function createRepositories(database: Database): Repositories {
  return {
    access: createAccessRepository(database),
    sessions: createSessionsRepository(database),
    studentRequests: createStudentRequestRepository(database),
    status: createStatusRepository(database),
    forSchool(schoolId) {
      const scope: SchoolScope = { database, schoolId };
      return {
        initiator: createInitiatorRepository(scope),
        committee: createCommitteeRepository(scope),
        examiner: createExaminerRepository(scope),
        examinerAgreement: createExaminerAgreementReads(scope),
        examinerNotes: createExaminerNotesRepository(scope),
        codes: createExaminerCodesRepository(database, schoolId),
        contacts: createContactsRepository(scope),
        health: createHealthRepository(database, schoolId),
      };
    },
  };
}
