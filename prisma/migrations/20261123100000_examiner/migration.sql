-- The examiner: notes, evidence, codes by mail, work handed over with its draft, looking for one judgement.

-- AlterTable
ALTER TABLE "assessment" ADD COLUMN     "agreement_since" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "contact" ADD COLUMN     "form_view" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "form" ADD COLUMN     "handed_from_id" UUID;

-- AlterTable
ALTER TABLE "form_submission" ADD COLUMN     "evidence" JSONB NOT NULL DEFAULT '[]';

-- CreateTable
CREATE TABLE "examiner_note" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "form_id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "component_ref" TEXT,
    "criterion_ref" TEXT,
    "body" TEXT NOT NULL,
    "turn" INTEGER NOT NULL DEFAULT 0,
    "written_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "examiner_note_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "evidence" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "form_id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "component_ref" TEXT NOT NULL,
    "attachment_id" UUID NOT NULL,
    "caption" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "thumbnail" BYTEA,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "evidence_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "examiner_code" (
    "id" UUID NOT NULL,
    "school_id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "session_id" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "subject" TEXT NOT NULL DEFAULT '',
    "kid" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "examiner_code_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "examiner_note_form_id_created_at_idx" ON "examiner_note"("form_id", "created_at");

-- CreateIndex
CREATE INDEX "evidence_form_id_component_ref_idx" ON "evidence"("form_id", "component_ref");

-- CreateIndex
CREATE INDEX "evidence_attachment_id_idx" ON "evidence"("attachment_id");

-- CreateIndex
CREATE UNIQUE INDEX "evidence_school_id_id_key" ON "evidence"("school_id", "id");

-- CreateIndex
CREATE INDEX "examiner_code_contact_id_created_at_idx" ON "examiner_code"("contact_id", "created_at");

-- CreateIndex
CREATE INDEX "examiner_code_session_id_idx" ON "examiner_code"("session_id");

-- AddForeignKey
ALTER TABLE "examiner_note" ADD CONSTRAINT "examiner_note_school_id_form_id_fkey" FOREIGN KEY ("school_id", "form_id") REFERENCES "form"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_school_id_form_id_fkey" FOREIGN KEY ("school_id", "form_id") REFERENCES "form"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_school_id_attachment_id_fkey" FOREIGN KEY ("school_id", "attachment_id") REFERENCES "attachment"("school_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
