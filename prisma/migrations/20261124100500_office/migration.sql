-- Anybody checks a document by its hash; the committee sees which server took it for the exam office.

-- AlterTable
ALTER TABLE "mail" ADD COLUMN     "smtp_reply" TEXT,
ADD COLUMN     "smtp_server" TEXT;

-- CreateIndex
CREATE INDEX "document_sha256_idx" ON "document"("sha256");

-- The list of what was sent, page by page, and what of it did not arrive.
CREATE INDEX mail_to_office ON mail (school_id, queued_at, id) WHERE template = 'resultToOffice';
CREATE INDEX mail_to_office_lost ON mail (school_id, queued_at, id)
  WHERE template = 'resultToOffice' AND state IN ('failed', 'bounced');
