-- Deciding: proposals, reopening, publication, corrections by the committee; documents that are sealed and read again.

-- AlterTable
ALTER TABLE "assessment" ADD COLUMN     "decided_at" TIMESTAMPTZ(3),
ADD COLUMN     "edit_count" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "has_remarks" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "proposed_by_id" UUID,
ADD COLUMN     "publish_at" TIMESTAMPTZ(3),
ADD COLUMN     "published_at" TIMESTAMPTZ(3),
ADD COLUMN     "published_version" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "reopened_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "form_submission" ADD COLUMN     "edit_reason_id" UUID,
ADD COLUMN     "edited_by_id" UUID;

-- AlterTable
ALTER TABLE "document" ADD COLUMN     "check_code" TEXT,
ADD COLUMN     "damaged_at" TIMESTAMPTZ(3),
ADD COLUMN     "seal_subject" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "sealed_at" TIMESTAMPTZ(3),
ADD COLUMN     "timestamped_at" TIMESTAMPTZ(3),
ADD COLUMN     "verified_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE UNIQUE INDEX "document_check_code_key" ON "document"("check_code");

-- What was there before.
UPDATE assessment SET has_remarks = true
WHERE insufficient_count > 0 OR disagreement_count > 0 OR return_count > 0 OR is_late OR override_count > 0;
UPDATE assessment SET decided_at = status_since WHERE status = 'final';
