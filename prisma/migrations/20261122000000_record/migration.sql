-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "school" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "branding" JSONB NOT NULL,
    "settings" JSONB NOT NULL,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "school_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "given_name" TEXT NOT NULL,
    "infix" TEXT NOT NULL DEFAULT '',
    "family_name" TEXT NOT NULL,
    "lang" TEXT NOT NULL DEFAULT 'nl',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "roles" TEXT[],
    "job_title" TEXT NOT NULL DEFAULT '',
    "organisation" TEXT NOT NULL DEFAULT '',
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "membership_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "office_address" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "label" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "is_listed" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "office_address_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "student_group" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "school_year" TEXT NOT NULL,

    CONSTRAINT "student_group_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group_student" (
    "school_id" UUID NOT NULL,
    "group_id" UUID NOT NULL,
    "student_id" UUID NOT NULL,

    CONSTRAINT "group_student_pkey" PRIMARY KEY ("group_id","student_id")
);

-- CreateTable
CREATE TABLE "group_teacher" (
    "school_id" UUID NOT NULL,
    "group_id" UUID NOT NULL,
    "membership_id" UUID NOT NULL,

    CONSTRAINT "group_teacher_pkey" PRIMARY KEY ("group_id","membership_id")
);

-- CreateTable
CREATE TABLE "student" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "number" TEXT,
    "email" TEXT NOT NULL,
    "given_name" TEXT NOT NULL,
    "infix" TEXT NOT NULL DEFAULT '',
    "family_name" TEXT NOT NULL,
    "birth_date" TEXT,
    "search_text" TEXT NOT NULL,
    "account_id" UUID,

    CONSTRAINT "student_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "contact" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "job_title" TEXT NOT NULL DEFAULT '',
    "organisation" TEXT NOT NULL DEFAULT '',
    "kind" TEXT NOT NULL,
    "lang" TEXT NOT NULL DEFAULT 'nl',
    "account_id" UUID,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "contact_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exam" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "crebo" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "level" INTEGER NOT NULL,

    CONSTRAINT "exam_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exam_version" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "version" TEXT NOT NULL,
    "definition" JSONB NOT NULL,
    "sha256" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "exam_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "grading_scheme" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "definition" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "grading_scheme_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "assessment" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "exam_version_id" UUID NOT NULL,
    "grading_scheme_id" UUID NOT NULL,
    "unit_codes" TEXT[],
    "student_id" UUID NOT NULL,
    "initiator_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "status_since" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "is_late" BOOLEAN NOT NULL DEFAULT false,
    "score" TEXT,
    "grade_tenths" INTEGER,
    "insufficient_count" INTEGER NOT NULL DEFAULT 0,
    "disagreement_count" INTEGER NOT NULL DEFAULT 0,
    "return_count" INTEGER NOT NULL DEFAULT 0,
    "is_disputed" BOOLEAN NOT NULL DEFAULT false,
    "search_text" TEXT NOT NULL,

    CONSTRAINT "assessment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "assessment_examiner" (
    "school_id" UUID NOT NULL,
    "assessment_id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "invitation_id" UUID,
    "form_id" UUID,
    "form_status" TEXT NOT NULL,
    "components" TEXT[],
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "assessment_examiner_pkey" PRIMARY KEY ("assessment_id","contact_id")
);

-- CreateTable
CREATE TABLE "invitation" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "initiator_id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "status_since" TIMESTAMPTZ(3) NOT NULL,
    "invited_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "opened_at" TIMESTAMPTZ(3),
    "mail_id" UUID NOT NULL,
    "delivery" TEXT NOT NULL,
    "delivery_at" TIMESTAMPTZ(3) NOT NULL,
    "reminders_sent" INTEGER NOT NULL DEFAULT 0,
    "last_reminder_at" TIMESTAMPTZ(3),
    "next_reminder_at" TIMESTAMPTZ(3),
    "link_id" UUID NOT NULL,
    "remark_text_id" UUID,

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "form" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "assessment_id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "definition" JSONB NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 0,
    "done_count" INTEGER NOT NULL DEFAULT 0,
    "total_count" INTEGER NOT NULL,
    "saved_at" TIMESTAMPTZ(3),

    CONSTRAINT "form_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "form_revision" (
    "school_id" UUID NOT NULL,
    "form_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "based_on" INTEGER NOT NULL,
    "content" JSONB NOT NULL,
    "saved_at" TIMESTAMPTZ(3) NOT NULL,
    "device_at" TIMESTAMPTZ(3),
    "clock_offset" INTEGER,
    "session_ref" TEXT,

    CONSTRAINT "form_revision_pkey" PRIMARY KEY ("form_id","revision")
);

-- CreateTable
CREATE TABLE "form_submission" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "form_id" UUID NOT NULL,
    "form_version" INTEGER NOT NULL,
    "content" JSONB NOT NULL,
    "definition" JSONB NOT NULL,
    "salt" TEXT NOT NULL,
    "content_digest" TEXT NOT NULL,
    "finished_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "form_submission_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "text_note" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "stream_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "salt" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "text_note_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attachment" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" UUID NOT NULL,

    CONSTRAINT "attachment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invitation_attachment" (
    "school_id" UUID NOT NULL,
    "invitation_id" UUID NOT NULL,
    "attachment_id" UUID NOT NULL,

    CONSTRAINT "invitation_attachment_pkey" PRIMARY KEY ("invitation_id","attachment_id")
);

-- CreateTable
CREATE TABLE "document" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "assessment_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "number" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "office_address_id" UUID NOT NULL,
    "sha256" TEXT,
    "size" INTEGER,
    "stored_at" TIMESTAMPTZ(3),
    "mail_id" UUID,
    "mailed_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "document_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "link" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "invitation_id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "purpose" TEXT NOT NULL,
    "kid" TEXT NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "revoke_reason" TEXT,
    "superseded_by" UUID,

    CONSTRAINT "link_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "account_id" UUID,
    "school_id" UUID,
    "lang" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session_grant" (
    "session_id" TEXT NOT NULL,
    "link_id" UUID NOT NULL,
    "granted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_grant_pkey" PRIMARY KEY ("session_id","link_id")
);

-- CreateTable
CREATE TABLE "sign_in" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "kid" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "code_tries" INTEGER NOT NULL DEFAULT 0,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "sign_in_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rate_limit" (
    "key" TEXT NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "mail" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "stream_id" UUID,
    "template" TEXT NOT NULL,
    "lang" TEXT NOT NULL,
    "to_address" TEXT NOT NULL,
    "to_name" TEXT NOT NULL DEFAULT '',
    "reference" JSONB NOT NULL,
    "thread_key" TEXT,
    "is_thread_root" BOOLEAN NOT NULL DEFAULT false,
    "priority" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "queued_at" TIMESTAMPTZ(3) NOT NULL,
    "next_try_at" TIMESTAMPTZ(3) NOT NULL,
    "not_after" TIMESTAMPTZ(3),
    "claimed_at" TIMESTAMPTZ(3),
    "claimed_by" TEXT,
    "accepted_at" TIMESTAMPTZ(3),
    "is_repeat" BOOLEAN NOT NULL DEFAULT false,
    "smtp_code" TEXT,
    "last_error" TEXT,

    CONSTRAINT "mail_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stream" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "head_hash" TEXT NOT NULL,
    "relayed_seq" INTEGER NOT NULL DEFAULT 0,
    "state" JSONB NOT NULL,

    CONSTRAINT "stream_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event" (
    "stream_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "school_id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "command_id" UUID NOT NULL,
    "prev_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "event_pkey" PRIMARY KEY ("stream_id","seq")
);

-- CreateTable
CREATE TABLE "command" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "outcome" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "command_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "workflow_view" (
    "stream_id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "seen_seq" INTEGER NOT NULL,
    "waits_for" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "next_at" TIMESTAMPTZ(3),
    "is_closed" BOOLEAN NOT NULL DEFAULT false,
    "last_error" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "workflow_view_pkey" PRIMARY KEY ("stream_id")
);

-- CreateTable
CREATE TABLE "heartbeat" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    "temporal_ok" BOOLEAN NOT NULL,
    "smtp_ok" BOOLEAN NOT NULL,
    "detail" JSONB NOT NULL,

    CONSTRAINT "heartbeat_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "school_slug_key" ON "school"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "account_email_key" ON "account"("email");

-- CreateIndex
CREATE UNIQUE INDEX "membership_school_id_id_key" ON "membership"("school_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "membership_school_id_account_id_key" ON "membership"("school_id", "account_id");

-- CreateIndex
CREATE UNIQUE INDEX "office_address_school_id_id_key" ON "office_address"("school_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "office_address_school_id_email_key" ON "office_address"("school_id", "email");

-- CreateIndex
CREATE UNIQUE INDEX "student_group_school_id_id_key" ON "student_group"("school_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "student_group_school_id_name_school_year_key" ON "student_group"("school_id", "name", "school_year");

-- CreateIndex
CREATE INDEX "group_student_student_id_idx" ON "group_student"("student_id");

-- CreateIndex
CREATE UNIQUE INDEX "student_school_id_id_key" ON "student"("school_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "student_school_id_number_key" ON "student"("school_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "student_school_id_email_key" ON "student"("school_id", "email");

-- CreateIndex
CREATE UNIQUE INDEX "contact_school_id_id_key" ON "contact"("school_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "contact_school_id_email_key" ON "contact"("school_id", "email");

-- CreateIndex
CREATE UNIQUE INDEX "exam_school_id_id_key" ON "exam"("school_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "exam_school_id_code_key" ON "exam"("school_id", "code");

-- CreateIndex
CREATE UNIQUE INDEX "exam_version_school_id_id_key" ON "exam_version"("school_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "exam_version_exam_id_version_key" ON "exam_version"("exam_id", "version");

-- CreateIndex
CREATE UNIQUE INDEX "grading_scheme_school_id_id_key" ON "grading_scheme"("school_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "grading_scheme_school_id_code_version_key" ON "grading_scheme"("school_id", "code", "version");

-- CreateIndex
CREATE INDEX "assessment_school_id_status_status_since_id_idx" ON "assessment"("school_id", "status", "status_since", "id");

-- CreateIndex
CREATE INDEX "assessment_school_id_status_since_id_idx" ON "assessment"("school_id", "status_since", "id");

-- CreateIndex
CREATE INDEX "assessment_school_id_initiator_id_created_at_id_idx" ON "assessment"("school_id", "initiator_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "assessment_school_id_student_id_idx" ON "assessment"("school_id", "student_id");

-- CreateIndex
CREATE INDEX "assessment_school_id_exam_version_id_status_idx" ON "assessment"("school_id", "exam_version_id", "status");

-- CreateIndex
CREATE UNIQUE INDEX "assessment_school_id_id_key" ON "assessment"("school_id", "id");

-- CreateIndex
CREATE INDEX "assessment_examiner_invitation_id_idx" ON "assessment_examiner"("invitation_id");

-- CreateIndex
CREATE INDEX "assessment_examiner_school_id_contact_id_idx" ON "assessment_examiner"("school_id", "contact_id");

-- CreateIndex
CREATE INDEX "invitation_school_id_contact_id_idx" ON "invitation"("school_id", "contact_id");

-- CreateIndex
CREATE UNIQUE INDEX "invitation_school_id_id_key" ON "invitation"("school_id", "id");

-- CreateIndex
CREATE INDEX "form_assessment_id_idx" ON "form"("assessment_id");

-- CreateIndex
CREATE UNIQUE INDEX "form_school_id_id_key" ON "form"("school_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "form_submission_form_id_form_version_key" ON "form_submission"("form_id", "form_version");

-- CreateIndex
CREATE INDEX "text_note_stream_id_idx" ON "text_note"("stream_id");

-- CreateIndex
CREATE UNIQUE INDEX "attachment_school_id_id_key" ON "attachment"("school_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "document_school_id_id_key" ON "document"("school_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "document_assessment_id_version_key" ON "document"("assessment_id", "version");

-- CreateIndex
CREATE UNIQUE INDEX "document_school_id_number_key" ON "document"("school_id", "number");

-- CreateIndex
CREATE INDEX "link_invitation_id_idx" ON "link"("invitation_id");

-- CreateIndex
CREATE INDEX "session_expires_at_idx" ON "session"("expires_at");

-- CreateIndex
CREATE INDEX "sign_in_account_id_created_at_idx" ON "sign_in"("account_id", "created_at");

-- CreateIndex
CREATE INDEX "mail_stream_id_idx" ON "mail"("stream_id");

-- CreateIndex
CREATE UNIQUE INDEX "stream_school_id_id_key" ON "stream"("school_id", "id");

-- CreateIndex
CREATE INDEX "workflow_view_is_closed_updated_at_idx" ON "workflow_view"("is_closed", "updated_at");

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_school_id_fkey" FOREIGN KEY ("school_id") REFERENCES "school"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "office_address" ADD CONSTRAINT "office_address_school_id_fkey" FOREIGN KEY ("school_id") REFERENCES "school"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "student_group" ADD CONSTRAINT "student_group_school_id_fkey" FOREIGN KEY ("school_id") REFERENCES "school"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_student" ADD CONSTRAINT "group_student_school_id_group_id_fkey" FOREIGN KEY ("school_id", "group_id") REFERENCES "student_group"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_student" ADD CONSTRAINT "group_student_school_id_student_id_fkey" FOREIGN KEY ("school_id", "student_id") REFERENCES "student"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_teacher" ADD CONSTRAINT "group_teacher_school_id_group_id_fkey" FOREIGN KEY ("school_id", "group_id") REFERENCES "student_group"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_teacher" ADD CONSTRAINT "group_teacher_school_id_membership_id_fkey" FOREIGN KEY ("school_id", "membership_id") REFERENCES "membership"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "student" ADD CONSTRAINT "student_school_id_fkey" FOREIGN KEY ("school_id") REFERENCES "school"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact" ADD CONSTRAINT "contact_school_id_fkey" FOREIGN KEY ("school_id") REFERENCES "school"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam" ADD CONSTRAINT "exam_school_id_fkey" FOREIGN KEY ("school_id") REFERENCES "school"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam_version" ADD CONSTRAINT "exam_version_school_id_fkey" FOREIGN KEY ("school_id") REFERENCES "school"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam_version" ADD CONSTRAINT "exam_version_school_id_exam_id_fkey" FOREIGN KEY ("school_id", "exam_id") REFERENCES "exam"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "grading_scheme" ADD CONSTRAINT "grading_scheme_school_id_fkey" FOREIGN KEY ("school_id") REFERENCES "school"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assessment" ADD CONSTRAINT "assessment_school_id_fkey" FOREIGN KEY ("school_id") REFERENCES "school"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assessment" ADD CONSTRAINT "assessment_school_id_exam_version_id_fkey" FOREIGN KEY ("school_id", "exam_version_id") REFERENCES "exam_version"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assessment" ADD CONSTRAINT "assessment_school_id_grading_scheme_id_fkey" FOREIGN KEY ("school_id", "grading_scheme_id") REFERENCES "grading_scheme"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assessment" ADD CONSTRAINT "assessment_school_id_student_id_fkey" FOREIGN KEY ("school_id", "student_id") REFERENCES "student"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assessment" ADD CONSTRAINT "assessment_school_id_initiator_id_fkey" FOREIGN KEY ("school_id", "initiator_id") REFERENCES "membership"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assessment_examiner" ADD CONSTRAINT "assessment_examiner_school_id_assessment_id_fkey" FOREIGN KEY ("school_id", "assessment_id") REFERENCES "assessment"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assessment_examiner" ADD CONSTRAINT "assessment_examiner_school_id_contact_id_fkey" FOREIGN KEY ("school_id", "contact_id") REFERENCES "contact"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assessment_examiner" ADD CONSTRAINT "assessment_examiner_school_id_invitation_id_fkey" FOREIGN KEY ("school_id", "invitation_id") REFERENCES "invitation"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_school_id_fkey" FOREIGN KEY ("school_id") REFERENCES "school"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_school_id_contact_id_fkey" FOREIGN KEY ("school_id", "contact_id") REFERENCES "contact"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_school_id_initiator_id_fkey" FOREIGN KEY ("school_id", "initiator_id") REFERENCES "membership"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "form" ADD CONSTRAINT "form_school_id_assessment_id_fkey" FOREIGN KEY ("school_id", "assessment_id") REFERENCES "assessment"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "form" ADD CONSTRAINT "form_school_id_contact_id_fkey" FOREIGN KEY ("school_id", "contact_id") REFERENCES "contact"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "form_revision" ADD CONSTRAINT "form_revision_school_id_form_id_fkey" FOREIGN KEY ("school_id", "form_id") REFERENCES "form"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "form_submission" ADD CONSTRAINT "form_submission_school_id_form_id_fkey" FOREIGN KEY ("school_id", "form_id") REFERENCES "form"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation_attachment" ADD CONSTRAINT "invitation_attachment_school_id_invitation_id_fkey" FOREIGN KEY ("school_id", "invitation_id") REFERENCES "invitation"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation_attachment" ADD CONSTRAINT "invitation_attachment_school_id_attachment_id_fkey" FOREIGN KEY ("school_id", "attachment_id") REFERENCES "attachment"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "document" ADD CONSTRAINT "document_school_id_assessment_id_fkey" FOREIGN KEY ("school_id", "assessment_id") REFERENCES "assessment"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session_grant" ADD CONSTRAINT "session_grant_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session_grant" ADD CONSTRAINT "session_grant_link_id_fkey" FOREIGN KEY ("link_id") REFERENCES "link"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sign_in" ADD CONSTRAINT "sign_in_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "event" ADD CONSTRAINT "event_stream_id_fkey" FOREIGN KEY ("stream_id") REFERENCES "stream"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "workflow_view" ADD CONSTRAINT "workflow_view_stream_id_fkey" FOREIGN KEY ("stream_id") REFERENCES "stream"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
