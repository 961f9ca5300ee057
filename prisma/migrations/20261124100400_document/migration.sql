-- Sealing gives other bytes each time: a second try finds what a first one stored and did not get to record.

-- AlterTable
ALTER TABLE "document" ADD COLUMN     "pending_sha256" TEXT;
