-- The desk of the initiator: assessments started together, invitations sent as one piece of work, an address book that can be
-- searched, favourites, sign-in by OpenID Connect.

-- Searching by any part of a word and with a typing error. A trusted extension: the owner of the database may make it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- AlterTable
ALTER TABLE "account" ADD COLUMN     "last_role" TEXT,
ADD COLUMN     "last_school_id" UUID;

-- AlterTable
ALTER TABLE "assessment" ADD COLUMN     "override_count" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "series_id" UUID;

-- AlterTable
ALTER TABLE "assessment_examiner" ADD COLUMN     "ask" TEXT,
ADD COLUMN     "asked_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "attachment" ADD COLUMN     "scan" TEXT NOT NULL DEFAULT 'none',
ADD COLUMN     "scanned_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "contact" ADD COLUMN     "merged_into_id" UUID,
ADD COLUMN     "search_text" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "membership" ADD COLUMN     "preferences" JSONB NOT NULL DEFAULT '{}';

-- AlterTable
ALTER TABLE "session" ADD COLUMN     "active_role" TEXT,
ADD COLUMN     "device" TEXT,
ADD COLUMN     "provider" TEXT,
ADD COLUMN     "schools" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "student" ADD COLUMN     "coach_id" UUID,
ADD COLUMN     "is_number_verified" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "training_company" TEXT NOT NULL DEFAULT '';

-- CreateTable
CREATE TABLE "identity" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "identity_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exam_favourite" (
    "school_id" UUID NOT NULL,
    "membership_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,

    CONSTRAINT "exam_favourite_pkey" PRIMARY KEY ("membership_id","exam_id")
);

-- CreateTable
CREATE TABLE "assessment_series" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "initiator_id" UUID NOT NULL,
    "exam_version_id" UUID NOT NULL,
    "unit_codes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "assessment_series_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "batch" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "initiator_id" UUID NOT NULL,
    "series_id" UUID,
    "status" TEXT NOT NULL,
    "status_since" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "send_at" TIMESTAMPTZ(3) NOT NULL,
    "row_count" INTEGER NOT NULL,
    "done_count" INTEGER NOT NULL DEFAULT 0,
    "failed_count" INTEGER NOT NULL DEFAULT 0,
    "reminders" JSONB,
    "remark_text_id" UUID,
    "attachment_ids" UUID[],

    CONSTRAINT "batch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "batch_row" (
    "school_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "contact_id" UUID NOT NULL,
    "assessment_ids" UUID[],
    "status" TEXT NOT NULL,
    "error" TEXT,
    "invitation_id" UUID,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "batch_row_pkey" PRIMARY KEY ("batch_id","number")
);

-- CreateTable
CREATE TABLE "student_request" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "membership_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "kid" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "student_id" UUID,
    "exam_version_id" UUID,
    "unit_code" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "student_request_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "contact_import" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "membership_id" UUID NOT NULL,
    "file_name" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "applied_at" TIMESTAMPTZ(3),

    CONSTRAINT "contact_import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "contact_change" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "action" TEXT NOT NULL,
    "fields" TEXT[],
    "other_id" UUID,
    "import_id" UUID,
    "actor_kind" TEXT NOT NULL,
    "actor_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "contact_change_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "identity_account_id_idx" ON "identity"("account_id");

-- CreateIndex
CREATE UNIQUE INDEX "identity_issuer_subject_key" ON "identity"("issuer", "subject");

-- CreateIndex
CREATE INDEX "assessment_series_school_id_initiator_id_created_at_id_idx" ON "assessment_series"("school_id", "initiator_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "assessment_series_school_id_id_key" ON "assessment_series"("school_id", "id");

-- CreateIndex
CREATE INDEX "batch_school_id_initiator_id_created_at_id_idx" ON "batch"("school_id", "initiator_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "batch_series_id_idx" ON "batch"("series_id");

-- CreateIndex
CREATE UNIQUE INDEX "batch_school_id_id_key" ON "batch"("school_id", "id");

-- CreateIndex
CREATE INDEX "student_request_school_id_email_idx" ON "student_request"("school_id", "email");

-- CreateIndex
CREATE INDEX "contact_import_school_id_membership_id_created_at_idx" ON "contact_import"("school_id", "membership_id", "created_at");

-- CreateIndex
CREATE INDEX "contact_change_school_id_contact_id_at_idx" ON "contact_change"("school_id", "contact_id", "at");

-- CreateIndex
CREATE INDEX "assessment_series_id_idx" ON "assessment"("series_id");

-- CreateIndex
CREATE INDEX "session_account_id_idx" ON "session"("account_id");

-- CreateIndex
CREATE INDEX "membership_account_id_idx" ON "membership"("account_id");

-- CreateIndex
CREATE INDEX "student_coach_id_idx" ON "student"("coach_id");

-- AddForeignKey
ALTER TABLE "identity" ADD CONSTRAINT "identity_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "student" ADD CONSTRAINT "student_school_id_coach_id_fkey" FOREIGN KEY ("school_id", "coach_id") REFERENCES "membership"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam_favourite" ADD CONSTRAINT "exam_favourite_school_id_exam_id_fkey" FOREIGN KEY ("school_id", "exam_id") REFERENCES "exam"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam_favourite" ADD CONSTRAINT "exam_favourite_school_id_membership_id_fkey" FOREIGN KEY ("school_id", "membership_id") REFERENCES "membership"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assessment" ADD CONSTRAINT "assessment_school_id_series_id_fkey" FOREIGN KEY ("school_id", "series_id") REFERENCES "assessment_series"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assessment_series" ADD CONSTRAINT "assessment_series_school_id_fkey" FOREIGN KEY ("school_id") REFERENCES "school"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assessment_series" ADD CONSTRAINT "assessment_series_school_id_initiator_id_fkey" FOREIGN KEY ("school_id", "initiator_id") REFERENCES "membership"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "batch" ADD CONSTRAINT "batch_school_id_fkey" FOREIGN KEY ("school_id") REFERENCES "school"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "batch" ADD CONSTRAINT "batch_school_id_initiator_id_fkey" FOREIGN KEY ("school_id", "initiator_id") REFERENCES "membership"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "batch_row" ADD CONSTRAINT "batch_row_school_id_batch_id_fkey" FOREIGN KEY ("school_id", "batch_id") REFERENCES "batch"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

UPDATE contact SET search_text = regexp_replace(lower(normalize(concat_ws(' ', name, email, job_title, organisation), NFD)), '[\u0300-\u036f]', '', 'g');

CREATE INDEX contact_search ON contact USING gin (search_text gin_trgm_ops);
CREATE TRIGGER contact_change_append_only BEFORE UPDATE OR DELETE ON contact_change FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The address book page by page: the text begins with the name.
CREATE INDEX contact_list ON contact (school_id, search_text COLLATE "C", id);
CREATE INDEX assessment_examiner_asked ON assessment_examiner (school_id, asked_at) WHERE ask IS NOT NULL;
CREATE INDEX batch_open ON batch (send_at, id) WHERE status IN ('scheduled', 'sending');
CREATE INDEX stream_unrelayed_batch ON stream (id) WHERE kind = 'batch' AND relayed_seq < version;
CREATE INDEX batch_row_waiting ON batch_row (batch_id, number) WHERE status = 'waiting';
ALTER TABLE stream DROP CONSTRAINT stream_kind_known,
  ADD CONSTRAINT stream_kind_known CHECK (kind IN ('assessment', 'invitation', 'batch'));
ALTER TABLE mail DROP CONSTRAINT mail_state_known,
  ADD CONSTRAINT mail_state_known
  CHECK (state IN ('queued', 'claimed', 'accepted', 'delivered', 'bounced', 'failed', 'unknown', 'recalled'));
ALTER TABLE batch ADD CONSTRAINT batch_status_known CHECK (status IN ('scheduled', 'sending', 'finished', 'stopped')),
  ADD CONSTRAINT batch_counts CHECK (done_count >= 0 AND failed_count >= 0 AND done_count + failed_count <= row_count);
ALTER TABLE batch_row ADD CONSTRAINT batch_row_status_known CHECK (status IN ('waiting', 'sent', 'failed', 'stopped')),
  ADD CONSTRAINT batch_row_sent CHECK ((status = 'sent') = (invitation_id IS NOT NULL));
CREATE INDEX attachment_orphans ON attachment (created_at, id);

-- Following: what one initiator has in hand, by status and deadline; invitations that are not over.
CREATE INDEX assessment_desk ON assessment (school_id, initiator_id, status, due_at);
CREATE INDEX invitation_running ON invitation (school_id, initiator_id) WHERE status IN ('active', 'expired');
